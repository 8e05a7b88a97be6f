#include "station/report/report_package.h"

#include <algorithm>
#include <array>

#include "station/report/canonical_json.h"
#include "sync/text.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

constexpr std::int64_t kFormat = 1;

struct Column {
  std::string_view name;
  std::string ReportRow::*cell;
};
constexpr std::array<Column, 8> kColumns = {{{"ref", &ReportRow::ref},
                                             {"title", &ReportRow::title},
                                             {"org", &ReportRow::org},
                                             {"state", &ReportRow::state},
                                             {"outcome", &ReportRow::outcome},
                                             {"deadline", &ReportRow::deadline},
                                             {"progress", &ReportRow::progress},
                                             {"note", &ReportRow::note}}};

ReportFault bad(std::string_view field) {
  return {OutcomeCode::bad_content, "report: " + std::string(field)};
}

bool is_long_text(std::string_view text) {
  return text.size() <= kReportTextBytes && sync::valid_text(text);
}

bool is_cell(const Column& column, std::string_view text) {
  if (column.cell == &ReportRow::note) return is_long_text(text);
  return text.empty() || is_line(text, kReportCellBytes);
}

// The members of one object, each taken once; what is missing, of another type or left over spoils the whole.
class Members {
 public:
  explicit Members(const Json& json) : object_(std::get_if<JsonObject>(&json.value)) {}

  template <class T>
  T take(std::string_view key) {
    const Json* member = find(key);
    const T* value = member ? std::get_if<T>(&member->value) : nullptr;
    if (value == nullptr) {
      fail(key);
      return {};
    }
    return *value;
  }
  // The same without a copy; null when absent.
  const JsonList* list(std::string_view key) {
    const Json* member = find(key);
    const auto* list = member ? std::get_if<JsonList>(&member->value) : nullptr;
    if (list == nullptr) fail(key);
    return list;
  }
  void fail(std::string_view key) {
    if (failed_.empty()) failed_ = key;
  }
  // Empty when all was well and nothing is left.
  std::string_view failed() const {
    if (!failed_.empty()) return failed_;
    return object_ && taken_ == object_->size() ? std::string_view() : "other keys";
  }

 private:
  const Json* find(std::string_view key) {
    if (object_ == nullptr) return nullptr;
    const auto at = object_->find(key);
    if (at == object_->end()) return nullptr;
    ++taken_;
    return &at->second;
  }

  const JsonObject* object_;
  std::size_t taken_ = 0;
  std::string_view failed_;
};

std::optional<sync::Hash> hash_of(std::string_view hex) {
  const auto raw = from_hex(hex);
  if (!raw || raw->size() != 32) return std::nullopt;
  sync::Hash hash{};
  std::copy(raw->begin(), raw->end(), hash.begin());
  return hash;
}

std::string csv_cell(std::string_view text) {
  std::string cell;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) cell = "'";
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string folder_part(std::string text) {
  for (char& c : text) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    if (!safe) c = '-';
  }
  return text;
}

}  // namespace

ReportResult<void> check_report(const ReportContent& c) {
  if (!is_line(c.site, kSiteCodeBytes) || c.site.find(' ') != std::string::npos) return bad("site");
  if (!is_line(c.site_name, kNameBytes)) return bad("site_name");
  if (!is_report_label(c.form)) return bad("template");
  if (!is_report_label(c.period)) return bad("period");
  if (c.revision < 1 || c.revision > kLargestRevision) return bad("revision");
  if (c.supersedes.has_value() != (c.revision > 1)) return bad("supersedes");
  if (!c.due.empty() && !is_rfc3339(c.due)) return bad("due");
  if (!c.regime.empty() && !is_line(c.regime, kNameBytes)) return bad("regime");
  if (c.rows.size() > kReportRows) return ReportFault{OutcomeCode::over_limit, "report: rows"};
  for (const ReportRow& row : c.rows)
    for (const Column& column : kColumns)
      if (!is_cell(column, row.*column.cell)) return bad(column.name);
  if (!are_totals(c.totals)) return bad("totals");
  if (!is_long_text(c.text)) return bad("text");
  if (!is_line(c.prepared_by, kNameBytes)) return bad("prepared_by");
  if (!is_line(c.approved_by, kNameBytes)) return bad("approved_by");
  if (c.prepared_by == c.approved_by) return bad("prepared and approved by the same person");
  if (!is_rfc3339(c.created)) return bad("created");
  return {};
}

