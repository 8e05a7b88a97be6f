#include "sync/directory.h"

#include <algorithm>

#include "sync/limits.h"
#include "sync/wire/archive.h"

namespace tram::sync {

template <class A>
void serialize(A& ar, HubKeys& k) {
  ar(k.hub_device, k.hub_organisation, k.root_seq, k.previous, k.roots, k.threshold, k.directory_key, k.service_key,
     k.encryption_current, k.encryption_next, k.addresses, k.spki, k.escrow, k.zone_kind, k.floor_major, k.floor_suite);
}
template <class A>
void serialize(A& ar, Organisation& o) {
  ar(o.id, o.code, o.name_vi, o.name_en, o.name_lo, o.name_km, o.parent, o.parts, o.from_days, o.to_days, o.successors,
     o.state, o.role_ceiling);
}
template <class A>
void serialize(A& ar, Device& d) {
  auto state = static_cast<std::uint8_t>(d.state);
  ar(d.id, d.site, d.identity, d.encryption, d.container_version, state);
  if constexpr (std::is_same_v<A, wire::Reader>) {
    if (state > 3) throw wire::WireError{errc::bad_value};
    d.state = static_cast<DeviceState>(state);
  }
}
template <class A>
void serialize(A& ar, Revocation& r) {
  auto reason = static_cast<std::uint8_t>(r.reason);
  ar(r.device, reason, r.log, r.epoch, r.cut_off);
  if constexpr (std::is_same_v<A, wire::Reader>) {
    if (reason < 1 || reason > 4) throw wire::WireError{errc::bad_value};
    r.reason = static_cast<RevokeReason>(reason);
  }
}
template <class A>
void serialize(A& ar, PolicyRow& r) {
  ar(r.type, r.field, r.operation, r.flags, r.event, r.relations, r.roles);
}
template <class A>
void serialize(A& ar, Policy& p) {
  ar(p.schema_version, p.rules_epoch, p.rows, p.ranks);
}
template <class A>
void serialize(A& ar, CalendarEntry& c) {
  ar(c.id, c.owner, c.version, c.content);
}
template <class A>
void serialize(A& ar, SettingsEntry& s) {
  ar(s.name, s.owner, s.version, s.content);
}

namespace {

constexpr ByteArray<4> kMagic = {'D', 'I', 'R', '1'};
constexpr ByteArray<8> kKeyFileMagic = {0x89, 0x54, 0x52, 0x44, 0x0D, 0x0A, 0x1A, 0x0A};
constexpr std::size_t kHeader = 112;
constexpr std::size_t kSignature = 80;
constexpr std::size_t kSignatures = 9;
constexpr std::size_t kKeyFileEntries = 4096;

auto row_key(const PolicyRow& r) {
  return std::tuple(r.type, r.field, r.operation, r.event);
}

Bytes encode_body_of(const DirectoryBody& body) {
  return std::visit(
      [](const auto& b) {
        if constexpr (std::is_same_v<std::decay_t<decltype(b)>, OpaqueEntry>)
          return b.body;
        else
          return wire::encode(b);
      },
      body);
}

EntryKind kind_of(const DirectoryBody& body) {
  constexpr EntryKind kinds[] = {EntryKind::hub_keys, EntryKind::organisation, EntryKind::device, EntryKind::policy,
                                 EntryKind::calendar, EntryKind::form,         EntryKind::revoke, EntryKind::settings};
  return kinds[body.index()];
}

template <class T>
Result<DirectoryBody> decode_as(ByteView bytes) {
  auto body = wire::decode<T>(bytes);
  if (!body) return body.error();
  return DirectoryBody(std::move(*body));
}

Result<DirectoryBody> decode_body_of(EntryKind kind, ByteView bytes) {
  switch (kind) {
    case EntryKind::hub_keys:
      return decode_as<HubKeys>(bytes);
    case EntryKind::organisation:
      return decode_as<Organisation>(bytes);
    case EntryKind::device:
      return decode_as<Device>(bytes);
    case EntryKind::policy: {
      auto body = wire::decode<Policy>(bytes);
      if (!body) return body.error();
      const auto& rows = body->rows;
      const bool ascending = std::adjacent_find(rows.begin(), rows.end(), [](const PolicyRow& a, const PolicyRow& b) {
                               return row_key(a) >= row_key(b);
                             }) == rows.end();
      if (!ascending || body->ranks.size() != 7) return errc::bad_value;
      return DirectoryBody(std::move(*body));
    }
    case EntryKind::calendar:
      return decode_as<CalendarEntry>(bytes);
    case EntryKind::revoke:
      return decode_as<Revocation>(bytes);
    case EntryKind::settings:
      return decode_as<SettingsEntry>(bytes);
    case EntryKind::person:
    case EntryKind::form:
      break;
  }
  return DirectoryBody(OpaqueEntry{Bytes(bytes.begin(), bytes.end())});
}

std::string_view purpose_of(EntryKind kind) {
  return kind == EntryKind::hub_keys ? "root" : "directory";
}

// How many of `keys` signed the entry's header.
std::size_t signed_by(const DirectoryEntry& e, const std::vector<crypto::VerifyKey>& keys) {
  const ByteView header = ByteView(e.bytes).first(kHeader);
  std::size_t good = 0;
  for (const crypto::VerifyKey& key : keys) {
    const crypto::KeyId id = crypto::key_id(crypto::KeyAlgorithm::ed25519, key);
    good += std::any_of(e.signatures.begin(), e.signatures.end(), [&](const auto& s) {
      return s.first == id && crypto::verify(key, purpose_of(e.kind), {header}, s.second);
    });
  }
  return good;
}

}  // namespace

const PolicyRow* Policy::row(std::uint16_t type, std::uint16_t field, std::uint8_t operation,
                             std::uint16_t event) const {
  const auto key = std::tuple(type, field, operation, event);
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), key, [](const PolicyRow& r, const auto& k) { return row_key(r) < k; });
  return at != rows.end() && row_key(*at) == key ? &*at : nullptr;
}

