#include "station/workbook/workbook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <cstdio>
#include <filesystem>

#include "station/workbook/sheet_cells.h"
#include "station/workbook/xml.h"
#include "tasks/plan_import.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::station {
namespace {

using tasks::errc;
using tasks::make_error_code;
using tasks::testing::file;

TEST(Workbook, HoldsTheHungYenPlanLikeItsThreeFiles) {
  const std::string bytes = file("hung-yen/plan.xlsx");
  ASSERT_TRUE(is_workbook(bytes));
  const auto sheet = [&](std::string_view name) { return sheet_as_csv(bytes, name).value(); };
  const auto from_sheets = tasks::parse_organisations(sheet("organisations.csv"), {});
  const auto from_files = tasks::parse_organisations(file("hung-yen/organisations.csv"), {});
  ASSERT_TRUE(from_sheets.value && from_files.value);
  EXPECT_EQ(*from_sheets.value, *from_files.value);
  const auto plan = tasks::parse_plan(sheet("document.csv"), sheet("tasks.csv"), *from_files.value, tasks::Zone::open);
  const auto same = tasks::parse_plan(file("hung-yen/document.csv"), file("hung-yen/tasks.csv"), *from_files.value,
                                      tasks::Zone::open);
  ASSERT_TRUE(plan.value) << plan.problems.front().message;
  EXPECT_EQ(plan.value->assignments(), 86U);
  EXPECT_EQ(plan.value->document.issued_on, same.value->document.issued_on);
  ASSERT_EQ(plan.value->tasks.size(), 44U);
  for (std::size_t i = 0; i < 44; ++i) {
    const tasks::TaskRow &a = plan.value->tasks[i], &b = same.value->tasks[i];
    EXPECT_EQ(a.row, b.row);
    EXPECT_EQ(a.ref, b.ref);
    EXPECT_EQ(a.title, b.title) << a.ref;
    EXPECT_EQ(a.lead, b.lead) << a.ref;
    EXPECT_EQ(a.coordinating, b.coordinating) << a.ref;
    EXPECT_EQ(a.deadline, b.deadline) << a.ref;
    EXPECT_EQ(a.recurrence, b.recurrence) << a.ref;
    EXPECT_EQ(a.condition, b.condition) << a.ref;
  }
}

TEST(Workbook, AFileThatIsNoneIsItsOwnTable) {
  EXPECT_EQ(table_text("ref,title\n", "tasks.csv").value(), "ref,title\n");
  EXPECT_EQ(table_text(file("hung-yen/plan.xlsx"), "other").error(), make_error_code(errc::missing_sheet));
}

TEST(Workbook, ADamagedOneIsRefusedAtEveryByte) {
  const std::string bytes = file("hung-yen/plan.xlsx");
  for (std::size_t cut = 4; cut < bytes.size(); cut += 97)
    EXPECT_FALSE(table_text(bytes.substr(0, cut), "tasks.csv")) << cut;
  for (std::size_t at = 4; at < bytes.size(); at += 61) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    (void)table_text(damaged, "tasks.csv");  // any answer but a crash
  }
}

std::string cells(const std::string& rows, const SheetContext& context = {}) {
  const auto text = cells_as_csv("<worksheet><sheetData>" + rows + "</sheetData></worksheet>", context);
  return text ? *text : text.error().message();
}

