// Bundle design 7.1: report.json, and the CSV beside it (Z14, export): no cell starts a formula.
#include "station/report/report_package.h"

#include "tasks/csv.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

// The cells of a CSV as a spreadsheet would see them; quotes as RFC 4180 says.
void check_cells(std::string_view csv, std::size_t rows) {
  hold(csv.starts_with("\xEF\xBB\xBF") && csv.ends_with("\r\n"), "the CSV has its mark and its line ends");
  csv.remove_prefix(3);
  std::size_t lines = 0;
  for (std::size_t at = 0; at < csv.size(); ++lines) {
    for (bool in_row = true; in_row;) {
      const bool quoted = csv[at] == '"';
      if (quoted) ++at;
      hold(at < csv.size() && std::string_view("=+-@\t").find(csv[at]) == std::string_view::npos,
           "no cell starts a formula");
      if (quoted) {
        while (at < csv.size() && !(csv[at] == '"' && csv.substr(at + 1, 1) != "\"")) at += csv[at] == '"' ? 2 : 1;
        ++at;
      } else {
        at = std::min(csv.find_first_of(",\r", at), csv.size());
      }
      hold(at < csv.size(), "a cell has an end");
      in_row = csv[at] == ',';
      at += in_row ? 1 : 2;
    }
  }
  hold(lines == rows + 1, "the CSV has one line for each row");
}

void run(ByteView input) {
  const std::string_view text = as_text(input);
  const auto content = read_report(text);
  if (!content) return;
  hold(check_report(*content).has_value(), "what was read passes the check");
  const auto again = report_json(*content);
  hold(again && *again == text, "a report is written as the bytes it came from");
  hold(content->prepared_by != content->approved_by, "two persons sign (R27)");
  check_cells(report_csv(*content), content->rows.size());
  for (const char c : report_folder_name(*content))
    hold((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_',
         "no path comes from a name");
}

void seeds(const AddSeed& add) {
  ReportContent c;
  c.id.bytes.fill(0xE1);
  c.site = "hy.ubnd";
  c.site_name = "UBND huyện Hải Hà";
  c.form = "chung";
  c.period = "2025-Q2";
  c.prepared_by = "Nguyễn Văn An";
  c.approved_by = "Trần Thị Bình";
  c.created = "2025-07-01T09:30:00+07:00";
  add("least.json", as_bytes(*report_json(c)));
  c.revision = 2;
  c.supersedes.emplace().fill(1);
  c.due = "2025-07-05T17:00:00Z";
  c.regime = "Hằng quý";
  c.rows = {{"407-KH/TU", "=1+1", "ខេត្ត", "done", "late", "", "-5", "dòng 1\ndòng 2"},
            {"", "\"a\", b", "", "", "", "", "", ""}};
  c.totals = {{"overdue", 77}};
  c.text = "Kính gửi:\n\tVăn phòng";
  add("full.json", as_bytes(*report_json(c)));
}

}  // namespace

const Target report{"report", 32u << 10, "station/report/report_package.cpp station/report/report_text.cpp", run,
                    seeds};

}  // namespace tram::fuzz