DirectoryEntry make_entry(const ZoneId& zone, std::uint64_t version, const Hash& prev, std::uint64_t issued_ms,
                          const DirectoryBody& body, const crypto::SigningKey& key) {
  DirectoryEntry e{kind_of(body), zone, version, prev, issued_ms, {}, body, {}, {}};
  const Bytes encoded = encode_body_of(body);
  Bytes b(kHeader);
  std::copy(kMagic.begin(), kMagic.end(), b.begin());
  store_le(&b[4], static_cast<std::uint16_t>(e.kind));
  store_le(&b[6], std::uint16_t{1});
  std::copy(zone.bytes.begin(), zone.bytes.end(), &b[8]);
  store_le(&b[24], version);
  std::copy(prev.begin(), prev.end(), &b[32]);
  store_le(&b[64], issued_ms);
  store_le(&b[72], static_cast<std::uint32_t>(encoded.size()));
  const Hash digest = crypto::hash("TRM1-dir", {encoded});
  std::copy(digest.begin(), digest.end(), &b[80]);
  e.hash = crypto::hash("TRM1-dir", {b});
  const crypto::Signature signature = crypto::sign(key, purpose_of(e.kind), {b});
  e.signatures.emplace_back(key.id(), signature);
  append(b, key.id());
  append(b, signature);
  append(b, encoded);
  e.bytes = std::move(b);
  return e;
}

