// A thin RAII layer over the SQLite C API: connections with the hardening of the reliability design 2.1, prepared
// statements kept per connection, transactions and savepoints that roll back in their destructors. It knows no table.
// Which file is opened, when and by whom stands in database.h; the statements themselves in queries/*.sql.
//
// A connection belongs to one thread. Every failure throws SqliteFailure; a broken CHECK or UNIQUE is a fault of the
// program and throws ConstraintBroken.
#pragma once
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "crypto/bytes.h"
#include "station/store/errc.h"
#include "sync/store.h"

namespace tram::station {

class SqliteFailure : public sync::StoreFailure {
 public:
  SqliteFailure(const std::string& what, errc reason) : StoreFailure(what, reason == errc::disk_full), code(reason) {}
  errc code;
};

class ConstraintBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

using MonotonicClock = std::function<std::chrono::steady_clock::time_point()>;

class Connection;

// A prepared statement with its owner's error handling. Obtained through Use.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);

 private:
  friend class Use;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  bool in_use_ = false;
};

// Borrowed bytes or text for bind(); lives until the statement has run.
enum class Lifetime { copied, outlives_use };

// One use of a statement: binds, steps, and in its destructor resets and clears the bindings, so that no row lock and
// no value outlives it. The statement comes from the connection's cache; a nested use of one that is running gets a
// private copy.
class Use {
 public:
  Use(Connection& connection, std::string_view sql, Lifetime lifetime = Lifetime::copied);
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  // Binds to the next parameter.
  void bind_integer(std::int64_t value);
  void bind_blob(ByteView value);
  void bind_text(std::string_view value);
  void bind_null();

  // True while there is a row.
  bool step();
  // Runs to the end; for statements whose rows nobody reads.
  void run();

  // Columns of the current row. Views live until the next step. Integers and blobs of another storage class than
  // asked for mean a damaged file.
  std::int64_t integer(int column) const;
  ByteView blob(int column) const;
  std::string_view text(int column) const;
  bool is_null(int column) const;
  int columns() const;

 private:
  sqlite3_stmt* handle() const;
  void check_bind(int rc);
  Connection& connection_;
  std::unique_ptr<Statement> own_;
  Statement* statement_ = nullptr;
  Lifetime lifetime_;
  int bound_ = 0;
};

class Connection {
 public:
  enum class Access { writer, reader };

  // Opens and hardens. The path is absolute, so it can never be read as a URI. A reader is read-only twice (open flag
  // and query_only), never checkpoints, and its reads end at the deadline. Throws SqliteFailure.
  // `vfs` names the SQLite VFS that reads and writes the file; null is the operating system's.
  static std::unique_ptr<Connection> open(const std::filesystem::path& file, Access access, MonotonicClock clock,
                                          const char* vfs = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return handle_; }
  // Runs statements that have no parameters: pragmas and migrations of our own, never text from outside.
  void execute(std::string_view sql);
  std::string pragma(std::string_view name);

  // WAL, FULL and the rest of design 2.1; throws damaged or io_failed unless they read back.
  void set_pragmas();

  // Reads that run past this moment fail with read_timeout.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) { deadline_ = deadline; }
  const MonotonicClock& clock() const { return clock_; }

  bool in_transaction() const { return transaction_; }
  // SQLite rolls a whole transaction back by itself on some errors. What follows would then run, and last, outside of
  // it; so each use asks here first and fails with the error that ended the transaction.
  void require_live_transaction() const;

  // Bytes of the WAL after the last commit of this connection, and of those not yet in the database file.
  std::uint64_t wal_bytes() const { return wal_frames_ * kFrameBytes; }
  bool wal_pending() const { return wal_frames_ > checkpointed_frames_; }
  // PASSIVE or TRUNCATE; false when a reader stood in the way. Only the writer calls it.
  bool checkpoint(int mode);

  // After a failed sync nothing is tried again: closing leaves the WAL alone.
  void leave_wal_on_close();

  [[noreturn]] void fail(int rc, const char* doing);

 private:
  friend class Use;
  friend class Statement;
  friend class Transaction;
  static constexpr std::uint64_t kFrameBytes = 4096 + 24;

  Connection(sqlite3* handle, MonotonicClock clock) : handle_(handle), clock_(std::move(clock)) {}
  void harden();
  Statement& cached(std::string_view sql);
  static int on_progress(void* self);
  static int on_wal(void* self, sqlite3*, const char*, int frames);

  sqlite3* handle_;
  MonotonicClock clock_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  // Keyed by the address of the embedded text, which lives as long as the program.
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
  bool transaction_ = false;
  std::optional<errc> lost_;  // what ended the running transaction behind our back
  std::uint64_t wal_frames_ = 0;
  std::uint64_t checkpointed_frames_ = 0;
};

// BEGIN IMMEDIATE on a writer; on a reader a plain BEGIN, one snapshot for all its reads. Rolls back unless committed.
class Transaction {
 public:
  Transaction(Connection& connection, Connection::Access access);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// Undoes what ran since its construction, unless released. Nests.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  void release();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace tram::station
