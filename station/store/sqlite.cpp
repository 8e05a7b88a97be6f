// Statements, transactions, savepoints and error translation. The opening rules stand in sqlite_open.cpp.
#include "station/store/sqlite.h"

#include <cerrno>

namespace tram::station {
namespace {

// Parsed once per connection, as every other statement.
constexpr std::string_view kBegin = "BEGIN IMMEDIATE", kBeginRead = "BEGIN", kCommit = "COMMIT";
constexpr std::string_view kSavepoint = "SAVEPOINT attempt", kRelease = "RELEASE attempt";

// ENOSPC reaches us as SQLITE_FULL from writes, and as an I/O error from the shared-memory file of the WAL.
errc translate(sqlite3* handle, int rc) {
  switch (rc & 0xff) {
    case SQLITE_FULL:
      return errc::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return errc::damaged;
    case SQLITE_INTERRUPT:
      return errc::read_timeout;
    case SQLITE_TOOBIG:
      return errc::over_limit;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: {
      if (rc == SQLITE_CANTOPEN_SYMLINK) return errc::not_local;
      const int system = handle != nullptr ? sqlite3_system_errno(handle) : 0;
      return system == ENOSPC || system == EDQUOT ? errc::disk_full : errc::io_failed;
    }
    default:
      return errc::io_failed;
  }
}

}  // namespace

void Connection::fail(int rc, const char* doing) {
  const std::string what = std::string(doing) + ": " + (handle_ != nullptr ? sqlite3_errmsg(handle_) : "no memory") +
                           " (" + std::to_string(rc) + ")";
  if ((rc & 0xff) == SQLITE_CONSTRAINT || rc == SQLITE_MISUSE || rc == SQLITE_RANGE || rc == SQLITE_ERROR)
    throw ConstraintBroken(what);
  const errc code = translate(handle_, rc);
  if (transaction_ && sqlite3_get_autocommit(handle_) != 0 && !lost_) lost_ = code;
  throw SqliteFailure(what, code);
}

void Connection::require_live_transaction() const {
  if (transaction_ && sqlite3_get_autocommit(handle_) != 0)
    throw SqliteFailure("the transaction has been rolled back", lost_.value_or(errc::io_failed));
}

Statement& Connection::cached(std::string_view sql) {
  auto& slot = statements_[sql.data()];
  if (!slot) slot = std::make_unique<Statement>(*this, sql);
  return *slot;
}

void Connection::execute(std::string_view sql) {
  require_live_transaction();
  const std::string text(sql);
  const int rc = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) fail(rc, "execute");
}

std::string Connection::pragma(std::string_view name) {
  sqlite3_stmt* raw = nullptr;
  const std::string sql = "PRAGMA " + std::string(name);
  int rc = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  if (rc != SQLITE_OK) fail(rc, "pragma");
  std::string value;
  while ((rc = sqlite3_step(raw)) == SQLITE_ROW) {
    const auto* text = sqlite3_column_text(raw, 0);
    if (value.empty() && text != nullptr) value = reinterpret_cast<const char*>(text);
  }
  if (rc != SQLITE_DONE) fail(rc, "pragma");
  return value;
}

int Connection::on_wal(void* self, sqlite3*, const char*, int frames) {
  auto& connection = *static_cast<Connection*>(self);
  // The WAL starts over once everything in it was checkpointed.
  const auto now = static_cast<std::uint64_t>(frames);
  if (now < connection.wal_frames_) connection.checkpointed_frames_ = 0;
  connection.wal_frames_ = now;
  return SQLITE_OK;
}

bool Connection::checkpoint(int mode) {
  int in_wal = 0;
  int done = 0;
  const int rc = sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, &in_wal, &done);
  if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) fail(rc, "checkpoint");
  if (in_wal >= 0 && done >= 0) {
    wal_frames_ = static_cast<std::uint64_t>(in_wal);
    checkpointed_frames_ = static_cast<std::uint64_t>(done);
  }
  return rc == SQLITE_OK && !wal_pending();
}

