// Opening and hardening one connection (reliability design 2.1, rows "place", "hardening", "limits", "pragmas").
#include <array>
#include <string>
#include <utility>

#include "station/store/sqlite.h"
#include "station/store/sqlite_limits.h"

namespace tram::station {
namespace {

// Once per process. Debian builds SQLite with URI names on; they go off here. When another part of the process used
// SQLite before, this call is refused, and the absolute path alone keeps "file:" names out.
void configure_library() {
  static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_URI, 0);
    sqlite3_initialize();
    sqlite3_hard_heap_limit64(kHeapLimitBytes);
    return true;
  }();
  (void)done;
}

struct Pragma {
  const char* set;
  const char* name;
  const char* expected;
};

// journal_mode comes first: what follows applies to a WAL database.
constexpr std::array<Pragma, 9> kPragmas = {{
    {"synchronous=FULL", "synchronous", "2"},
    {"wal_autocheckpoint=0", "wal_autocheckpoint", "0"},
    {"journal_size_limit=67108864", "journal_size_limit", "67108864"},
    {"mmap_size=0", "mmap_size", "0"},
    {"cell_size_check=ON", "cell_size_check", "1"},
    {"secure_delete=ON", "secure_delete", "1"},  // what was redacted leaves no trace in freed pages
    {"foreign_keys=ON", "foreign_keys", "1"},
    {"temp_store=MEMORY", "temp_store", "2"},
    {"busy_timeout=0", "busy_timeout", "0"},
}};

}  // namespace

std::unique_ptr<Connection> Connection::open(const std::filesystem::path& file, Access access, MonotonicClock clock,
                                             const char* vfs) {
  configure_library();
  if (!file.is_absolute()) throw SqliteFailure("the path is not absolute", errc::not_local);
  const int mode =
      access == Access::writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : static_cast<int>(SQLITE_OPEN_READONLY);
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(
      file.c_str(), &raw,
      mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, vfs);
  std::unique_ptr<Connection> connection(new Connection(raw, std::move(clock)));
  if (rc != SQLITE_OK) connection->fail(rc, "open");
  connection->harden();
  if (access == Access::reader) {
    connection->leave_wal_on_close();
    connection->execute("PRAGMA query_only=ON");
    if (connection->pragma("query_only") != "1") throw SqliteFailure("query_only does not hold", errc::io_failed);
    // Every 1,000 instructions: well under a millisecond.
    sqlite3_progress_handler(raw, 1000, &Connection::on_progress, connection.get());
  }
  return connection;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(handle_);
}

void Connection::harden() {
  static constexpr std::array<std::pair<int, int>, 7> kSwitches = {{
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},
  }};
  for (const auto& [option, wanted] : kSwitches) {
    int is = -1;
    const int rc = sqlite3_db_config(handle_, option, wanted, &is);
    if (rc != SQLITE_OK) fail(rc, "harden");
    if (is != wanted) throw SqliteFailure("a hardening switch does not hold", errc::io_failed);
  }
  for (const auto& [limit, value] : kSqliteLimits) {
    sqlite3_limit(handle_, limit, value);
    if (sqlite3_limit(handle_, limit, -1) != value) throw SqliteFailure("a limit does not hold", errc::io_failed);
  }
}

void Connection::set_pragmas() {
  if (pragma("journal_mode=WAL") != "wal") throw SqliteFailure("the journal is not a WAL", errc::io_failed);
  for (const auto& entry : kPragmas) {
    pragma(entry.set);
    // A pragma that SQLite was built without reads back as nothing: mmap_size 0 is then what we want.
    const std::string is = pragma(entry.name);
    if (is != entry.expected && !(is.empty() && std::string_view(entry.expected) == "0"))
      throw SqliteFailure(std::string("a pragma does not hold: ") + entry.name, errc::io_failed);
  }
  sqlite3_wal_hook(handle_, &Connection::on_wal, this);
}

void Connection::leave_wal_on_close() {
  int is = 0;
  const int rc = sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &is);
  if (rc != SQLITE_OK || is != 1) throw SqliteFailure("checkpoint on close stays on", errc::io_failed);
}

int Connection::on_progress(void* self) {
  const auto& connection = *static_cast<Connection*>(self);
  return connection.deadline_ && connection.clock_() > *connection.deadline_ ? 1 : 0;
}

}  // namespace tram::station
