// The errors of tram_tasks: one enum, one stable lower-case name each (what `--json` and the API show as `code`), and
// the problem an import reports about one cell. Sentences are made where the problem is found and never hold anything
// of a document that was refused for its class (R9).
#pragma once
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tram::tasks {

enum class errc {
  bad_date = 1,          // not `YYYY-MM-DD`, or no such day
  bad_moment,            // not RFC 3339, or a date and time without a meaning
  bad_deadline,          // none of the forms of R4
  bad_recurrence,        // none of the forms of the import file
  too_many_occurrences,  // a recurrence over too long a time
  bad_calendar,          // seasons, intervals or exceptions that contradict each other, or bytes that are not canonical
  not_utf8,              // bytes that are no UTF-8, or a NUL
  file_too_large,        // more bytes than kMaxCsvBytes
  too_many_rows,         // more rows than kMaxCsvRows
  too_many_columns,      // more columns than kMaxCsvColumns
  cell_too_large,        // more bytes in a cell than kMaxCsvCellBytes
  unclosed_quote,        // a quoted cell without its end, or text after its end
  formula_cell,          // text that a spreadsheet would run as a formula
  unknown_column,        // a column, or a field of the document file, that nobody reads
  duplicate_column,      // a column or field twice
  missing_column,        // a column or field that must be there
  missing_value,         // an empty cell where something must stand
  bad_id,                // an id with spaces or control characters, or too long
  bad_ref,               // a task's ref with control characters, or too long
  duplicate_ref,         // a ref, or the id of a body, twice in one file
  unknown_ref,           // a deadline together with a task that the file does not hold
  unknown_body,          // an id that the directory does not hold
  duplicate_body,        // a body named twice in one cell
  bad_kind,              // not assigning, implementing, follow-up or inspecting
  bad_priority,          // not key, normal or urgent
  bad_scope,             // not nationwide, sector, region, province or local
  bad_confidentiality,   // not normal, confidential, top_secret or 0-2
  class_refused,         // R9: class 3 anywhere; class 1-2 in the open zone; class 0 in the closed one
  no_place_in_zone,      // R8: content that the closed zone has no field for
  cycle,                 // a body above itself, or tasks that wait for each other
  planned_deadline,      // warning: a deadline beside a condition is shown as planned (R48)
  open_event,            // warning: a deadline that stays open until the event is recorded (R4)
  lead_coordinates_too,  // warning: a lead body among the coordinating ones
  start_after_deadline,  // warning: a start after the deadline
  bad_policy,            // R72: a setting out of range, or bytes that are not canonical
  bad_period,            // R31: not 2026-06, 2026-Q2, 2026-H1 or 2026
  bad_criteria,          // R31: weights or levels that contradict each other, or bytes that are not canonical
  already_recorded,      // R41: one of the four times a second time
  bad_workbook,          // no workbook, a damaged one, or one that declares a document type
  missing_sheet,         // a workbook without the sheet of that name
  bad_envelope,          // no edXML envelope, or one with a field out of its bounds
};

// The stable name of an error, for instance "bad_date".
std::string_view name_of(errc e) noexcept;

const boost::system::error_category& category() noexcept;
inline boost::system::error_code make_error_code(errc e) {
  return {static_cast<int>(e), category()};
}

template <class T>
using Result = boost::system::result<T>;

// One bad (or questionable) cell. `row` is what a spreadsheet shows, from 1 (the header); 0 = the file as a whole.
struct ImportProblem {
  errc code;
  std::size_t row = 0;
  std::string column;
  std::string message;
};

// More problems than these are not listed: who has a hundred bad cells has one bad file.
inline constexpr std::size_t kMaxImportProblems = 100;

// What an import came to: all or nothing. `value` is there exactly if `problems` is empty.
template <class T>
struct Imported {
  std::optional<T> value;
  std::vector<ImportProblem> problems;
  std::vector<ImportProblem> warnings;
};

}  // namespace tram::tasks

template <>
struct boost::system::is_error_code_enum<tram::tasks::errc> : std::true_type {};
