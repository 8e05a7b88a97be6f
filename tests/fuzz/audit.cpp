// Z12: the audit verifier. Five rows of a genuine log, one edit that the input draws: it is found at its row, and what
// changed nothing is not found.
#include "station/store/audit.h"
#include "station/store/database.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

constexpr std::uint64_t kRows = 5;
constexpr std::string_view kTextColumns[] = {"action", "object", "result", "details"};

struct Log {
  ScratchFolder folder;
  std::unique_ptr<Database> database = *Database::open(folder.path());
  AuditAnchor head;
  Log() {
    for (std::uint64_t i = 1; i <= kRows; ++i)
      (void)database->transact([&]() -> Result<void> {
        AuditEntry entry;
        entry.at_ms = 1000 + i;
        entry.role = 2;
        entry.action = "login";
        entry.object = "lan";
        entry.result = "ok";
        entry.details = "row " + std::to_string(i);
        const auto appended = AuditLog(database->writer()).append(entry);
        if (appended) head = *appended;
        return appended ? Result<void>() : appended.error();
      });
  }
};

struct Edit {
  bool changed = false;
  std::uint64_t row = 0;
};

// Runs one statement with its values; true if it changed a row.
bool run_sql(Connection& connection, const std::string& sql, const std::function<void(sqlite3_stmt*)>& bind) {
  sqlite3_stmt* statement = nullptr;
  hold(sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, "the edit is SQL");
  bind(statement);
  const int rc = sqlite3_step(statement);
  sqlite3_finalize(statement);
  return rc == SQLITE_DONE && sqlite3_changes(connection.handle()) > 0;
}

Edit edit_text(Connection& c, Draw& draw, std::uint64_t row) {
  const std::string column(kTextColumns[draw.below(4)]);
  const auto before = AuditLog(c).rows(row, 1);
  const std::string text(as_text(draw.rest()));
  const bool done = run_sql(c, "UPDATE audit SET " + column + " = CAST(?1 AS TEXT) WHERE number = ?2", [&](auto* s) {
    sqlite3_bind_blob(s, 1, text.empty() ? "" : text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, static_cast<sqlite3_int64>(row));
  });
  const auto after = AuditLog(c).rows(row, 1);
  if (!done || before.empty() || after.empty()) return {};
  return {before[0].expected_h() != after[0].expected_h() || before[0].h != after[0].h, row};
}

Edit edit_number(Connection& c, Draw& draw, std::uint64_t row) {
  const bool role = draw.byte() % 2 == 1;
  const auto value = draw.integer<std::uint64_t>();
  const auto before = AuditLog(c).rows(row, 1);
  const std::uint64_t old = role ? before[0].entry.role : before[0].entry.at_ms;
  const std::uint64_t fresh = role ? value % 12 : value;
  const bool done = run_sql(c, std::string("UPDATE audit SET ") + (role ? "role" : "at_ms") + " = ?1 WHERE number = ?2",
                            [&](auto* s) {
                              sqlite3_bind_int64(s, 1, static_cast<sqlite3_int64>(fresh));
                              sqlite3_bind_int64(s, 2, static_cast<sqlite3_int64>(row));
                            });
  return {done && fresh != old, row};
}

Edit edit_hash(Connection& c, Draw& draw, std::uint64_t row) {
  const bool own = draw.byte() % 2 == 1;
  auto rows = AuditLog(c).rows(row, 1);
  sync::Hash hash = own ? rows[0].h : rows[0].prev;
  const sync::Hash old = hash;
  hash[draw.below(32)] ^= draw.byte();
  const bool done =
      run_sql(c, std::string("UPDATE audit SET ") + (own ? "h" : "prev") + " = ?1 WHERE number = ?2", [&](auto* s) {
        sqlite3_bind_blob(s, 1, hash.data(), static_cast<int>(hash.size()), SQLITE_STATIC);
        sqlite3_bind_int64(s, 2, static_cast<sqlite3_int64>(row));
      });
  return {done && hash != old, row};
}

Edit edit(Connection& c, Draw& draw) {
  const std::size_t what = draw.below(6);
  const std::uint64_t row = 1 + draw.below(kRows);
  const auto bind_row = [&](auto* s) { sqlite3_bind_int64(s, 1, static_cast<sqlite3_int64>(row)); };
  switch (what) {
    case 0:
      return edit_text(c, draw, row);
    case 1:
      return edit_number(c, draw, row);
    case 2:
      return edit_hash(c, draw, row);
    case 3:
      return {run_sql(c, "DELETE FROM audit WHERE number = ?1", bind_row), row};
    case 4:
      return {run_sql(c, "DELETE FROM audit WHERE number >= ?1", bind_row), row};
    default: {  // two neighbours change places
      if (row == kRows) return {};
      const auto move = [&](std::uint64_t from, std::uint64_t to) {
        return run_sql(c, "UPDATE audit SET number = ?2 WHERE number = ?1", [&](auto* s) {
          sqlite3_bind_int64(s, 1, static_cast<sqlite3_int64>(from));
          sqlite3_bind_int64(s, 2, static_cast<sqlite3_int64>(to));
        });
      };
      return {move(row, 99) && move(row + 1, row) && move(99, row + 1), row};
    }
  }
}

void run(ByteView input) {
  static const Log log;
  Connection& c = log.database->writer();
  Draw draw(input);
  Transaction transaction(c, Connection::Access::writer);  // rolled back at the end
  const Edit done = edit(c, draw);
  const AuditFinding alone = verify_audit(c);
  const AuditFinding anchored = verify_audit(c, log.head);
  if (!done.changed) {
    hold(!alone.first_bad && alone.rows == kRows && alone.head == log.head, "an untouched log holds");
    hold(!anchored.first_bad, "it holds with its anchor too");
    return;
  }
  hold(alone.first_bad == done.row && alone.rows == done.row - 1, "an edit is found at its row");
  hold(anchored.first_bad == done.row, "it is found with an anchor too");
}

void seeds(const AddSeed& add) {
  for (std::uint8_t what = 0; what < 6; ++what)
    for (const std::uint8_t row : {std::uint8_t{0}, std::uint8_t{4}})
      add("edit_" + std::to_string(what) + "_" + std::to_string(row + 1), Bytes{what, row, 1, 7, 'x', 'y'});
  add("same_text", joined({Bytes{0, 2, 0}, as_bytes("login")}));
}

}  // namespace

const Target audit{"audit", 1u << 10, "station/store/audit.cpp", run, seeds};

}  // namespace tram::fuzz
