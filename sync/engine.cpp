#include "sync/engine.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/isolation.h"
#include "sync/limits.h"
#include "sync/rotation.h"
#include "sync/upgrade.h"

namespace tram::sync {

std::uint64_t meta_u64(Store& store, std::string_view name) {
  const auto value = store.meta(name);
  return value && value->size() == 8 ? load_le<std::uint64_t>(value->data()) : 0;
}

void put_meta_u64(Store& store, std::string_view name, std::uint64_t value) {
  ByteArray<8> bytes{};
  store_le(bytes.data(), value);
  store.put_meta(name, bytes);
}

std::uint64_t directory_as_of_ms(Store& store) {
  return meta_u64(store, meta::kDirectoryAsOf);
}

Engine::Engine(Identity identity, Schema schema) : identity_(identity), schema_(std::move(schema)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;

std::uint64_t Engine::clock_jump_ms(std::uint64_t wall_ms, std::optional<std::uint64_t> mono_ms) const {
  if (!started_ || !mono_ms) return 0;
  const std::uint64_t expected = started_->wall_ms + (*mono_ms - started_->mono_ms);
  return wall_ms > expected + limits::kClockJumpMs ? wall_ms - expected : 0;
}

void Engine::step(const Event& event, const Env& env, Store& store, std::vector<Action>& out) {
  const bool confirmed = std::holds_alternative<ConfirmClock>(event);
  if (identity_.at_hub && env.mono_ms && (!started_ || confirmed)) started_ = Clocks{env.wall_ms, *env.mono_ms};
  if (confirmed) return;
  if (const auto* e = std::get_if<Start>(&event)) return start(*e, env, store, out);
  if (const auto* e = std::get_if<LocalSave>(&event)) return save(*e, env, store, out);
  if (const auto* e = std::get_if<Prepare>(&event)) return Site(*this, env, store, out).prepare(*e);
  if (const auto* e = std::get_if<Sent>(&event)) return Site(*this, env, store, out).sent(*e);
  if (const auto* e = std::get_if<MakeReply>(&event)) return Hub(*this, env, store, out).reply(*e);
  if (const auto* e = std::get_if<Incoming>(&event)) {
    if (identity_.at_hub) return Hub(*this, env, store, out).incoming(*e);
    return Site(*this, env, store, out).incoming(*e);
  }
  if (std::holds_alternative<StartRecovery>(event)) return Hub(*this, env, store, out).start_recovery();
  if (std::holds_alternative<EndRecovery>(event)) return Hub(*this, env, store, out).end_recovery();
  if (const auto* e = std::get_if<Mend>(&event)) return note_damage(store, e->changesets, out);
  // A site may hold the entry of this number already: only what sites bring is taken in.
  if (identity_.at_hub && Hub(*this, env, store, out).recovering()) {
    out.push_back(Refuse{errc::recovering});
    return;
  }
  const auto added = add_directory(store, std::get<AddDirectory>(event).entries);
  if (!added) {
    out.push_back(Refuse{static_cast<errc>(added.error().value())});
    return;
  }
  Taken taken;
  taken.directory = *added;
  out.push_back(taken);
}

const Directory& Engine::directory(Store& store) {
  const auto head = store.meta(meta::kDirectoryHead);
  Hash stored{};
  if (head && head->size() == 32) std::copy(head->begin(), head->end(), stored.begin());
  if (!directory_ || directory_head_ != stored) {
    crypto::VerifyKey root{};
    if (const auto key = store.meta(meta::kRootKey); key && key->size() == 32)
      std::copy(key->begin(), key->end(), root.begin());
    auto fresh = std::make_unique<Directory>(root);
    for (const DirectoryRow& row : store.directory(1)) {
      const auto entry = decode_entry(row.bytes);
      if (!entry || !fresh->append(*entry)) throw StoreFailure("the stored directory does not verify", false);
    }
    directory_ = std::move(fresh);
    directory_head_ = stored;
  }
  return *directory_;
}

World Engine::world(Store& store) {
  const Directory& d = directory(store);
  const HubKeys* keys = d.hub_keys();
  return {schema_, d, keys ? keys->hub_organisation : OrganisationId{}, identity_.zone, identity_.at_hub};
}

Result<std::uint64_t> Engine::add_directory(Store& store, const std::vector<Bytes>& entries) {
  // Worked on a copy: an entry that is refused leaves the cache as it was.
  auto next = std::make_unique<Directory>(directory(store));
  std::uint64_t added = 0;
  bool moves_scopes = false;
  for (const Bytes& bytes : entries) {
    const auto entry = decode_entry(bytes);
    if (!entry) return entry.error();
    if (entry->zone != identity_.zone) return errc::wrong_zone;
    if (entry->version > next->version() + 1)
      return entry->version > next->version() + limits::kDirectoryAhead ? errc::bad_directory : errc::stream_gap;
    const auto appended = next->append(*entry);
    if (!appended) {
      if (appended.error() == errc::directory_rollback) continue;  // known already
      return appended.error();
    }
    store.put_directory({entry->version, entry->hash, entry->bytes});
    moves_scopes |= std::holds_alternative<Organisation>(entry->body);
    ++added;
  }
  moves_scopes = moves_scopes && !(next->inspecting().empty() && directory_->inspecting().empty());
  if (identity_.at_hub && moves_scopes) follow_directory_from_start(store);
  store.put_meta(meta::kDirectoryHead, next->head());
  directory_head_ = next->head();
  directory_ = std::move(next);
  return added;
}

// --- the own log
// -------------------------------------------------------------------------------------------------------

// The key that the log has come to; ours is the first one, or any that a rotation brought.
const crypto::SigningKey& Engine::log_key(Store& store) const {
  if (!identity_.other_keys.empty())
    if (const auto wanted = signing_key_of_log(store))
      for (const crypto::SigningKey* key : identity_.other_keys)
        if (key->public_key == *wanted) return *key;
  return *identity_.device_key;
}

ChangesetRow Engine::sign(Store& store, const Env& env, LogRow& log, Header header,
                          const std::vector<Operation>& operations) {
  Body body;
  env.entropy.fill(body.salt);
  body.operations = operations;
  Bytes encoded = encode_body(body);
  header.zone = identity_.zone;
  header.confidentiality = identity_.zone_kind == ZoneKind::closed ? 1 : 0;
  header.device = identity_.device;
  header.incarnation = log.incarnation;
  header.seq = log.head_seq + 1;
  header.prev = log.head_hash;
  header.written_at = std::max(env.wall_ms << 16, log.last_written_at + 1);
  if (env.wall_ms < limits::kClockFloorMs) header.flags |= kClockUnset;
  if (const auto newest = store.meta(meta::kNewestReceipt); newest && newest->size() == 20) {
    header.anchor.epoch = load_le<std::uint32_t>(newest->data());
    header.anchor.seq = load_le<std::uint64_t>(newest->data() + 4);
    std::copy_n(newest->begin() + 12, 8, header.anchor.hash.begin());
  }
  if (const Policy* policy = directory(store).policy()) {
    header.schema_version = policy->schema_version;
    header.rules_epoch = policy->rules_epoch;
  }
  header.op_count = static_cast<std::uint16_t>(operations.size());
  header.body_len = static_cast<std::uint32_t>(encoded.size());
  header.body_hash = body_hash(encoded);
  ChangesetRow row;
  row.bytes = seal_changeset(header, std::move(encoded), log_key(store));
  row.hash = row.bytes.hash();
  row.log = log.log;
  row.seq = header.seq;
  row.home = header.home;
  store.put_changeset(row);
  log.head_seq = row.seq;
  log.head_hash = row.hash;
  log.last_written_at = header.written_at;
  log.anchor = header.anchor;
  store.put_log(log);
  // Valid from the next number of this log on.
  if (const auto rotation = rotation_of(body)) put_signing_key_of_log(store, rotation->new_key);
  return row;
}

Result<ChangesetRow> Engine::open_log(Store& store, const Env& env, const LogRow* old) {
  LogRow log;
  log.device = identity_.device;
  log.incarnation = env.entropy.draw<std::uint64_t>();
  log.log = log_id(log.device, log.incarnation);
  log.own = true;
  Operation open;
  open.kind = OperationKind::log_open;
  if (old) {
    open.old_log = old->log;
    open.old_seq = old->head_seq;
    open.old_hash = old->head_hash;
    log.last_written_at = old->last_written_at;
    LogRow closed = *old;
    closed.closed = true;
    store.put_log(closed);
  }
  Header header;
  header.home = RecordId{identity_.device.bytes};
  header.role = static_cast<std::uint16_t>(Role::device);
  return sign(store, env, log, header, {open});
}

void Engine::start(const Start& event, const Env& env, Store& store, std::vector<Action>& out) {
  keep_digests(store);
  const World world = this->world(store);
  for (const RecordId& home : fold_after_upgrade(store, world, env.wall_ms))
    if (!identity_.at_hub) rebuild_provisional(store, world, home, env.wall_ms);
  if (directory(store).device(identity_.device) == nullptr) return;  // not enrolled yet: nothing to sign
  expire_chunks(store, identity_.at_hub, env.wall_ms);
  check_heads(store, out);
  const auto log = store.own_log();
  if (!log) {
    const auto opened = open_log(store, env, nullptr);
    if (opened && identity_.at_hub) Hub(*this, env, store, out).receipt(*opened, std::nullopt);
    return;
  }
  // The fence is ahead of the log, or of another log, or not ours: the database was rolled back or copied (section 8).
  bool suspicious = event.foreign;
  std::uint64_t must_hear = 0;  // the log goes on only when it is complete up to here again
  if (event.fence) {
    if (event.fence->incarnation != log->incarnation) {
      // Fine if it names a log that we closed: nothing of the new one has left yet.
      const auto left = store.log(log_id(identity_.device, event.fence->incarnation));
      if (!left || !left->own || !left->closed) {
        // Set back to before that log: how much of this one had left, its own fence said, and that is overwritten.
        suspicious = true;
        must_hear = std::numeric_limits<std::uint64_t>::max();
      }
    } else if (event.fence->seq > log->head_seq) {
      suspicious = true;
      must_hear = event.fence->seq;
    } else if (event.fence->seq > 0) {
      const auto at = store.changeset_at(log->log, event.fence->seq);
      if (!at || at->hash != event.fence->head_hash) {
        suspicious = true;
        must_hear = std::numeric_limits<std::uint64_t>::max();  // another branch left: this one never goes on
      }
    }
  }
  if (suspicious) {
    put_meta_u64(store, meta::kSuspended, 1);
    put_meta_u64(store, meta::kMustHear, std::max(meta_u64(store, meta::kMustHear), must_hear));
    out.push_back(Notice{OutcomeCode::restored, log->log.hex(), log->head_seq});
  }
  // An earlier program may have left what this one can apply. What follows from it is signed, so the fence comes first.
  begin_retry(store);
  if (identity_.at_hub)
    Hub(*this, env, store, out).retry_not_applied();
  else
    Site(*this, env, store, out).start();
}

namespace {

// The authority head as our own unreceipted work leaves it: a second change must name the first, or it would lose a
// race against it (sync design 4).
VersionId known_auth_head(Store& store, const RecordId& home) {
  const auto row = store.home(home);
  VersionId head = row ? row->auth_head : VersionId{};
  for (const ChangesetRow& waiting : store.waiting_of_home(home)) {
    const auto header = decode_header(waiting.bytes.header);
    if (!header) continue;
    VersionId last = head;
    bool creates = false;  // authority given with the creation leaves the head at zero
    for (std::uint16_t i = 0; i < header->op_count; ++i) {
      const auto v = store.version(version_id(waiting.hash, i));
      if (!v || v->layer != Layer::provisional || v->verdict != Verdict::admitted) continue;
      creates |= v->kind == OperationKind::record_create && v->record == home;
      if (v->kind == OperationKind::authority_change) last = v->id;
    }
    if (!creates) head = last;
  }
  return head;
}

// A write names so many heads at most: then those that it might lose against are among them.
void keep_strongest(Store& store, std::vector<VersionId>& heads) {
  if (heads.size() <= limits::kSupersedes) return;
  std::vector<std::tuple<std::uint16_t, std::uint64_t, VersionId>> weighed;
  for (const VersionId& id : heads) {
    const auto v = store.version(id);
    weighed.emplace_back(v ? v->rank : std::uint16_t{0}, v ? v->effective_ms : 0, id);
  }
  std::sort(weighed.rbegin(), weighed.rend());
  heads.clear();
  for (std::size_t i = 0; i < limits::kSupersedes; ++i) heads.push_back(std::get<2>(weighed[i]));
  std::sort(heads.begin(), heads.end());
}

}  // namespace

Result<std::vector<Operation>> Engine::complete(Store& store, const LocalSave& event) {
  const VersionId auth_head = known_auth_head(store, event.home);
  std::map<RecordId, std::uint16_t> created;
  std::set<std::pair<RecordId, std::uint16_t>> written;
  std::vector<Operation> operations = event.operations;
  std::vector<Operation> further;  // removes of one element that was added more often than one operation can name
  if (operations.empty() || operations.size() > limits::kOperationsPerChangeset) return errc::over_limit;
  for (Operation& op : operations) {
    if (op.kind == OperationKind::record_create) {
      if (op.record != record_id(identity_.device, op.nonce)) return errc::bad_value;
      created[op.record] = op.type;
      op.auth_base = auth_head;
      continue;
    }
    if (op.kind == OperationKind::proposal_answer || op.kind == OperationKind::adopt ||
        op.kind == OperationKind::redact)
      continue;
    if (op.kind == OperationKind::key_rotate) {
      const auto rotation = read_rotation(op.statement);
      if (!rotation) return rotation.error();
      const bool own = rotation->device == identity_.device && event.home.bytes == identity_.device.bytes;
      if (!own || operations.size() != 1 || rotation->old_key != log_key(store).public_key) return errc::bad_value;
      continue;
    }
    std::uint16_t type = 0;
    if (const auto at = created.find(op.record); at != created.end()) {
      type = at->second;
    } else if (const auto record = store.record(op.record, Layer::provisional)) {
      if (record->home != event.home) return errc::unknown_record;
      type = record->type;
    } else {
      return errc::unknown_record;
    }
    const FieldSpec* spec = schema_.field(type, op.field);
    if (spec == nullptr) return errc::unknown_field;
    const bool carries_value = op.kind == OperationKind::field_set || op.kind == OperationKind::set_add ||
                               op.kind == OperationKind::log_append || op.kind == OperationKind::authority_change;
    if (carries_value && !op.value.is_absent() && op.value.kind() != spec->value) return errc::value_kind;
    if (spec->kind == FieldKind::create_once && !created.contains(op.record)) return errc::no_authority;
    if (spec->kind != FieldKind::log && op.kind != OperationKind::set_add && op.kind != OperationKind::set_remove &&
        !written.insert({op.record, op.field}).second)
      return errc::bad_value;  // one write per field and changeset: a version cannot name another of its own changeset
    if (spec->writers != kRelationAll) op.auth_base = auth_head;
    if (created.contains(op.record)) continue;
    const auto field = store.field(op.record, op.field, Layer::provisional);
    if (!field) continue;
    if (op.kind == OperationKind::field_set || op.kind == OperationKind::status_event) op.seen = field->heads;
    if (op.kind == OperationKind::set_remove) {
      op.seen.clear();
      for (const VersionId& id : field->heads)
        if (const auto v = store.version(id); v && v->value == op.value) op.seen.push_back(id);
      op.value = Value();
      while (op.seen.size() > limits::kSupersedes) {
        further.push_back(op);
        const auto last = op.seen.end() - static_cast<std::ptrdiff_t>(limits::kSupersedes);
        further.back().seen.assign(last, op.seen.end());
        op.seen.erase(last, op.seen.end());
      }
    }
    keep_strongest(store, op.seen);
  }
  operations.insert(operations.end(), further.begin(), further.end());
  if (operations.size() > limits::kOperationsPerChangeset) return errc::over_limit;
  return operations;
}

Result<ChangesetRow> Engine::append(Store& store, const Env& env, const LocalSave& event) {
  auto log = store.own_log();
  if (!log) return errc::not_enrolled;
  auto operations = complete(store, event);
  if (!operations) return operations.error();
  Body probe;
  probe.operations = *operations;
  const Bytes encoded = encode_body(probe);
  if (encoded.size() > limits::kBodyBytes) return errc::body_too_large;
  if (const auto readable = decode_body(encoded); !readable) return readable.error();
  if (const auto flag = store.meta(meta::kSuspended); flag && !flag->empty()) {
    // A person saves before the hub was heard: a new incarnation opens at once, and work goes on (sync design 8).
    const auto opened = open_log(store, env, &*log);
    if (!opened) return opened.error();
    store.put_meta(meta::kSuspended, {});
    put_meta_u64(store, meta::kMustHear, 0);  // it spoke of the log that is closed now
    log = store.own_log();
  }
  Header header;
  header.home = event.home;
  header.person = event.person;
  header.role = static_cast<std::uint16_t>(event.role);
  if (event.all_or_nothing) header.flags |= kAllOrNothing;
  return sign(store, env, *log, header, *operations);
}

namespace {

// A field with more heads than a write can name keeps some of them, and goes on showing several values: it is said, and
// the next write takes the rest.
void note_left_heads(Store& store, const ChangesetRow& row, std::vector<Action>& out) {
  const auto body = decode_body(row.bytes.body);
  if (!body) return;
  for (const Operation& op : body->operations) {
    if (op.unknown_kind || op.seen.size() < limits::kSupersedes || op.kind == OperationKind::set_remove) continue;
    const auto field = store.field(op.record, op.field, Layer::provisional);
    if (field && field->heads.size() > 1) out.push_back(Notice{OutcomeCode::over_limit, op.record.hex(), row.seq});
  }
}

}  // namespace

void Engine::save(const LocalSave& event, const Env& env, Store& store, std::vector<Action>& out) {
  if (identity_.at_hub && Hub(*this, env, store, out).recovering()) {
    out.push_back(Refuse{errc::recovering});
    return;
  }
  if (clock_jump_ms(env.wall_ms, env.mono_ms) > 0) {
    out.push_back(Refuse{errc::clock_jump});
    return;
  }
  const auto row = append(store, env, event);
  if (!row) {
    out.push_back(Refuse{static_cast<errc>(row.error().value())});
    return;
  }
  if (identity_.at_hub) {
    Hub(*this, env, store, out).receipt(*row, std::nullopt);
  } else {
    const World now = world(store);
    rebuild_provisional(store, now, event.home, env.wall_ms);
    if (const auto work = read_changeset(row->bytes, now, 0))
      (void)note_files(store, schema_, *work, nullptr, env.wall_ms);
  }
  note_left_heads(store, *row, out);
  out.push_back(Acknowledge{row->hash, row->seq});
}

// --- digest
// ------------------------------------------------------------------------------------------------------------

Hash Engine::digest(Store& store, const OrganisationId& scope) const {
  Hash sum{};
  for (const RecordId& home : store.homes_in_scope(scope)) add_digest(sum, digest_of_home(store, home));
  return sum;
}

Hash Engine::digest_of_all(Store& store) const {
  Hash sum{};
  for (const HomeRow& home : store.homes()) add_digest(sum, digest_of_home(store, home.home));
  return sum;
}

Hash Engine::provisional_digest(Store& store, const OrganisationId& scope) const {
  std::set<RecordId> homes;
  for (const RecordId& home : store.homes_in_scope(scope)) homes.insert(home);
  for (const RecordId& home : store.homes_waiting()) homes.insert(home);
  Hash sum{};
  for (const RecordId& home : homes)
    for (const RecordRow& record : store.records_of_home(home, Layer::provisional))
      for (const FieldRow& row : store.fields(record.id, Layer::provisional)) add_digest(sum, row_digest(row));
  return sum;
}

}  // namespace tram::sync
