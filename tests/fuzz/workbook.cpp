// Z14: a workbook as an office brings it. Input: 0 = the whole container, 1 = the XML of one sheet, 2 = an edXML
// envelope; the rest. Whatever comes out is a table within its bounds.
#include "station/workbook/workbook.h"

#include "station/workbook/edxml.h"
#include "station/workbook/sheet_cells.h"
#include "tasks/csv.h"
#include "tasks/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::fuzz {
namespace {

void check(const std::string& table) {
  hold(table.size() <= tasks::kMaxCsvBytes, "a table keeps its bounds");
  hold(tasks::is_clean_utf8(table), "a table is text");
}

void run(ByteView input) {
  Draw draw(input);
  const auto what = draw.byte() % 3;
  const std::string rest(as_text(draw.rest()));
  if (what == 2) {
    if (const auto envelope = station::read_edxml(rest)) check(station::envelope_as_csv(*envelope));
    return;
  }
  if (what == 1) {
    station::SheetContext context;
    context.shared = {"tasks", "III.2.1.đ"};
    context.is_date = {false, true};
    if (const auto table = station::cells_as_csv(rest, context)) check(*table);
    return;
  }
  if (!station::is_workbook(rest)) return;
  for (const char* sheet : {"tasks.csv", "document.csv"})
    if (const auto table = station::sheet_as_csv(rest, sheet)) check(*table);
}

void seeds(const AddSeed& add) {
  const std::string plan = tasks::testing::file("hung-yen/plan.xlsx");
  add("plan", with_choice(0, as_bytes(plan)));
  const std::string sheet =
      R"(<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>a &lt; b</t></is></c>)"
      R"(<c r="D1" s="1"><v>45777</v></c><c r="E1" t="b"><v>1</v></c></row><row r="3"><c r="B3"><f>A1+1</f><v>2</v></c>)"
      R"(<c r="C3" s="1"><v>45777.5</v></c><c r="D3" t="str"><v>x</v></c></row></sheetData></worksheet>)";
  add("sheet", with_choice(1, as_bytes(sheet)));
  add("envelope", with_choice(2, as_bytes(tasks::testing::file("edxml/assignment.edxml"))));
}

}  // namespace

const Target workbook{"workbook", 32u << 10,
                      "station/workbook/archive.cpp station/workbook/edxml.cpp station/workbook/sheet_cells.cpp "
                      "station/workbook/workbook.cpp "
                      "station/workbook/xml.cpp",
                      run, seeds};

}  // namespace tram::fuzz
