#include "tasks/csv.h"

#include <algorithm>
#include <utility>

#include "tasks/text.h"

namespace tram::tasks {
namespace {

struct RawRow {
  std::size_t row;
  std::vector<std::string> cells;
};

// The separator that the header row uses most, outside of quotes.
char separator_of(std::string_view text) {
  constexpr std::string_view kSeparators = ",;\t";
  std::size_t counts[3] = {0, 0, 0};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    if (const auto at = kSeparators.find(c); !quoted && at != std::string_view::npos) ++counts[at];
  }
  return kSeparators[static_cast<std::size_t>(std::max_element(counts, counts + 3) - counts)];
}

// A cell and what ended it. Quotes count only as a cell's first character, as spreadsheets write them.
class Scanner {
 public:
  Scanner(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool at_end() const { return at_ == text_.size(); }

  // The cells of one row, and past its line end. Fails with the error of the cell, numbered from 0 in `bad_cell`.
  Result<std::vector<std::string>> next_row(std::size_t& bad_cell) {
    std::vector<std::string> cells;
    while (true) {
      bad_cell = cells.size();
      if (cells.size() == kMaxCsvColumns) return errc::too_many_columns;
      std::string cell;
      const bool quoted = !at_end() && text_[at_] == '"';
      if (quoted && !take_quoted(cell))
        return cell.size() > kMaxCsvCellBytes ? errc::cell_too_large : errc::unclosed_quote;
      if (!quoted) {
        const std::size_t end = std::min(end_of_cell(), text_.size());
        if (end - at_ > kMaxCsvCellBytes) return errc::cell_too_large;
        cell = text_.substr(at_, end - at_);
        at_ = end;
      }
      cells.push_back(std::move(cell));
      if (at_end()) return cells;
      const char c = text_[at_++];
      if (c == separator_) continue;
      if (c == '\r' && !at_end() && text_[at_] == '\n') ++at_;
      if (c == '\r' || c == '\n') return cells;
      return errc::unclosed_quote;  // text after a closing quote
    }
  }

 private:
  std::size_t end_of_cell() const {
    for (std::size_t i = at_; i < text_.size(); ++i)
      if (text_[i] == separator_ || text_[i] == '\n' || text_[i] == '\r') return i;
    return text_.size();
  }
  bool take_quoted(std::string& cell) {
    for (++at_; !at_end() && cell.size() <= kMaxCsvCellBytes;) {
      const std::size_t quote = std::min(text_.find('"', at_), text_.size());
      cell.append(text_.substr(at_, std::min(quote - at_, kMaxCsvCellBytes + 1)));
      at_ = quote;
      if (at_end()) return false;
      ++at_;
      if (at_end() || text_[at_] != '"') return cell.size() <= kMaxCsvCellBytes;
      cell.push_back('"');
      ++at_;
    }
    return false;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
};

bool is_formula(std::string_view cell, Formula rule) {
  if (cell.empty() || std::string_view("=+-@").find(cell.front()) == std::string_view::npos) return false;
  return !(rule == Formula::span_allowed && cell.front() == '+');
}

std::string sentence_for(errc code) {
  switch (code) {
    case errc::too_many_columns:
      return "A row has more than 64 columns.";
    case errc::cell_too_large:
      return "A cell is larger than 64 KiB.";
    default:
      return "A quoted cell has no end, or text follows after its end.";
  }
}

// Which rule each cell of the header belongs to, or nothing if the header is bad.
std::optional<std::vector<const ColumnRule*>> bind_header(const RawRow& header, std::span<const ColumnRule> columns,
                                                          Wording wording, Problems& problems) {
  std::vector<const ColumnRule*> bound;
  Problems found;
  for (const std::string& cell : header.cells) {
    const std::string_view name = trimmed(cell);
    const auto rule = std::find_if(columns.begin(), columns.end(), [&](const ColumnRule& c) { return c.name == name; });
    bound.push_back(rule == columns.end() ? nullptr : &*rule);
    const std::string shown = wording == Wording::silent ? "" : std::string(name.substr(0, 64));
    if (rule == columns.end() && !name.empty())
      found.add(errc::unknown_column, header.row, is_clean_utf8(shown) ? shown : "", "Nobody reads this column.");
    if (rule != columns.end() && std::count(bound.begin(), bound.end(), &*rule) > 1)
      found.add(errc::duplicate_column, header.row, rule->name, "This column stands twice in the header.");
  }
  for (const ColumnRule& rule : columns)
    if (rule.presence == Presence::required && std::find(bound.begin(), bound.end(), &rule) == bound.end())
      found.add(errc::missing_column, header.row, rule.name, "This column is missing.");
  if (found.empty()) return bound;
  problems.add_all(std::move(found));
  return std::nullopt;
}

}  // namespace

void Problems::add(errc code, std::size_t row, std::string_view column, std::string message) {
  if (!full()) list_.push_back({code, row, std::string(column), std::move(message)});
}

void Problems::add_all(Problems&& more) {
  for (ImportProblem& p : more.list_) add(p.code, p.row, p.column, std::move(p.message));
}

std::optional<std::vector<CsvRow>> read_csv(std::string_view bytes, std::span<const ColumnRule> columns,
                                            Problems& problems, Wording wording) {
  const auto refuse = [&](errc code, std::size_t row, std::string_view column, std::string message) {
    problems.add(code, row, column, std::move(message));
    return std::nullopt;
  };
  if (bytes.size() > kMaxCsvBytes) return refuse(errc::file_too_large, 0, "", "The file is larger than 32 MiB.");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);

