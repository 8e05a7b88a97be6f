#include "station/workbook/sheet_cells.h"

#include <charconv>
#include <cmath>
#include <map>

#include "station/workbook/workbook.h"
#include "station/workbook/xml.h"
#include "tasks/csv.h"
#include "tasks/time.h"

namespace tram::station {
namespace {

using tasks::errc;

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view value_of(const Attributes& a, std::string_view key) {
  const auto at = a.find(key);
  return at == a.end() ? std::string_view{} : std::string_view{at->second};
}

// A format of one's own shows a date if it has a letter of one outside of quotes, brackets and escapes.
bool shows_date(std::string_view format) {
  bool quoted = false, bracketed = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
      continue;
    }
    if (c == '[') bracketed = true;
    if (!bracketed && std::string_view("yYdDhH").find(c) != std::string_view::npos) return true;
    if (c == ']') bracketed = false;
  }
  return false;
}

// Reads one sheet row by row. Rows and columns that were left out are empty.
class CellReader {
 public:
  explicit CellReader(const SheetContext& context) : context_(context) {}

  tasks::Result<std::string> read(std::string_view xml) {
    XmlWalk walk;
    walk.open = [&](std::string_view name, const Attributes& a) { open(name, a); };
    walk.close = [&](std::string_view name) { close(name); };
    walk.text = [&](std::string_view text) {
      if (in_value_) value_ += text;
      if (in_formula_) formula_ += text;
    };
    walk.enough = [&] { return problem_.has_value(); };
    if (!walk_xml(xml, walk)) return errc::bad_workbook;
    if (problem_) return *problem_;
    return std::move(out_);
  }

 private:
  void open(std::string_view name, const Attributes& a) {
    if (name == "row") {
      const auto at = value_of(a, "r");
      const auto row = at.empty() ? std::optional(row_ + 1) : number<std::size_t>(at);
      if (!row || *row <= row_) return fail(errc::bad_workbook);
      if (*row > tasks::kMaxCsvRows + 1) return fail(errc::too_many_rows);
      out_.append(*row - row_ - 1, '\n');
      row_ = *row;
      column_ = 0;
    } else if (name == "c") {
      const auto column = column_of(value_of(a, "r"));
      if (!column || *column <= column_) return fail(errc::bad_workbook);
      if (*column > tasks::kMaxCsvColumns) return fail(errc::too_many_columns);
      out_.append(column_ == 0 ? *column - 1 : *column - column_, ',');
      column_ = *column;
      type_ = value_of(a, "t");
      style_ = number<std::size_t>(value_of(a, "s")).value_or(0);
      value_.clear();
      formula_.clear();
      has_formula_ = false;
    } else if (name == "rPh") {
      ++in_phonetic_;  // how a text is read aloud is no part of it
    } else if (name == "f") {
      in_formula_ = has_formula_ = true;
    } else if (name == "v" || (name == "t" && in_phonetic_ == 0)) {
      in_value_ = true;
    }
  }

  void close(std::string_view name) {
    if (name == "row") out_ += '\n';
    if (name == "c") write();
    if (name == "rPh") --in_phonetic_;
    if (name == "f") in_formula_ = false;
    if (name == "v" || name == "t") in_value_ = false;
  }

  // `BC12` is column 55; without a reference the next one.
  std::optional<std::size_t> column_of(std::string_view reference) const {
    if (reference.empty()) return column_ + 1;
    std::size_t column = 0;
    for (const char c : reference) {
      if (c < 'A' || c > 'Z') break;
      column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
      if (column > 1U << 20) return std::nullopt;
    }
    return column == 0 ? std::nullopt : std::optional(column);
  }