ReportResult<std::string> report_json(const ReportContent& c) {
  if (const auto checked = check_report(c); !checked) return checked.error();
  JsonList rows;
  rows.reserve(c.rows.size());
  for (const ReportRow& row : c.rows) {
    JsonObject cells;
    for (const Column& column : kColumns) cells.emplace(column.name, Json{row.*column.cell});
    rows.push_back({std::move(cells)});
  }
  JsonObject totals;
  for (const auto& [key, value] : c.totals) totals.emplace(key, Json{value});
  JsonObject report;
  report["format"] = {kFormat};
  report["report_id"] = {c.id.hex()};
  report["site"] = {c.site};
  report["site_name"] = {c.site_name};
  report["template"] = {c.form};
  report["period"] = {c.period};
  report["revision"] = {std::int64_t{c.revision}};
  report["supersedes"] = {c.supersedes ? to_hex(*c.supersedes) : std::string("-")};
  report["due"] = {c.due};
  report["regime"] = {c.regime};
  report["rows"] = {std::move(rows)};
  report["totals"] = {std::move(totals)};
  report["text"] = {c.text};
  report["prepared_by"] = {c.prepared_by};
  report["approved_by"] = {c.approved_by};
  report["created"] = {c.created};
  report["clock"] = {std::string(clock_word(c.clock))};
  return write_canonical({std::move(report)});
}

ReportResult<ReportContent> read_report(std::string_view json) {
  const auto parsed = read_canonical(json);
  if (!parsed) return parsed.error();
  ReportContent c;
  Members report(*parsed);
  if (report.take<std::int64_t>("format") != kFormat) report.fail("format");
  const std::string id = report.take<std::string>("report_id");
  if (const auto known = sync::RecordId::parse(id); known && known->hex() == id)
    c.id = *known;
  else
    report.fail("report_id");
  c.site = report.take<std::string>("site");
  c.site_name = report.take<std::string>("site_name");
  c.form = report.take<std::string>("template");
  c.period = report.take<std::string>("period");
  const auto revision = report.take<std::int64_t>("revision");
  if (revision < 1 || revision > kLargestRevision)
    report.fail("revision");
  else
    c.revision = static_cast<std::uint32_t>(revision);
  if (const auto hex = report.take<std::string>("supersedes"); hex != "-") {
    c.supersedes = hash_of(hex);
    if (!c.supersedes || to_hex(*c.supersedes) != hex) report.fail("supersedes");
  }
  c.due = report.take<std::string>("due");
  c.regime = report.take<std::string>("regime");
  if (const JsonList* rows = report.list("rows")) {
    if (rows->size() > kReportRows) return ReportFault{OutcomeCode::over_limit, "report: rows"};
    for (const Json& item : *rows) {
      Members cells(item);
      ReportRow& row = c.rows.emplace_back();
      for (const Column& column : kColumns) row.*column.cell = cells.take<std::string>(column.name);
      if (!cells.failed().empty()) return bad(cells.failed());
    }
  }
  for (const auto& [key, value] : report.take<JsonObject>("totals")) {
    const auto* number = std::get_if<std::int64_t>(&value.value);
    if (number == nullptr) return bad("totals");
    c.totals.emplace(key, *number);
  }
  c.text = report.take<std::string>("text");
  c.prepared_by = report.take<std::string>("prepared_by");
  c.approved_by = report.take<std::string>("approved_by");
  c.created = report.take<std::string>("created");
  if (const auto clock = clock_of(report.take<std::string>("clock")))
    c.clock = *clock;
  else
    report.fail("clock");
  if (!report.failed().empty()) return bad(report.failed());
  if (const auto checked = check_report(c); !checked) return checked.error();
  return c;
}

std::string report_csv(const ReportContent& c) {
  std::string csv = "\xEF\xBB\xBF";
  for (const Column& column : kColumns) {
    if (&column != &kColumns.front()) csv += ',';
    csv += column.name;
  }
  csv += "\r\n";
  for (const ReportRow& row : c.rows) {
    for (const Column& column : kColumns) {
      if (&column != &kColumns.front()) csv += ',';
      csv += csv_cell(row.*column.cell);
    }
    csv += "\r\n";
  }
  return csv;
}

sync::Hash report_hash(std::string_view json) {
  return crypto::hash("TRM1-report", {as_bytes(json)});
}

std::string report_folder_name(const ReportContent& c) {
  return "BC_" + folder_part(c.site) + "_" + folder_part(c.form) + "_" + folder_part(c.period) + "_r" +
         std::to_string(c.revision);
}

}  // namespace tram::station
