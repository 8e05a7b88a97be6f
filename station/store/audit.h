// The tamper-evident audit log: a hash chain over rows that nobody edits (reliability design 5.7). A row is written in
// the transaction of the act itself; if it cannot be, the act fails. The head also stands in app_meta, so that rows cut
// off at the end are missed; whoever edits both is found by the anchors that travelled with exchanges and slips.
// h = H(TRM1-audit, prev | number u64 | at_ms u64 | person 16 | role u16 | 4 x {length u32 | text}), little-endian.
#pragma once
#include "station/store/sqlite.h"
#include "sync/ids.h"

namespace tram::station {

struct AuditEntry {
  std::uint64_t at_ms = 0;
  sync::PersonId person;  // zero = the program itself
  std::uint16_t role = 0;
  std::string action;   // at most 64 bytes; a stable word
  std::string object;   // at most 256
  std::string result;   // at most 64
  std::string details;  // at most 4,096; no secrets
};

struct AuditAnchor {
  std::uint64_t number = 0;  // 0 = no row yet
  sync::Hash h{};
  bool operator==(const AuditAnchor&) const = default;
};

struct AuditRow {
  std::uint64_t number = 0;
  sync::Hash prev{};
  sync::Hash h{};
  AuditEntry entry;

  sync::Hash expected_h() const;
};

struct AuditFinding {
  std::uint64_t rows = 0;                  // that hold, counted from the first
  std::optional<std::uint64_t> first_bad;  // its number; a missing row counts under the number it should have
  AuditAnchor head;                        // the last good row
};

class AuditLog {
 public:
  explicit AuditLog(Connection& connection) : connection_(connection) {}

  // Control characters are stored escaped as \xNN, so that no reader's terminal obeys them. Errors: over_limit.
  // Precondition: inside the transaction of the act.
  Result<AuditAnchor> append(AuditEntry entry);
  AuditAnchor head();
  std::vector<AuditRow> rows(std::uint64_t from, std::uint32_t at_most);

 private:
  Connection& connection_;
};

// Walks the whole chain; `anchor` is one that was seen elsewhere before.
AuditFinding verify_audit(Connection& connection, std::optional<AuditAnchor> anchor = std::nullopt);

}  // namespace tram::station
