#include "station/store/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "station/store/app_meta.h"
#include "station/store/columns.h"
#include "station/store/sqlite_limits.h"

namespace tram::station {
namespace {

// app_meta: "1" or "2" from the first write on, cleared by close().
constexpr std::string_view kRunning = "running";

errc code_of(const sync::StoreFailure& failure) {
  if (const auto* sqlite = dynamic_cast<const SqliteFailure*>(&failure)) return sqlite->code;
  return failure.disk_full ? errc::disk_full : errc::io_failed;
}

// SQLite would make the file with 0644. Done before any connection of this process is open: closing a descriptor of a
// live database drops SQLite's locks.
void make_private_file(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    const errc code = errno == ELOOP ? errc::not_local : errno == ENOSPC ? errc::disk_full : errc::io_failed;
    throw SqliteFailure("the database file cannot be opened", code);
  }
  ::close(fd);
}

}  // namespace

Checkpoint checkpoint_due(std::uint64_t wal_bytes, bool pending, std::chrono::steady_clock::duration since_last_write) {
  if (wal_bytes > kTruncateBytes) return Checkpoint::truncate;
  if (!pending) return Checkpoint::none;
  return wal_bytes > kPassiveBytes || since_last_write >= kIdleBeforeCheckpoint ? Checkpoint::passive
                                                                                : Checkpoint::none;
}

Result<void> check_integrity(Connection& connection, CheckDepth depth) {
  try {
    if (connection.pragma(depth == CheckDepth::quick ? "quick_check(1)" : "integrity_check(1)") != "ok")
      return errc::damaged;
    if (!connection.pragma("foreign_key_check").empty()) return errc::damaged;
    return {};
  } catch (const SqliteFailure& failure) {
    return failure.code;
  }
}

Result<void> Reader::read(const std::function<void()>& work) {
  connection_->set_deadline(connection_->clock()() + kReadLimit);
  try {
    Transaction snapshot(*connection_, Connection::Access::reader);
    work();
    return {};
  } catch (const sync::StoreFailure& failure) {
    return code_of(failure);
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& root, Options options) {
  auto folder = open_data_folder(root);
  if (!folder) return folder.error();
  auto lock = DataLock::acquire(*folder);
  if (!lock) return lock.error();
  std::unique_ptr<Database> database(new Database(std::move(*folder), std::move(*lock), std::move(options)));
  try {
    database->open_writer();
  } catch (const sync::StoreFailure& failure) {
    database->leave_untouched();
    return code_of(failure);
  } catch (const ConstraintBroken&) {
    // A migration or our own statements do not fit what the file holds.
    database->leave_untouched();
    return errc::damaged;
  }
  return database;
}

void Database::open_writer() {
  if (vfs_ == nullptr) make_private_file(folder_.database());
  writer_ = Connection::open(folder_.database(), Connection::Access::writer, clock_, vfs_);
  identify();
  writer_->set_pragmas();
  migrate();
  check_after_unclean_stop();
  last_write_ = clock_();
}

// Before anything is written: whose file is it, and do we know its schema?
void Database::identify() {
  const auto application = std::stoll(writer_->pragma("application_id"));
  const auto version = std::stoll(writer_->pragma("user_version"));
  if (application == kApplicationId) {
    if (version > static_cast<std::int64_t>(migrations().size()))
      throw SqliteFailure("made by a newer version", errc::newer_schema);
    return;
  }
  const bool empty = application == 0 && version == 0 && count(*writer_, "schema.size") == 0;
  if (!empty) throw SqliteFailure("not a database of Tram", errc::foreign_database);
}

void Database::migrate() {
  const auto version = std::stoll(writer_->pragma("user_version"));
  if (version == static_cast<std::int64_t>(migrations().size())) return;
  Transaction all(*writer_, Connection::Access::writer);
  writer_->execute("PRAGMA application_id=" + std::to_string(kApplicationId));
  for (const auto& migration : migrations()) {
    if (migration.number <= version) continue;
    writer_->execute(migration.sql);
    writer_->execute("PRAGMA user_version=" + std::to_string(migration.number));
  }
  all.commit();
}

void Database::check_after_unclean_stop() {
  marked_ = AppMeta(*writer_).get(kRunning).has_value();
  if (!marked_) return;
  checked_at_open_ = true;
  if (const auto checked = check_integrity(*writer_, CheckDepth::quick); !checked)
    throw SqliteFailure("the check after an unclean stop failed", static_cast<errc>(checked.error().value()));
  settle_recovered_work();
}

// What was just read from the WAL may stand in the page cache alone: the last process was killed between a write and
// its sync, or that sync failed and the system calls the pages clean (Rebello et al. 2020). Nothing of it may be
// acknowledged, sent or built upon before it lies in the database file, synced. Then a transaction of our own gives the
// WAL a new header, synced too: else a power cut could bring back the old frames up to the one that was lost, and they
// would be copied over the newer pages. A full disk must not keep the program from starting; the WAL is synced before
// the first page is copied, so only work after a failed sync on a full disk stays at risk.
void Database::settle_recovered_work() {
  try {
    if (!writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE)) throw SqliteFailure("the WAL cannot be emptied", errc::busy);
    Transaction fresh(*writer_, Connection::Access::writer);
    AppMeta meta(*writer_);
    const auto before = meta.get(kRunning);
    meta.put(kRunning, as_bytes(before && as_text(*before) == "1" ? "2" : "1"));  // an equal page would not be written
    fresh.commit();
  } catch (const SqliteFailure& failure) {
    if (failure.code != errc::disk_full) throw;
  }
}

