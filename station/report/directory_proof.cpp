#include "station/report/directory_proof.h"

#include <algorithm>

namespace tram::station {
namespace {

using sync::DirectoryEntry;
using sync::HubKeys;
using sync::OutcomeCode;
using Roots = std::vector<crypto::VerifyKey>;

constexpr std::size_t kEntryHeader = 112;   // bundle design 5.2: what an entry's signatures cover
constexpr std::size_t kKeyFileHeader = 40;  // magic 8, first root key 32

bool signed_by_any(const DirectoryEntry& entry, const Roots& keys, std::string_view purpose) {
  const ByteView header = ByteView(entry.bytes).first(kEntryHeader);
  return std::any_of(keys.begin(), keys.end(), [&](const crypto::VerifyKey& key) {
    const crypto::KeyId id = crypto::key_id(crypto::KeyAlgorithm::ed25519, key);
    return std::any_of(entry.signatures.begin(), entry.signatures.end(), [&](const auto& signature) {
      return signature.first == id && crypto::verify(key, purpose, {header}, signature.second);
    });
  });
}

ReportFault chain_broken(std::string detail) {
  return {OutcomeCode::root_chain, "hub keys: " + std::move(detail)};
}

struct KeyChain {
  crypto::VerifyKey root{};
  std::vector<DirectoryEntry> entries;  // all HUB_KEYS, versions ascending, each proved from the root
};

// Takes one entry if the roots so far vouch for it.
std::optional<ReportFault> extend(KeyChain& chain, Roots& roots, DirectoryEntry entry) {
  const auto* keys = std::get_if<HubKeys>(&entry.body);
  if (keys == nullptr || keys->roots.empty()) return chain_broken("not a HUB_KEYS entry");
  if (!signed_by_any(entry, roots, "root")) return chain_broken("not signed by the root before it");
  if (keys->roots != roots && !signed_by_any(entry, keys->roots, "root"))
    return chain_broken("not signed by its own new root");
  const DirectoryEntry* last = chain.entries.empty() ? nullptr : &chain.entries.back();
  const std::uint32_t last_seq = last ? std::get<HubKeys>(last->body).root_seq : 0;
  if (keys->root_seq <= last_seq || (last && entry.version <= last->version)) return chain_broken("order");
  if (last && entry.zone != last->zone) return chain_broken("another zone");
  // Only direct neighbours can be compared; entries between the others are left out on purpose.
  if (keys->root_seq == last_seq + 1 && keys->previous != (last ? last->hash : sync::Hash{}))
    return chain_broken("another entry before it");
  roots = keys->roots;
  chain.entries.push_back(std::move(entry));
  return std::nullopt;
}

ReportResult<KeyChain> read_key_chain(ByteView bytes) {
  if (bytes.size() < kKeyFileHeader) return chain_broken("too short");
  KeyChain chain;
  std::copy_n(bytes.begin() + 8, chain.root.size(), chain.root.begin());
  const Bytes head = sync::encode_key_file(chain.root, {});
  if (!std::equal(head.begin(), head.end(), bytes.begin())) return chain_broken("magic");
  Roots roots = {chain.root};
  for (ByteView rest = bytes.subspan(kKeyFileHeader); !rest.empty();) {
    if (rest.size() < 4) return chain_broken("cut short");
    const std::size_t length = load_le<std::uint32_t>(rest.data());
    if (length > rest.size() - 4) return chain_broken("cut short");
    auto entry = sync::decode_entry(rest.subspan(4, length));
    if (!entry) return chain_broken(entry.error().message());
    if (auto fault = extend(chain, roots, std::move(*entry))) return *fault;
    rest = rest.subspan(4 + length);
  }
  if (chain.entries.empty()) return chain_broken("no entry");
  return chain;
}

// The last HUB_KEYS entry below `version`: the one whose directory key had to sign that entry (sync::Directory).
const DirectoryEntry* in_force_at(const std::vector<DirectoryEntry>& hub_keys, std::uint64_t version) {
  const DirectoryEntry* found = nullptr;
  for (const DirectoryEntry& entry : hub_keys)
    if (entry.version < version) found = &entry;
  return found;
}

// Does `entry` fit into a directory that ended at `version` with `hash`?
bool lies_in(const DirectoryEntry& entry, const DirectoryProof& proof) {
  return entry.version < proof.version || (entry.version == proof.version && entry.hash == proof.hash);
}

}  // namespace

ReportResult<DirectoryProof> directory_proof(const sync::Directory& directory, const crypto::VerifyKey& first_root,
                                             const sync::DeviceId& device) {
  const DirectoryEntry* record = nullptr;
  std::vector<const DirectoryEntry*> hub_keys;
  for (std::uint64_t version = 1; version <= directory.version(); ++version) {
    const DirectoryEntry* entry = directory.entry(version);
    if (std::holds_alternative<HubKeys>(entry->body)) hub_keys.push_back(entry);
    if (const auto* found = std::get_if<sync::Device>(&entry->body); found && found->id == device) record = entry;
  }
  if (record == nullptr) return ReportFault{OutcomeCode::unknown_sender, "no DEVICE entry of the signer"};
  std::vector<Bytes> kept;
  Roots roots = {first_root};
  for (std::size_t i = 0; i < hub_keys.size(); ++i) {
    const auto& keys = std::get<HubKeys>(hub_keys[i]->body);
    const bool newest = i + 1 == hub_keys.size();
    const bool of_record =
        hub_keys[i]->version < record->version && (newest || hub_keys[i + 1]->version > record->version);
    if (keys.roots != roots || newest || of_record) kept.push_back(hub_keys[i]->bytes);
    roots = keys.roots;
  }
  return DirectoryProof{directory.version(), directory.head(), record->bytes, sync::encode_key_file(first_root, kept)};
}

ReportResult<DirectoryEntry> decode_device_record(ByteView bytes) {
  auto entry = sync::decode_entry(bytes);
  if (!entry) return ReportFault{OutcomeCode::bad_content, "device record: " + entry.error().message()};
  if (!std::holds_alternative<sync::Device>(entry->body))
    return ReportFault{OutcomeCode::bad_content, "device record: another kind of entry"};
  return std::move(*entry);
}

ReportResult<ProvedDevice> check_directory_proof(const DirectoryProof& proof,
                                                 const std::optional<crypto::VerifyKey>& expected_root) {
  const auto chain = read_key_chain(proof.hub_keys);
  if (!chain) return chain.error();
  if (expected_root && *expected_root != chain->root) return chain_broken("another first root key than expected");
  const auto record = decode_device_record(proof.device_record);
  if (!record) return record.error();
  if (record->zone != chain->entries.front().zone) return ReportFault{OutcomeCode::wrong_zone, "device record"};
  const DirectoryEntry* made_under = in_force_at(chain->entries, record->version);
  if (made_under == nullptr) return chain_broken("none before the device record");
  if (!signed_by_any(*record, {std::get<HubKeys>(made_under->body).directory_key}, "directory"))
    return ReportFault{OutcomeCode::bad_signature, "device record: not signed by the directory key"};
  if (!lies_in(*record, proof) || !lies_in(chain->entries.back(), proof))
    return ReportFault{OutcomeCode::bad_content, "an entry does not lie in the directory named"};
  const auto& device = std::get<sync::Device>(record->body);
  if (device.state == sync::DeviceState::revoked) return ReportFault{OutcomeCode::sender_revoked, "device record"};
  const auto& newest = std::get<HubKeys>(chain->entries.back().body);
  return ProvedDevice{device, record->zone, newest.zone_kind, chain->root};
}

}  // namespace tram::station
