// Site: an own changeset that was damaged on the disk before the hub had it (sync design 2 and 6, reliability design
// 2.2). It is never sent. Where its content is proved by its hash it is signed again; else it is lost, and listed so:
// its log ends before it, and what was saved after it goes on in a new log, signed again. Receipted ones: repair.cpp.
#include <algorithm>
#include <map>

#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/limits.h"
#include "sync/rotation.h"
#include "sync/waiting_list.h"

namespace tram::sync {
namespace {

constexpr std::string_view kStops = "log_stops";  // damaged changesets before which their logs wait

// What the new names are of changesets and versions that were signed again, and what a lost version had seen.
class Renamed {
 public:
  explicit Renamed(Store& store) : store_(store) {}

  void sign_again(const Hash& before, const Hash& now, std::size_t operations) {
    changesets_[before] = now;
    for (std::size_t i = 0; i < operations; ++i) {
      const auto at = static_cast<std::uint16_t>(i);
      versions_[version_id(before, at)] = version_id(now, at);
    }
  }
  void lose(const Hash& changeset, std::size_t operations) {
    for (std::size_t i = 0; i < operations; ++i) lost_.insert(version_id(changeset, static_cast<std::uint16_t>(i)));
  }

  void apply(Operation& op, const RecordId& home) {
    std::vector<VersionId> seen;
    for (const VersionId& id : op.seen) add_seen(id, op, seen);
    op.seen = std::move(seen);
    if (op.auth_base) {
      const auto row = store_.home(home);
      op.auth_base = lost_.contains(*op.auth_base) ? (row ? row->auth_head : VersionId{}) : renamed(*op.auth_base);
    }
    if (op.kind == OperationKind::proposal_answer) {
      const VersionId now = renamed(VersionId::from(ByteView(op.target)));
      std::copy(now.bytes.begin(), now.bytes.end(), op.target.begin());
    } else if (const auto at = changesets_.find(op.target); at != changesets_.end()) {
      op.target = at->second;
    }
  }

 private:
  VersionId renamed(const VersionId& id) const {
    const auto at = versions_.find(id);
    return at == versions_.end() ? id : at->second;
  }
  // A value that replaced a lost one replaces what that one had replaced, as far as the store still knows it.
  void add_seen(const VersionId& id, const Operation& op, std::vector<VersionId>& seen) {
    std::vector<VersionId> known = {renamed(id)};
    if (lost_.contains(id)) {
      const auto lost = store_.version(id);
      const auto field = store_.field(op.record, op.field, Layer::confirmed);
      known = lost ? lost->seen : op.kind != OperationKind::log_append && field ? field->heads : decltype(known){};
      for (VersionId& before : known) before = renamed(before);
    }
    for (const VersionId& version : known)
      if (!lost_.contains(version) && std::find(seen.begin(), seen.end(), version) == seen.end())
        seen.push_back(version);
    if (op.kind == OperationKind::log_append && seen.size() > 1) seen.resize(1);
    if (seen.size() > limits::kSupersedes) seen.resize(limits::kSupersedes);
  }