Statement::Statement(Connection& connection, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int rc = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, &rest);
  handle_.reset(raw);
  if (rc != SQLITE_OK) connection.fail(rc, "prepare");
  if (raw == nullptr) throw ConstraintBroken("an empty statement");
}

Use::Use(Connection& connection, std::string_view sql, Lifetime lifetime)
    : connection_(connection), lifetime_(lifetime) {
  connection.require_live_transaction();
  statement_ = &connection.cached(sql);
  if (statement_->in_use_) {
    own_ = std::make_unique<Statement>(connection, sql);
    statement_ = own_.get();
  }
  statement_->in_use_ = true;
}

Use::~Use() {
  sqlite3_reset(handle());  // repeats the error that step() already threw
  sqlite3_clear_bindings(handle());
  statement_->in_use_ = false;
}

sqlite3_stmt* Use::handle() const {
  return statement_->handle_.get();
}

void Use::check_bind(int rc) {
  if (rc != SQLITE_OK) connection_.fail(rc, "bind");
}

void Use::bind_integer(std::int64_t value) {
  check_bind(sqlite3_bind_int64(handle(), ++bound_, value));
}

void Use::bind_blob(ByteView value) {
  // A null pointer would bind NULL; an empty blob is a value.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  check_bind(sqlite3_bind_blob64(handle(), ++bound_, data, value.size(),
                                 lifetime_ == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC));
}

void Use::bind_text(std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  check_bind(sqlite3_bind_text64(handle(), ++bound_, data, value.size(),
                                 lifetime_ == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8));
}

void Use::bind_null() {
  check_bind(sqlite3_bind_null(handle(), ++bound_));
}

bool Use::step() {
  connection_.require_live_transaction();
  const int rc = sqlite3_step(handle());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  connection_.fail(rc, "step");
}

void Use::run() {
  while (step()) {
  }
}

std::int64_t Use::integer(int column) const {
  if (sqlite3_column_type(handle(), column) != SQLITE_INTEGER)
    throw SqliteFailure("an integer was expected", errc::damaged);
  return sqlite3_column_int64(handle(), column);
}

ByteView Use::blob(int column) const {
  if (sqlite3_column_type(handle(), column) != SQLITE_BLOB) throw SqliteFailure("a blob was expected", errc::damaged);
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

std::string_view Use::text(int column) const {
  if (sqlite3_column_type(handle(), column) != SQLITE_TEXT) throw SqliteFailure("a text was expected", errc::damaged);
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

bool Use::is_null(int column) const {
  return sqlite3_column_type(handle(), column) == SQLITE_NULL;
}

int Use::columns() const {
  return sqlite3_column_count(handle());
}

Transaction::Transaction(Connection& connection, Connection::Access access) : connection_(connection) {
  if (connection.transaction_) throw std::logic_error("a transaction inside a transaction");
  Use(connection, access == Connection::Access::writer ? kBegin : kBeginRead).run();
  connection.lost_.reset();
  connection.transaction_ = true;
}

Transaction::~Transaction() {
  connection_.transaction_ = false;
  // Nothing to undo when SQLite already rolled back by itself; a failing ROLLBACK has ended the transaction all the
  // same (https://www.sqlite.org/lang_transaction.html).
  if (open_ && sqlite3_get_autocommit(connection_.handle()) == 0)
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  Use(connection_, kCommit).run();
  open_ = false;
  connection_.transaction_ = false;
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
  if (!connection.in_transaction()) throw std::logic_error("a savepoint outside a transaction");
  Use(connection_, kSavepoint).run();
}

Savepoint::~Savepoint() {
  if (open_ && sqlite3_get_autocommit(connection_.handle()) == 0)
    sqlite3_exec(connection_.handle(), "ROLLBACK TO attempt; RELEASE attempt", nullptr, nullptr, nullptr);
}

void Savepoint::release() {
  Use(connection_, kRelease).run();
  open_ = false;
}

}  // namespace tram::station