// The marker rides in the first transaction that writes: a program that only read, or found the disk full, leaves none.
void Database::mark_running() {
  if (!marked_) AppMeta(*writer_).put(kRunning, as_bytes("1"));
}

Error Database::give_up(const sync::StoreFailure& failure) {
  const errc code = code_of(failure);
  if (code == errc::disk_full) full_ = true;
  if (code == errc::io_failed || code == errc::damaged) {
    failed_ = code;
    // Never try a failed sync again (Rebello et al. 2020): the page cache may call clean what the disk never got.
    leave_untouched();
  }
  return code;
}

// Closing the last connection would carry the WAL over.
void Database::leave_untouched() {
  if (writer_) writer_->leave_wal_on_close();
}

Result<void> Database::transact(const std::function<Result<void>()>& work) {
  if (failed_) return *failed_;
  if (full_ && !space_returned()) return errc::disk_full;
  return run(work);
}

Result<void> Database::run(const std::function<Result<void>()>& work) {
  try {
    Transaction transaction(*writer_, Connection::Access::writer);
    mark_running();
    if (const auto done = work(); !done) return done.error();
    transaction.commit();
  } catch (const sync::StoreFailure& failure) {
    return give_up(failure);
  }
  marked_ = true;
  full_ = false;
  last_write_ = clock_();
  // The transaction is durable and is acknowledged whatever becomes of the checkpoint; a failure there shows in
  // failed() and in the next call.
  (void)maintain();
  return {};
}

Result<void> Database::maintain() {
  if (failed_) return *failed_;
  if (full_ && clock_() - last_probe_ >= kProbeFullDisk) {
    const bool room = space_returned();
    last_probe_ = clock_();
    // As much as a start writes. What it finds shows in full().
    if (room)
      return run([&]() -> Result<void> {
        const auto before = AppMeta(*writer_).get(kRunning);
        AppMeta(*writer_).put(kRunning, as_bytes(before && as_text(*before) == "1" ? "2" : "1"));
        return {};
      });
    return {};
  }
  try {
    switch (checkpoint_due(writer_->wal_bytes(), writer_->wal_pending(), clock_() - last_write_)) {
      case Checkpoint::none:
        break;
      case Checkpoint::passive:
        writer_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
        break;
      case Checkpoint::truncate:
        writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
        break;
    }
    return {};
  } catch (const sync::StoreFailure& failure) {
    return give_up(failure);
  }
}

Result<Reader> Database::open_reader() {
  if (failed_) return *failed_;
  try {
    auto connection = Connection::open(folder_.database(), Connection::Access::reader, clock_, vfs_);
    connection->set_pragmas();
    return Reader(std::move(connection), readers_);
  } catch (const SqliteFailure& failure) {
    return failure.code;
  }
}

Result<void> Database::close() {
  if (failed_) return *failed_;
  if (readers_ != 0) return errc::busy;
  try {
    if (marked_) {
      Transaction last(*writer_, Connection::Access::writer);
      AppMeta(*writer_).remove(kRunning);
      last.commit();
      marked_ = false;
    }
    writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    return {};
  } catch (const sync::StoreFailure& failure) {
    return give_up(failure);
  }
}

Database::~Database() = default;

}  // namespace tram::station
