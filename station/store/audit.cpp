#include "station/store/audit.h"

#include "crypto/hash.h"
#include "station/store/app_meta.h"
#include "station/store/columns.h"

namespace tram::station {

static Select& operator>>(Select& s, AuditRow& r) {
  return s >> r.number >> r.prev >> r.h >> r.entry.at_ms >> r.entry.person >> r.entry.role >> r.entry.action >>
         r.entry.object >> r.entry.result >> r.entry.details;
}

namespace {

constexpr std::string_view kHead = "audit_head";  // app_meta: number u64 | h

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
      continue;
    }
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

void append_text(Bytes& out, std::string_view text) {
  append_le(out, static_cast<std::uint32_t>(text.size()));
  append(out, as_bytes(text));
}

}  // namespace

sync::Hash AuditRow::expected_h() const {
  Bytes row;
  append_le(row, number);
  append_le(row, entry.at_ms);
  append(row, entry.person.bytes);
  append_le(row, entry.role);
  for (const auto* text : {&entry.action, &entry.object, &entry.result, &entry.details}) append_text(row, *text);
  return crypto::hash("TRM1-audit", {prev, row});
}

AuditAnchor AuditLog::head() {
  const auto stored = AppMeta(connection_).get(kHead);
  if (!stored) return {};
  AuditAnchor anchor;
  if (stored->size() != 8 + anchor.h.size()) throw SqliteFailure("the audit head is damaged", errc::damaged);
  anchor.number = load_le<std::uint64_t>(stored->data());
  std::copy(stored->begin() + 8, stored->end(), anchor.h.begin());
  return anchor;
}

Result<AuditAnchor> AuditLog::append(AuditEntry entry) {
  entry.action = escaped(entry.action);
  entry.object = escaped(entry.object);
  entry.result = escaped(entry.result);
  entry.details = escaped(entry.details);
  if (entry.action.size() > 64 || entry.object.size() > 256 || entry.result.size() > 64 || entry.details.size() > 4096)
    return errc::over_limit;
  const AuditAnchor before = head();
  AuditRow row{.number = before.number + 1, .prev = before.h, .h = {}, .entry = std::move(entry)};
  row.h = row.expected_h();
  change(connection_, "audit.append", row.number, row.prev, row.h, row.entry.at_ms, row.entry.person, row.entry.role,
         row.entry.action, row.entry.object, row.entry.result, row.entry.details);
  Bytes stored;
  append_le(stored, row.number);
  tram::append(stored, row.h);
  AppMeta(connection_).put(kHead, stored);
  return AuditAnchor{.number = row.number, .h = row.h};
}

std::vector<AuditRow> AuditLog::rows(std::uint64_t from, std::uint32_t at_most) {
  return all<AuditRow>({connection_, "audit.from", bound(from), at_most});
}

AuditFinding verify_audit(Connection& connection, std::optional<AuditAnchor> anchor) {
  const AuditAnchor head = AuditLog(connection).head();
  AuditFinding finding;
  Select select(connection, "audit.each");
  while (select.step()) {
    AuditRow row;
    select >> row;
    const std::uint64_t expected = finding.rows + 1;
    const bool anchored = !anchor || anchor->number != expected || anchor->h == row.h;
    if (row.number != expected || row.prev != finding.head.h || row.h != row.expected_h() || !anchored) {
      finding.first_bad = expected;
      return finding;
    }
    finding.rows = expected;
    finding.head = {.number = expected, .h = row.h};
  }
  const bool cut_off = finding.head != head || (anchor && anchor->number > finding.rows);
  if (cut_off) finding.first_bad = finding.rows + 1;
  return finding;
}

}  // namespace tram::station
