// Transactions, named values, logs, changesets and the side buffer.
#include "station/store/sqlite_store.h"

#include "station/store/row_columns.h"

namespace tram::station {

using namespace sync;

// Found by the row templates through their argument Select, hence not in an unnamed namespace.
static Select& operator>>(Select& s, LogRow& r) {
  return s >> r.log >> r.device >> r.incarnation >> r.head_seq >> r.head_hash >> r.receipted_seq >> r.receipted_hash >>
         r.own >> r.closed >> r.last_written_at >> r.anchor.epoch >> r.anchor.seq >> r.anchor.hash;
}

static Select& operator>>(Select& s, ChangesetRow& r) {
  return s >> r.hash >> r.log >> r.seq >> r.home >> r.state >> r.hub_seq >> r.hub_epoch >> r.sent >> r.bytes;
}

static Select& operator>>(Select& s, SideRow& r) {
  return s >> r.log >> r.seq >> r.bytes;
}

Result<void> SqliteStore::transact(const std::function<void(Store&)>& step) {
  if (database_ == nullptr) throw std::logic_error("a reader has no write transactions");
  return database_->transact([&]() -> Result<void> {
    step(*this);
    return {};
  });
}

void SqliteStore::savepoint(const std::function<void()>& attempt) {
  Savepoint undo(connection_);
  attempt();
  undo.release();
}

std::optional<Bytes> SqliteStore::meta(std::string_view name) {
  return one<Bytes>({connection_, "meta.get", name});
}

void SqliteStore::put_meta(std::string_view name, ByteView value) {
  change(connection_, "meta.put", name, value);
}

std::optional<LogRow> SqliteStore::log(const LogId& log) {
  return one<LogRow>({connection_, "log.get", log});
}

void SqliteStore::put_log(const LogRow& r) {
  change(connection_, "log.put", r.log, r.device, r.incarnation, r.head_seq, r.head_hash, r.receipted_seq,
         r.receipted_hash, r.own, r.closed, r.last_written_at, r.anchor.epoch, r.anchor.seq, r.anchor.hash);
}

std::vector<LogRow> SqliteStore::logs() {
  return all<LogRow>({connection_, "log.all"});
}

std::optional<LogRow> SqliteStore::own_log() {
  return one<LogRow>({connection_, "log.own"});
}

std::optional<ChangesetRow> SqliteStore::changeset(const Hash& hash) {
  return one<ChangesetRow>({connection_, "changeset.get", hash});
}

std::optional<ChangesetRow> SqliteStore::changeset_at(const LogId& log, std::uint64_t seq) {
  return one<ChangesetRow>({connection_, "changeset.at", log, seq});
}

void SqliteStore::put_changeset(const ChangesetRow& r) {
  change(connection_, "changeset.put", r.hash, r.log, r.seq, r.home, r.state, r.hub_seq, r.hub_epoch, r.sent,
         joined(r.bytes));
}

void SqliteStore::delete_changeset(const Hash& hash) {
  change(connection_, "changeset.delete", hash);
}

// One row per look-up: a body may have 4 MiB, and no cursor stays open while `visit` writes or undoes.
void SqliteStore::each_changeset(const LogId& log, std::uint64_t from_seq,
                                 const std::function<bool(const ChangesetRow&)>& visit) {
  for (std::uint64_t from = from_seq; from == bound(from);) {
    const auto row = one<ChangesetRow>({connection_, "changeset.first", log, from});
    if (!row || !visit(*row)) return;
    from = row->seq + 1;
  }
}

std::vector<ChangesetRow> SqliteStore::forks(const LogId& log) {
  return all<ChangesetRow>({connection_, "changeset.forks", log});
}

std::vector<ChangesetRow> SqliteStore::waiting_of_home(const RecordId& home) {
  return all<ChangesetRow>({connection_, "changeset.waiting_of_home", home});
}

std::vector<RecordId> SqliteStore::homes_waiting() {
  return all<RecordId>({connection_, "changeset.homes_waiting"});
}

std::uint64_t SqliteStore::count_waiting(bool sent) {
  return count(connection_, "changeset.count_waiting", sent);
}

void SqliteStore::put_side(const SideRow& r) {
  change(connection_, "side.put", r.log, r.seq, joined(r.bytes));
}

std::optional<SideRow> SqliteStore::side(const LogId& log, std::uint64_t seq) {
  return one<SideRow>({connection_, "side.get", log, seq});
}

void SqliteStore::delete_side(const LogId& log, std::uint64_t seq) {
  change(connection_, "side.delete", log, seq);
}

std::pair<std::uint64_t, std::uint64_t> SqliteStore::side_size(const LogId& log) {
  Select select(connection_, "side.size", log);
  std::pair<std::uint64_t, std::uint64_t> size;
  if (select.step()) select >> size.first >> size.second;
  return size;
}

std::uint64_t SqliteStore::side_total() {
  Select select(connection_, "side.total");
  std::uint64_t bytes = 0;
  if (select.step()) select >> bytes;
  return bytes;
}

std::vector<LogId> SqliteStore::side_logs() {
  std::vector<LogId> found;
  Select select(connection_, "side.logs");
  while (select.step()) select >> found.emplace_back();
  return found;
}

std::vector<std::uint64_t> SqliteStore::side_seqs(const LogId& log) {
  std::vector<std::uint64_t> found;
  Select select(connection_, "side.seqs", log);
  while (select.step()) select >> found.emplace_back();
  return found;
}

}  // namespace tram::station
