// What a report says, as report.json (signed) and report.csv (convenience, not signed); bundle design 7.1,
// docs/formats/report.md. Where the figures come from is the caller's; signing is report_export.h's.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "station/report/report_fault.h"
#include "station/report/report_text.h"
#include "sync/ids.h"

namespace tram::station {

inline constexpr std::size_t kReportRows = 20'000;
inline constexpr std::size_t kReportTextBytes = 64u << 10;  // the letter, and one note
inline constexpr std::size_t kReportCellBytes = 4096;       // one line in a row

struct ReportRow {
  std::string ref, title, org, state, outcome, deadline, progress, note;  // any may be empty; a note has line feeds
  bool operator==(const ReportRow&) const = default;
};

struct ReportContent {
  sync::RecordId id;
  std::string site;  // code of the reporting organisation; the signing device's site
  std::string site_name;
  std::string form;    // the template, is_report_label()
  std::string period;  // is_report_label(): 2025-Q2, 2025-06, 2025-W25
  std::uint32_t revision = 1;
  std::optional<sync::Hash> supersedes;  // report_hash() of the revision before; none exactly for revision 1
  std::string due;                       // RFC 3339; empty = on demand
  std::string regime;                    // empty = none
  std::vector<ReportRow> rows;
  ReportTotals totals;
  std::string text;
  // Two different persons (R27). The caller makes two persons of one name distinct, say by their office.
  std::string prepared_by, approved_by;
  std::string created;  // RFC 3339
  sync::ClockQuality clock = sync::ClockQuality::unset;
  bool operator==(const ReportContent&) const = default;
};

// BAD_CONTENT names the field; OVER_LIMIT for too many rows.
ReportResult<void> check_report(const ReportContent& content);
// The canonical bytes of a report that passes check_report().
ReportResult<std::string> report_json(const ReportContent& content);
// The reverse: only canonical bytes, every key there, none more, and check_report() passed.
ReportResult<ReportContent> read_report(std::string_view json);
// UTF-8 with a byte order mark, comma, CRLF, a head line; cells that a spreadsheet would take for a formula get a
// leading apostrophe.
std::string report_csv(const ReportContent& content);
// H(TRM1-report, json): json-blake2b256, and what `supersedes` of the next revision holds.
sync::Hash report_hash(std::string_view json);
// BC_<site>_<template>_<period>_r<rev>, of [A-Za-z0-9.-] between the underscores; other bytes of a code become '-'.
std::string report_folder_name(const ReportContent& content);

}  // namespace tram::station