  Store& store_;
  std::map<Hash, Hash> changesets_;
  std::map<VersionId, VersionId> versions_;
  std::set<VersionId> lost_;
};

std::vector<ChangesetRow> without_receipt(Store& store, const LogId& log, std::uint64_t from_seq) {
  std::vector<ChangesetRow> rows;
  store.each_changeset(log, from_seq, [&](const ChangesetRow& row) {
    if (row.hub_seq == 0) rows.push_back(row);
    return true;
  });
  return rows;
}

bool about_the_log(const ChangesetRow& row, const DeviceId& device) {
  return row.home.bytes == device.bytes;
}

}  // namespace

// The key that signed `row`: a rotation later in the log names the one before it.
const crypto::SigningKey* Engine::key_of(Store& store, const ChangesetRow& row) {
  crypto::VerifyKey wanted = log_key(store).public_key;
  for (const ChangesetRow& later : without_receipt(store, row.log, row.seq)) {
    if (!about_the_log(later, identity_.device) || later.seq == 1) continue;
    const auto body = later.bytes.hash() == later.hash ? decode_body(later.bytes.body) : Result<Body>(errc::bad_value);
    const auto rotation = body ? rotation_of(*body) : std::nullopt;
    const Device* entered = directory(store).device(identity_.device);
    if (!rotation && entered == nullptr) return nullptr;
    wanted = rotation ? rotation->old_key : entered->identity;  // a lost rotation was never entered
    break;
  }
  if (identity_.device_key->public_key == wanted) return identity_.device_key;
  for (const crypto::SigningKey* key : identity_.other_keys)
    if (key->public_key == wanted) return key;
  return nullptr;
}

bool Engine::sign_again(Store& store, ChangesetRow& row) {
  const auto header = decode_header(row.bytes.header);
  if (!header || header->device != identity_.device || row.hub_seq != 0) return false;
  if (row.bytes.hash() != row.hash || row.bytes.body.size() != header->body_len) return false;
  if (body_hash(row.bytes.body) != header->body_hash) return false;
  const crypto::SigningKey* key = key_of(store, row);
  if (key == nullptr) return false;
  row.bytes.signature = crypto::sign(*key, "changeset", {row.bytes.header});
  store.put_changeset(row);
  return true;
}

bool Engine::Site::fit_to_send(ChangesetRow& row) {
  if (engine_.intact(store_, row)) return true;
  out_.push_back(Notice{OutcomeCode::bad_changeset, to_hex(row.hash), row.seq});
  if (engine_.sign_again(store_, row)) return true;
  add_waiting(store_, kStops, row.hash);
  return false;
}

// The hub was heard, and has not got what is damaged here: nobody has.
void Engine::Site::settle_lost(Taken& taken) {
  const auto stops = waiting_list(store_, kStops);
  if (stops.empty() || !hello_ || (hello_->flags & (kRecovery | kMore)) != 0 || missing_own_) return;
  const auto suspended = store_.meta(meta::kSuspended);
  if (suspended && !suspended->empty()) return;
  put_waiting_list(store_, kStops, {});
  for (const Hash& hash : stops) {
    const auto row = store_.changeset(hash);
    if (!row || row->state == ChangesetState::fork || engine_.intact(store_, *row)) continue;
    taken.more = true;
    if (row->hub_seq != 0)
      add_waiting(store_, waiting::kFetch, hash);  // it had arrived, and comes back
    else if (hello_->log == row->log && hello_->receipted_seq >= row->seq)
      add_waiting(store_, kStops, hash);  // its receipt is under way
    else
      go_on_without(row->log, row->seq);
  }
}

void Engine::Site::go_on_without(const LogId& id, std::uint64_t seq) {
  LogRow log = *store_.log(id);
  std::vector<ChangesetRow> rows = without_receipt(store_, id, seq);
  if (const crypto::SigningKey* key = engine_.key_of(store_, rows.front()))
    put_signing_key_of_log(store_, key->public_key);
  std::vector<bool> whole;
  for (ChangesetRow& row : rows) {
    whole.push_back(engine_.intact(store_, row));
    row.state = ChangesetState::fork;  // out of its place in the log, and kept
    store_.put_changeset(row);
    touched_.push_back(row.home);
  }
  if (const auto before = seq > 1 ? store_.changeset_at(id, seq - 1) : std::nullopt; before || seq == 1) {
    log.head_seq = seq - 1;
    log.head_hash = before ? before->hash : Hash{};
  }
  store_.put_log(log);
  if (const auto own = store_.own_log(); own && own->log == id) (void)engine_.open_log(store_, env_, &log);
  auto own = store_.own_log();
  Renamed renamed(store_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto header = decode_header(rows[i].bytes.header);
    const auto body = decode_body(rows[i].bytes.body);
    if (!whole[i] || !header || !body) {
      renamed.lose(rows[i].hash, limits::kOperationsPerChangeset);
      add_waiting(store_, waiting::kLost, rows[i].hash);
      out_.push_back(Notice{OutcomeCode::bad_changeset, to_hex(rows[i].hash), rows[i].seq});
      continue;
    }
    if (about_the_log(rows[i], header->device) && !rotation_of(*body)) continue;  // log.open: the new log has its own
    Header next;
    next.home = header->home;
    next.person = header->person;
    next.role = header->role;
    next.flags = static_cast<std::uint16_t>(header->flags & kAllOrNothing);
    std::vector<Operation> operations = body->operations;
    for (Operation& op : operations) renamed.apply(op, header->home);
    const ChangesetRow now = engine_.sign(store_, env_, *own, next, operations);
    renamed.sign_again(rows[i].hash, now.hash, operations.size());
    for (FileRow& file : store_.files_of_changeset(rows[i].hash)) {
      file.changeset = now.hash;
      store_.put_file(file);
    }
  }
}

}  // namespace tram::sync