Result<DirectoryEntry> decode_entry(ByteView b) {
  if (b.size() < kHeader) return errc::truncated;
  if (!std::equal(kMagic.begin(), kMagic.end(), b.begin())) return errc::bad_magic;
  DirectoryEntry e;
  e.kind = static_cast<EntryKind>(load_le<std::uint16_t>(&b[4]));
  const auto count = load_le<std::uint16_t>(&b[6]);
  if (count < 1 || count > kSignatures) return errc::bad_value;
  e.zone = ZoneId::from(b.subspan(8));
  e.version = load_le<std::uint64_t>(&b[24]);
  if (e.version == 0 || e.version >= (1ull << 32)) return errc::bad_value;
  std::copy_n(&b[32], 32, e.prev.begin());
  e.issued_ms = load_le<std::uint64_t>(&b[64]);
  const std::size_t body_len = load_le<std::uint32_t>(&b[72]);
  if (body_len > limits::kDirectoryBody) return errc::over_limit;
  if (load_le<std::uint32_t>(&b[76]) != 0) return errc::bad_value;
  const std::size_t total = kHeader + count * kSignature + body_len;
  if (b.size() < total) return errc::truncated;
  if (b.size() > total) return errc::trailing_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* at = &b[kHeader + i * kSignature];
    std::pair<crypto::KeyId, crypto::Signature> s;
    std::copy_n(at, 16, s.first.begin());
    std::copy_n(at + 16, 64, s.second.begin());
    e.signatures.push_back(s);
  }
  const ByteView body = b.subspan(kHeader + count * kSignature);
  const Hash digest = crypto::hash("TRM1-dir", {body});
  if (!std::equal(digest.begin(), digest.end(), &b[80])) return errc::bad_value;
  auto decoded = decode_body_of(e.kind, body);
  if (!decoded) return decoded.error();
  e.body = std::move(*decoded);
  e.hash = crypto::hash("TRM1-dir", {b.first(kHeader)});
  e.bytes.assign(b.begin(), b.end());
  return e;
}

Bytes encode_key_file(const crypto::VerifyKey& first_root, const std::vector<Bytes>& entries) {
  Bytes b(kKeyFileMagic.begin(), kKeyFileMagic.end());
  append(b, first_root);
  for (const Bytes& e : entries) {
    append_le(b, static_cast<std::uint32_t>(e.size()));
    append(b, e);
  }
  return b;
}

Result<KeyFile> decode_key_file(ByteView b) {
  if (b.size() < 40) return errc::truncated;
  if (!std::equal(kKeyFileMagic.begin(), kKeyFileMagic.end(), b.begin())) return errc::bad_magic;
  KeyFile file;
  std::copy_n(&b[8], 32, file.root.begin());
  std::vector<crypto::VerifyKey> roots = {file.root};
  Hash previous{};
  for (std::size_t at = 40; at < b.size();) {
    if (file.entries.size() >= kKeyFileEntries) return errc::over_limit;
    if (b.size() - at < 4) return errc::truncated;
    const std::size_t length = load_le<std::uint32_t>(&b[at]);
    if (length > b.size() - at - 4) return errc::truncated;
    auto entry = decode_entry(b.subspan(at + 4, length));
    if (!entry) return entry.error();
    const auto* keys = std::get_if<HubKeys>(&entry->body);
    if (keys == nullptr || keys->previous != previous || keys->roots.empty()) return errc::root_chain;
    if (signed_by(*entry, roots) == 0) return errc::bad_signature;
    if (keys->roots != roots && signed_by(*entry, keys->roots) == 0) return errc::root_chain;
    roots = keys->roots;
    previous = entry->hash;
    file.in_force = *keys;
    file.zone = entry->zone;
    file.entries.push_back(std::move(*entry));
    at += 4 + length;
  }
  if (file.entries.empty()) return errc::truncated;
  return file;
}