  Scanner scanner(bytes, separator_of(bytes));
  std::optional<std::vector<const ColumnRule*>> bound;
  std::vector<CsvRow> rows;
  const auto column_name = [&](std::size_t cell) -> std::string_view {
    return bound && cell < bound->size() && (*bound)[cell] ? (*bound)[cell]->name : std::string_view{};
  };
  for (std::size_t row = 1; !scanner.at_end(); ++row) {
    if (row > kMaxCsvRows) return refuse(errc::too_many_rows, row, "", "The file has more than 20,000 rows.");
    std::size_t bad_cell = 0;
    auto cells = scanner.next_row(bad_cell);
    // What follows a broken cell cannot be told apart, so the file is not read on.
    if (cells.has_error()) {
      const auto code = static_cast<errc>(cells.error().value());
      return refuse(code, row, column_name(bad_cell), sentence_for(code));
    }
    for (std::size_t i = 0; i < cells->size(); ++i)
      if (!is_clean_utf8((*cells)[i]))
        return refuse(errc::not_utf8, row, column_name(i),
                      "The cell is not UTF-8 text. Save the file as \"CSV UTF-8\".");
    if (std::all_of(cells->begin(), cells->end(), [](const std::string& c) { return trimmed(c).empty(); })) continue;
    if (!bound) {
      bound = bind_header({row, *std::move(cells)}, columns, wording, problems);
      if (!bound) return std::nullopt;
      continue;
    }
    CsvRow out{row, {}};
    for (const ColumnRule& rule : columns) out.cells.emplace(rule.name, "");
    for (std::size_t i = 0; i < cells->size(); ++i) {
      std::string& cell = (*cells)[i];
      const ColumnRule* rule = i < bound->size() ? (*bound)[i] : nullptr;
      if (rule == nullptr) {
        if (!trimmed(cell).empty()) problems.add(errc::unknown_column, row, "", "The cell stands under no column.");
        continue;
      }
      if (is_formula(trimmed(cell), rule->formula))  // what stands in front is trimmed away later
        problems.add(errc::formula_cell, row, rule->name,
                     "The cell begins like a formula (= + - @); text is expected.");
      out.cells[rule->name] = std::move(cell);
    }
    rows.push_back(std::move(out));
  }
  if (!bound) return refuse(errc::missing_column, 1, "", "The file has no header row.");
  return rows;
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

}  // namespace tram::tasks