TEST(Workbook, ReadsEveryKindOfCell) {
  SheetContext context;
  context.shared = {"kept", "a \"b\""};
  context.is_date = {false, true};
  struct Case {
    const char *cell, *text;
  };
  for (const Case& c : {
           Case{R"(<c r="A1" t="s"><v>1</v></c>)", "\"a \"\"b\"\"\"\n"},
           Case{R"(<c r="A1" t="s"><v>2</v></c>)", "bad_workbook"},
           Case{R"(<c r="A1"><v>406</v></c>)", "\"406\"\n"},
           Case{R"(<c r="A1"><v>1.5</v></c>)", "\"1.5\"\n"},
           Case{R"(<c r="A1"><v>x</v></c>)", "bad_workbook"},
           Case{R"(<c r="A1" s="1"><v>45777</v></c>)", "\"2025-04-30\"\n"},
           Case{R"(<c r="A1" s="1"><v>45777.416666666664</v></c>)", "\"2025-04-30T10:00\"\n"},
           Case{R"(<c r="A1" t="d"><v>2025-04-30T10:00:00</v></c>)", "\"2025-04-30T10:00\"\n"},
           Case{R"(<c r="A1" t="str"><f>1+1</f><v>2</v></c>)", "\"=1+1\"\n"},
           Case{R"(<c r="A1"><f/><v>2</v></c>)", "\"=\"\n"},
           Case{R"(<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>)",
                "\"ab\"\n"},
           Case{R"(<c r="C1" t="str"><v>c</v></c>)", ",,\"c\"\n"},
           Case{R"(<c/><c t="str"><v>b</v></c>)", ",\"b\"\n"},
           Case{R"(<c r="B1"/><c r="A1"/>)", "bad_workbook"},
           Case{R"(<c r="BZ1"/>)", "too_many_columns"},
           Case{R"(<c r="1"/>)", "bad_workbook"},
       })
    EXPECT_EQ(cells(std::string("<row>") + c.cell + "</row>", context), c.text) << c.cell;
}

TEST(Workbook, ARowHasTheNumberThatTheSpreadsheetShows) {
  EXPECT_EQ(cells(R"(<row r="2"><c r="A2" t="str"><v>x</v></c></row><row r="5"/>)"), "\n\"x\"\n\n\n\n");
  EXPECT_EQ(cells(R"(<row r="2"/><row r="2"/>)"), "bad_workbook");
  EXPECT_EQ(cells(R"(<row r="1048576"/>)"), "too_many_rows");
}

TEST(Workbook, KnowsWhichStylesAreDates) {
  std::vector<bool> is_date;
  ASSERT_TRUE(read_date_styles(R"(<s><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>
      <numFmt numFmtId="165" formatCode="0.00&quot;day&quot;"/><numFmt numFmtId="166" formatCode="[Red]0\d"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>
      <xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></s>)",
                               is_date));
  EXPECT_EQ(is_date, (std::vector<bool>{false, true, true, false, false}));
}

TEST(Workbook, CountsDaysFromEitherFirstDay) {
  EXPECT_EQ(serial_date(45777, false), "2025-04-30");
  EXPECT_EQ(serial_date(45777 - 1462, true), "2025-04-30");
  EXPECT_EQ(serial_date(45777.99999, false), "2025-05-01") << "rounded to the minute";
  EXPECT_EQ(serial_date(60, false), std::nullopt) << "before the day that never was";
  EXPECT_EQ(serial_date(1e9, false), std::nullopt);
}

TEST(Workbook, NeverExpandsAnEntityAndNeverNestsWithoutEnd) {
  std::vector<std::string> strings;
  EXPECT_FALSE(read_shared_strings("<!DOCTYPE s [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>", strings));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_FALSE(read_shared_strings(deep, strings));
  EXPECT_FALSE(read_shared_strings("<sst><si>", strings));
}

// A part that unpacks to more than its bound.
TEST(Workbook, StopsAPartThatUnpacksPastItsBound) {
  const auto path = std::filesystem::temp_directory_path() / ("tram-workbook-" + std::to_string(::getpid()) + ".zip");
  zipFile zip = zipOpen(path.c_str(), APPEND_STATUS_CREATE);
  ASSERT_TRUE(zip != nullptr);
  zipOpenNewFileInZip(zip, "xl/workbook.xml", nullptr, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 9);
  const std::string zeros(1U << 20, ' ');
  for (int i = 0; i < 40; ++i) zipWriteInFileInZip(zip, zeros.data(), static_cast<unsigned>(zeros.size()));
  zipCloseFileInZip(zip);
  zipClose(zip, nullptr);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::filesystem::remove(path);
  EXPECT_LT(bytes.size(), 1U << 20);
  EXPECT_EQ(table_text(bytes, "tasks.csv").error(), make_error_code(errc::file_too_large));
}

}  // namespace
}  // namespace tram::station