Result<void> Directory::append(const DirectoryEntry& e) {
  if (e.version <= version()) {
    return entry(e.version)->hash == e.hash ? errc::directory_rollback : errc::bad_directory;
  }
  if (e.version != version() + 1 || e.prev != head_) return errc::bad_directory;
  if (version() == 0) {
    if (e.kind != EntryKind::hub_keys) return errc::root_chain;
  } else if (e.zone != zone_) {
    return errc::wrong_zone;
  }
  if (const auto* keys = std::get_if<HubKeys>(&e.body)) {
    const HubKeys* before = hub_keys();
    const std::vector<crypto::VerifyKey> roots = before ? before->roots : std::vector{first_root_};
    const Hash previous = before ? entries_[hub_keys_versions_.back() - 1].hash : Hash{};
    const std::uint32_t next_seq = before ? before->root_seq + 1 : 1;
    if (keys->previous != previous || keys->root_seq != next_seq || keys->roots.empty()) return errc::root_chain;
    if (signed_by(e, roots) == 0) return errc::bad_signature;
    if (keys->roots != roots && signed_by(e, keys->roots) == 0) return errc::root_chain;
  } else if (signed_by(e, {hub_keys()->directory_key}) == 0) {
    return errc::bad_signature;
  }
  entries_.push_back(e);
  head_ = e.hash;
  zone_ = e.zone;
  const DirectoryBody& body = entries_.back().body;
  if (std::holds_alternative<HubKeys>(body)) hub_keys_versions_.push_back(e.version);
  if (const auto* d = std::get_if<Device>(&body)) {
    device_versions_[d->id].push_back(e.version);
    identity_versions_[crypto::key_id(crypto::KeyAlgorithm::ed25519, d->identity)] = e.version;
  }
  if (const auto* r = std::get_if<Revocation>(&body)) revocation_versions_[r->device] = e.version;
  if (const auto* o = std::get_if<Organisation>(&body)) {
    organisation_versions_[o->id].push_back(e.version);
    if ((o->parts & kInspecting) != 0) ever_inspecting_.insert(o->id);
  }
  if (std::holds_alternative<Policy>(body)) policy_versions_.push_back(e.version);
  if (const auto* c = std::get_if<CalendarEntry>(&body)) {
    calendar_versions_[c->id] = e.version;
    all_calendar_versions_.push_back(e.version);
  }
  if (const auto* s = std::get_if<SettingsEntry>(&body)) settings_versions_[s->name].push_back(e.version);
  return {};
}

const DirectoryEntry* Directory::entry(std::uint64_t version) const {
  return version >= 1 && version <= entries_.size() ? &entries_[version - 1] : nullptr;
}

namespace {

// The newest of ascending `versions` that is not above `limit` (0 = no limit); 0 if none.
std::uint64_t at_or_below(const std::vector<std::uint64_t>& versions, std::uint64_t limit) {
  if (versions.empty()) return 0;
  if (limit == 0) return versions.back();
  const auto at = std::upper_bound(versions.begin(), versions.end(), limit);
  return at == versions.begin() ? 0 : *std::prev(at);
}

template <class Map, class Key>
std::uint64_t look_up(const Map& map, const Key& key, std::uint64_t limit) {
  const auto at = map.find(key);
  return at == map.end() ? 0 : at_or_below(at->second, limit);
}

}  // namespace

const HubKeys* Directory::hub_keys(std::uint64_t version) const {
  const DirectoryEntry* e = entry(at_or_below(hub_keys_versions_, version));
  return e ? &std::get<HubKeys>(e->body) : nullptr;
}

const Device* Directory::device(const DeviceId& id, std::uint64_t version) const {
  const DirectoryEntry* e = entry(look_up(device_versions_, id, version));
  return e ? &std::get<Device>(e->body) : nullptr;
}

const Organisation* Directory::organisation(const OrganisationId& id, std::uint64_t version) const {
  const DirectoryEntry* e = entry(look_up(organisation_versions_, id, version));
  return e ? &std::get<Organisation>(e->body) : nullptr;
}

const Organisation* Directory::organisation(std::string_view code) const {
  const Organisation* o = organisation(organisation_id(zone_, code));
  return o && o->code == code ? o : nullptr;
}

const Policy* Directory::policy(std::uint64_t version) const {
  const DirectoryEntry* e = entry(at_or_below(policy_versions_, version));
  return e ? &std::get<Policy>(e->body) : nullptr;
}

std::vector<const Device*> Directory::devices() const {
  std::vector<const Device*> found;
  for (const auto& [id, versions] : device_versions_) found.push_back(device(id));
  return found;
}

