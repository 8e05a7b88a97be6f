// The program's database as a whole: which file it is, whether it may be trusted, who writes and when the WAL is
// carried over (reliability design 2.1 and 2.2). It owns the lock, the one writer connection - which opens first,
// closes last and runs every checkpoint - and hands out readers. Rows belong to sqlite_store.h and the small tables
// beside it.
#pragma once
#include <atomic>

#include "station/store/data_lock.h"
#include "station/store/disk_reserve.h"
#include "station/store/sqlite.h"

namespace tram::station {

inline constexpr std::int32_t kApplicationId = 0x5452414D;  // "TRAM"

enum class Checkpoint { none, passive, truncate };
// The rule of design 2.2. `pending`: frames that are not yet in the database file.
Checkpoint checkpoint_due(std::uint64_t wal_bytes, bool pending, std::chrono::steady_clock::duration since_last_write);

enum class CheckDepth { quick, full };
// quick_check or integrity_check, and the foreign keys. Errors: damaged, io_failed, read_timeout.
Result<void> check_integrity(Connection& connection, CheckDepth depth);

class Database;

// A connection for reading, on a thread of its own. Must not outlive its Database.
class Reader {
 public:
  Reader(Reader&&) noexcept = default;
  Connection& connection() { return *connection_; }
  // Runs `work` on one snapshot, for at most kReadLimit. Errors: read_timeout, damaged, io_failed; exceptions of
  // `work` other than StoreFailure go on to the caller.
  Result<void> read(const std::function<void()>& work);

 private:
  friend class Database;
  struct Leave {
    void operator()(std::atomic<int>* readers) const { --*readers; }
  };
  Reader(std::unique_ptr<Connection> connection, std::atomic<int>& readers)
      : counted_(&readers), connection_(std::move(connection)) {
    ++readers;
  }
  std::unique_ptr<std::atomic<int>, Leave> counted_;  // declared first: left after the connection is closed
  std::unique_ptr<Connection> connection_;
};

class Database {
 public:
  struct Options {
    MonotonicClock clock = [] { return std::chrono::steady_clock::now(); };
    const char* vfs = nullptr;  // of SQLite, for the database file alone; lives as long as the Database
  };

  // Takes the lock, opens, checks and migrates. Errors: busy, not_local, newer_schema, foreign_database, damaged,
  // disk_full (only where a migration has to write), io_failed. A refused file is left as it was.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& root, Options options);
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& root) { return open(root, Options{}); }
  // Without close() this was an unclean stop: the next open checks the whole file.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const DataFolder& folder() const { return folder_; }
  Connection& writer() { return *writer_; }
  Result<Reader> open_reader();

  // One write transaction: commits after `work` returned success, else rolls back. Errors: that of `work`, disk_full
  // (nothing happened, try again later), io_failed and damaged (every later call fails too: the program ends).
  // Exceptions other than StoreFailure roll back and go on to the caller.
  Result<void> transact(const std::function<Result<void>()>& work);
  // For deletion, export and audit rows: on a full disk the reserve is given up for them. Everything else is refused
  // from then on, until there is room to make it again.
  Result<void> transact_on_reserve(const std::function<Result<void>()>& work);
  // A program that runs keeps a reserve (a command alone does not).
  void keep_reserve(DiskReserve reserve);
  // The disk was full at the last write; it is tried again every 10 s.
  bool full() const { return full_; }

  // Checkpoints if one is due; also called after each transaction. For the driver's timer. Errors: io_failed.
  Result<void> maintain();
  std::uint64_t wal_bytes() const { return writer_->wal_bytes(); }
  // An I/O error or a damaged page was met: nothing is written or acknowledged any more.
  std::optional<errc> failed() const { return failed_; }
  bool checked_at_open() const { return checked_at_open_; }

  // The clean end: carries the WAL over and clears the marker. Errors: busy while readers are open, disk_full,
  // io_failed.
  Result<void> close();

 private:
  Database(DataFolder folder, DataLock lock, Options options)
      : folder_(std::move(folder)), lock_(std::move(lock)), clock_(std::move(options.clock)), vfs_(options.vfs) {}
  void open_writer();
  void identify();
  void migrate();
  void check_after_unclean_stop();
  void settle_recovered_work();
  void mark_running();
  void leave_untouched();
  Result<void> run(const std::function<Result<void>()>& work);
  bool space_returned();
  Error give_up(const sync::StoreFailure& failure);

  DataFolder folder_;
  DataLock lock_;
  MonotonicClock clock_;
  const char* vfs_;
  std::unique_ptr<Connection> writer_;
  std::atomic<int> readers_{0};
  std::chrono::steady_clock::time_point last_write_{};
  std::optional<errc> failed_;
  std::optional<DiskReserve> reserve_;
  std::atomic<bool> full_{false};
  std::chrono::steady_clock::time_point last_probe_{};
  bool marked_ = false;  // the marker of an unclean stop is in the file
  bool checked_at_open_ = false;
};

}  // namespace tram::station
