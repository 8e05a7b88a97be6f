// Tables as offices export them: UTF-8 with or without a byte order mark; commas, semicolons or tabs; LF or CRLF;
// quotes with line breaks inside. Columns are found by name, in any order. This file owns the bounds and the rows a
// spreadsheet shows; what a cell means is left to organisation.h and plan_import.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/errc.h"

namespace tram::tasks {

// A file beyond these is not a plan: the largest known has 44 tasks.
inline constexpr std::size_t kMaxCsvBytes = 32U << 20;
inline constexpr std::size_t kMaxCsvRows = 20'000;
inline constexpr std::size_t kMaxCsvColumns = 64;
inline constexpr std::size_t kMaxCsvCellBytes = 64U << 10;

enum class Formula : std::uint8_t { refused, span_allowed };  // span_allowed: `+30d after ...` is no formula
enum class Presence : std::uint8_t { required, optional };

struct ColumnRule {
  std::string_view name;
  Presence presence = Presence::required;
  Formula formula = Formula::refused;
};

// Whether a message may name what stands in the header: not before the class of a document is known (R9).
enum class Wording : std::uint8_t { quotes_header, silent };

struct CsvRow {
  std::size_t row = 0;                            // as a spreadsheet shows it; the header is row 1
  std::map<std::string_view, std::string> cells;  // by the names of the rules; a column that is not there is empty
  const std::string& at(std::string_view column) const { return cells.at(column); }
};

// Collects problems up to kMaxImportProblems.
class Problems {
 public:
  void add(errc code, std::size_t row, std::string_view column, std::string message);
  bool empty() const { return list_.empty(); }
  bool full() const { return list_.size() >= kMaxImportProblems; }
  std::vector<ImportProblem> take() { return std::move(list_); }
  void add_all(Problems&& more);

 private:
  std::vector<ImportProblem> list_;
};

// Reads a whole table, or nothing if it is no table at all. Formula cells are problems beside the rows, so that the
// caller can name what else is wrong. Cells keep their bytes (NFC, trimming and meaning come later); rows without any
// text are skipped but counted. Row keys view the names in `columns`, which must outlive the rows.
std::optional<std::vector<CsvRow>> read_csv(std::string_view bytes, std::span<const ColumnRule> columns,
                                            Problems& problems, Wording wording = Wording::quotes_header);

// One cell of a table that a spreadsheet opens, in quotes; what it would take for a formula begins with an apostrophe.
std::string csv_cell(std::string_view text);

}  // namespace tram::tasks
