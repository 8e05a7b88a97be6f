// Z14: tables as offices export them. Input: a CSV. What was read and is written again reads as the same.
#include "tasks/csv.h"

#include "tasks/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

constexpr ColumnRule kColumns[] = {
    {"ref"}, {"title", Presence::optional}, {"deadline", Presence::optional, Formula::span_allowed}};

std::string in_quotes(std::string_view cell) {
  std::string out = "\"";
  for (const char c : cell) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string written(const std::vector<CsvRow>& rows) {
  std::string out = "ref,title,deadline\r\n";
  for (const CsvRow& row : rows)
    out += in_quotes(row.at("ref")) + "," + in_quotes(row.at("title")) + "," + in_quotes(row.at("deadline")) + "\r\n";
  return out;
}

void run(ByteView input) {
  Problems problems;
  const auto rows = read_csv(as_text(input), kColumns, problems);
  if (!rows) hold(!problems.empty(), "a refusal names a problem");
  std::vector<ImportProblem> found = problems.take();
  hold(found.size() <= kMaxImportProblems, "problems are bounded");
  for (const ImportProblem& p : found) hold(is_clean_utf8(p.message) && is_clean_utf8(p.column), "a message is text");
  if (!rows) return;
  hold(rows->size() < kMaxCsvRows, "rows are bounded");
  std::size_t last = 1;
  for (const CsvRow& row : *rows) {
    hold(row.row > last, "rows are numbered as a spreadsheet shows them");
    last = row.row;
    for (const auto& [column, cell] : row.cells) {
      hold(cell.size() <= kMaxCsvCellBytes && is_clean_utf8(cell), "a cell is bounded text");
      const bool formula = !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos &&
                           !(column == "deadline" && cell.front() == '+');
      if (formula && found.size() < kMaxImportProblems)
        hold(std::any_of(found.begin(), found.end(),
                         [&](const ImportProblem& p) { return p.code == errc::formula_cell && p.row == row.row; }),
             "a formula is a problem of its row");
    }
  }
  Problems again;
  const auto second = read_csv(written(*rows), kColumns, again);
  hold(second.has_value(), "what was written again is a table");
  std::vector<std::map<std::string_view, std::string>> a, b;
  for (const CsvRow& row : *rows) a.push_back(row.cells);
  for (const CsvRow& row : *second) b.push_back(row.cells);
  std::erase_if(a, [](const auto& cells) {
    return std::all_of(cells.begin(), cells.end(), [](const auto& c) { return trimmed(c.second).empty(); });
  });
  hold(a == b, "a table survives a second trip");
}

void seeds(const AddSeed& add) {
  add("commas",
      as_bytes("ref,title,deadline\r\nII.1,\"Thảo luận, \"\"góp ý\"\"\",2025-06-30\r\n\r\nII.2,,+30d after X\r\n"));
  add("semicolons", as_bytes("\xEF\xBB\xBF"
                             "deadline;ref\n2025-Q2;\"a\nb\"\n"));
  add("tabs", as_bytes("ref\ttitle\n1\t=1+1\n"));
  add("open_quote", as_bytes("ref\n\"a"));
  add("old_encoding", as_bytes("ref\n\xC7\xE1\n"));
}

}  // namespace

const Target csv{"csv", 64u << 10, "tasks/csv.cpp", run, seeds};

}  // namespace tram::fuzz