std::vector<const Device*> Directory::devices_of(const OrganisationId& site) const {
  std::vector<const Device*> found;
  for (const Device* d : devices())
    if (d->site == site && d->state == DeviceState::active) found.push_back(d);
  return found;
}

std::vector<const Organisation*> Directory::organisations() const {
  std::vector<const Organisation*> found;
  for (const auto& [id, versions] : organisation_versions_) found.push_back(organisation(id));
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->code < b->code; });
  return found;
}

std::uint64_t Directory::device_version(const DeviceId& id) const {
  return look_up(device_versions_, id, 0);
}

const Revocation* Directory::revocation(const DeviceId& id) const {
  const auto at = revocation_versions_.find(id);
  return at == revocation_versions_.end() ? nullptr : &std::get<Revocation>(entry(at->second)->body);
}

std::vector<crypto::VerifyKey> Directory::identities(const DeviceId& id, std::uint64_t from_version) const {
  std::vector<crypto::VerifyKey> found;
  const auto at = device_versions_.find(id);
  if (at == device_versions_.end()) return found;
  for (auto version = at->second.rbegin(); version != at->second.rend(); ++version) {
    const crypto::VerifyKey& key = std::get<Device>(entry(*version)->body).identity;
    if (std::find(found.begin(), found.end(), key) == found.end()) found.push_back(key);
    if (*version <= from_version) break;  // the entry that was in force there
  }
  return found;
}

std::vector<const CalendarEntry*> Directory::calendars() const {
  std::vector<const CalendarEntry*> found;
  for (const auto& [id, version] : calendar_versions_) found.push_back(&std::get<CalendarEntry>(entry(version)->body));
  return found;
}

std::vector<const CalendarEntry*> Directory::all_calendars() const {
  std::vector<const CalendarEntry*> found;
  for (const std::uint64_t version : all_calendar_versions_)
    found.push_back(&std::get<CalendarEntry>(entry(version)->body));
  return found;
}

std::vector<const SettingsEntry*> Directory::settings(std::string_view name) const {
  std::vector<const SettingsEntry*> found;
  if (const auto at = settings_versions_.find(name); at != settings_versions_.end())
    for (const std::uint64_t version : at->second) found.push_back(&std::get<SettingsEntry>(entry(version)->body));
  return found;
}

std::optional<Directory::Signer> Directory::signer(const crypto::KeyId& id) const {
  if (const HubKeys* keys = hub_keys(); keys && crypto::key_id(crypto::KeyAlgorithm::ed25519, keys->service_key) == id)
    return Signer{keys->service_key, keys->hub_device, true, false};
  const auto at = identity_versions_.find(id);
  if (at == identity_versions_.end()) return std::nullopt;
  const Device& named = std::get<Device>(entry(at->second)->body);
  return Signer{named.identity, named.id, false, device(named.id)->state == DeviceState::revoked};
}

std::vector<const Organisation*> Directory::inspecting(std::uint64_t version) const {
  std::vector<const Organisation*> found;
  for (const OrganisationId& id : ever_inspecting_)
    if (const Organisation* o = organisation(id, version); o && (o->parts & kInspecting) != 0 && o->state == 0)
      found.push_back(o);
  return found;
}

bool Directory::in_branch(const OrganisationId& body, const OrganisationId& top, std::uint64_t version) const {
  return top.is_zero() || body == top || stands_above(top, body, version);
}

bool Directory::stands_above(const OrganisationId& above, const OrganisationId& below, std::uint64_t version) const {
  OrganisationId at = below;
  for (int depth = 0; depth < 64; ++depth) {  // bounded: the tree has no cycle, checked at import
    const Organisation* o = organisation(at, version);
    if (o == nullptr || o->parent.is_zero()) return false;
    if (o->parent == above) return true;
    at = o->parent;
  }
  return false;
}

std::vector<Bytes> Directory::hub_keys_entries() const {
  std::vector<Bytes> found;
  for (const std::uint64_t v : hub_keys_versions_) found.push_back(entry(v)->bytes);
  return found;
}

}  // namespace tram::sync