  void write() {
    std::optional<std::string> text;
    if (has_formula_)
      text = '=' + formula_;  // refused by whoever reads the table, with its row and column
    else if (type_ == "s")
      text = shared();
    else if (type_.empty() || type_ == "n")
      text = plain_number();
    else if (type_ == "d")
      text = value_.size() > 16 && value_[10] == 'T' ? value_.substr(0, 16) : value_;
    else
      text = value_;
    if (!text) return fail(errc::bad_workbook);
    if (text->empty()) return;
    if (text->size() > tasks::kMaxCsvCellBytes) return fail(errc::cell_too_large);
    out_ += '"';
    for (const char c : *text) out_.append(c == '"' ? 2 : 1, c);
    out_ += '"';
    if (out_.size() > kMaxWorkbookPart) fail(errc::file_too_large);
  }

  std::optional<std::string> shared() const {
    const auto index = number<std::size_t>(value_);
    if (!index || *index >= context_.shared.size()) return std::nullopt;
    return context_.shared[*index];
  }

  std::optional<std::string> plain_number() const {
    if (value_.empty()) return "";
    const auto parsed = number<double>(value_);
    if (!parsed || !std::isfinite(*parsed)) return std::nullopt;
    if (style_ < context_.is_date.size() && context_.is_date[style_]) return serial_date(*parsed, context_.from_1904);
    if (*parsed == std::floor(*parsed) && std::abs(*parsed) < 1e15)
      return std::to_string(static_cast<long long>(*parsed));
    return value_;
  }

  void fail(errc problem) {
    if (!problem_) problem_ = problem;
  }

  const SheetContext& context_;
  std::string out_;
  std::optional<errc> problem_;
  std::size_t row_ = 0, column_ = 0, style_ = 0;
  std::string type_, value_, formula_;
  bool in_value_ = false, in_formula_ = false, has_formula_ = false;
  int in_phonetic_ = 0;
};

}  // namespace

bool read_shared_strings(std::string_view xml, std::vector<std::string>& strings) {
  bool in_text = false;
  int phonetic = 0;
  XmlWalk walk;
  walk.open = [&](std::string_view name, const Attributes&) {
    if (name == "si") strings.emplace_back();
    if (name == "rPh") ++phonetic;
    if (name == "t" && phonetic == 0) in_text = !strings.empty();
  };
  walk.close = [&](std::string_view name) {
    if (name == "rPh") --phonetic;
    if (name == "t") in_text = false;
  };
  walk.text = [&](std::string_view text) {
    if (in_text) strings.back() += text;
  };
  return walk_xml(xml, walk);
}

bool read_date_styles(std::string_view xml, std::vector<bool>& is_date) {
  std::map<int, bool> own;
  bool in_cell_styles = false;
  XmlWalk walk;
  walk.open = [&](std::string_view name, const Attributes& a) {
    const int format = number<int>(value_of(a, "numFmtId")).value_or(0);
    if (name == "numFmt") own[format] = shows_date(value_of(a, "formatCode"));
    if (name == "cellXfs") in_cell_styles = true;
    if (name != "xf" || !in_cell_styles) return;
    const auto at = own.find(format);
    const bool built_in = (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
                          (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
    is_date.push_back(at == own.end() ? built_in : at->second);
  };
  walk.close = [&](std::string_view name) {
    if (name == "cellXfs") in_cell_styles = false;
  };
  walk.text = [](std::string_view) {};
  return walk_xml(xml, walk);
}

std::optional<std::string> serial_date(double serial, bool from_1904) {
  // The first of these calendars counts a 29 February 1900 that never was; from March 1900 on this day is right.
  const auto first = from_1904 ? tasks::make_date(1904, 1, 1) : tasks::make_date(1899, 12, 30);
  if (!(serial >= 61 && serial < 150'000)) return std::nullopt;
  const double whole = std::floor(serial);
  const auto minutes = std::chrono::minutes{std::lround((serial - whole) * 24 * 60)};
  const auto date = first + std::chrono::days{static_cast<int>(whole)};
  if (minutes == std::chrono::minutes{0}) return tasks::format_date(date);
  if (minutes == std::chrono::hours{24}) return tasks::format_date(date + std::chrono::days{1});
  return tasks::format_date_or_hour({date, minutes});
}

tasks::Result<std::string> cells_as_csv(std::string_view xml, const SheetContext& context) {
  return CellReader(context).read(xml);
}

}  // namespace tram::station
