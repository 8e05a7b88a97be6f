#include "tasks/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tram::tasks {
namespace {

constexpr ColumnRule kColumns[] = {{"a"}, {"b"}, {"due", Presence::optional, Formula::span_allowed}};

std::vector<CsvRow> rows_of(std::string_view text) {
  Problems problems;
  auto rows = read_csv(text, kColumns, problems);
  EXPECT_TRUE(rows && problems.empty()) << text;
  return rows.value_or(std::vector<CsvRow>{});
}

ImportProblem problem_of(std::string_view text) {
  Problems problems;
  read_csv(text, kColumns, problems);
  auto list = problems.take();
  EXPECT_EQ(list.size(), 1U) << text.substr(0, 100);
  return list.empty() ? ImportProblem{} : list.front();
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  for (const char* text : {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a;b\n1;2", "a\tb\n1\t2\n",
                           "\xEF\xBB\xBF"
                           "a,b\n1,2\n",
                           "b,a\n2,1\n", "\"a\",\"b\"\n\"1\",\"2\"\n", "a,b,,\n1,2,,\n", "a,b\n\n1,2\n,,\n"}) {
    const auto rows = rows_of(text);
    ASSERT_EQ(rows.size(), 1U) << text;
    EXPECT_EQ(rows[0].at("a"), "1") << text;
    EXPECT_EQ(rows[0].at("b"), "2") << text;
    EXPECT_EQ(rows[0].at("due"), "") << text;
  }
}

TEST(Csv, KeepsLineBreaksQuotesAndSeparatorsInQuotedCells) {
  const auto rows = rows_of("a,b\n\"one\r\ntwo, \"\"three\"\"\",x\nlast,\"\"\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("a"), "one\r\ntwo, \"three\"");
  EXPECT_EQ(rows[1].row, 3U) << "a spreadsheet shows a cell of two lines as one row";
  EXPECT_EQ(rows[1].at("b"), "");
}

TEST(Csv, CountsEmptyRowsAsASpreadsheetDoes) {
  EXPECT_EQ(rows_of("a,b\n\n\n1,2\n")[0].row, 4U);
}

TEST(Csv, NamesRowAndColumnOfWhatItRefuses) {
  struct Case {
    std::string text;
    errc code;
    std::size_t row;
    std::string column;
  };
  const std::string large(kMaxCsvCellBytes + 1, 'x');
  for (const Case& c : {
           Case{"", errc::missing_column, 1, ""},
           Case{"a\n1\n", errc::missing_column, 1, "b"},
           Case{"a,b,c\n1,2,3\n", errc::unknown_column, 1, "c"},
           Case{"a,b,a\n1,2,3\n", errc::duplicate_column, 1, "a"},
           Case{"a,b\n1,2,3\n", errc::unknown_column, 2, ""},
           Case{"a,b\n1,\"2\n", errc::unclosed_quote, 2, "b"},
           Case{"a,b\n\"1\"x,2\n", errc::unclosed_quote, 2, "a"},
           Case{"a,b\n1,\xff\n", errc::not_utf8, 2, "b"},
           Case{"a,b\n1,\xC0\xAF\n", errc::not_utf8, 2, "b"},
           Case{"a,b\n1,\xED\xA0\x80\n", errc::not_utf8, 2, "b"},
           Case{std::string("a,b\n1,\0\n", 8), errc::not_utf8, 2, "b"},
           Case{"a,b\n1," + large + "\n", errc::cell_too_large, 2, "b"},
           Case{"a,b\n1,\"" + large + "\"\n", errc::cell_too_large, 2, "b"},
           Case{"a,b\n1,=2+3\n", errc::formula_cell, 2, "b"},
           Case{"a,b\n1,+2\n", errc::formula_cell, 2, "b"},
           Case{"a,b\n1,-2\n", errc::formula_cell, 2, "b"},
           Case{"a,b\n1,\"@SUM(A1)\"\n", errc::formula_cell, 2, "b"},
           Case{"a,b\n1, =2+3\n", errc::formula_cell, 2, "b"},
           Case{"a,b\n1,\"\t\n=2+3\"\n", errc::formula_cell, 2, "b"},
           Case{"a,b,due\n1,2,=3\n", errc::formula_cell, 2, "due"},
       }) {
    const ImportProblem problem = problem_of(c.text);
    EXPECT_EQ(name_of(problem.code), name_of(c.code)) << c.text.substr(0, 40);
    EXPECT_EQ(problem.row, c.row) << c.text.substr(0, 40);
    EXPECT_EQ(problem.column, c.column) << c.text.substr(0, 40);
    EXPECT_FALSE(problem.message.empty());
  }
}

TEST(Csv, ASpanIsNoFormulaInItsColumn) {
  EXPECT_EQ(rows_of("a,b,due\n1,2,+30d after X\n")[0].at("due"), "+30d after X");
}

TEST(Csv, HoldsItsBounds) {
  EXPECT_EQ(problem_of(std::string(kMaxCsvBytes + 1, ' ')).code, errc::file_too_large);
  std::string wide = "a,b\n";
  wide.append(kMaxCsvColumns, ',');
  EXPECT_EQ(problem_of(wide).code, errc::too_many_columns);
  std::string text = "a,b\n";
  for (std::size_t i = 1; i < kMaxCsvRows; ++i) text += "1,2\n";
  EXPECT_EQ(rows_of(text).size(), kMaxCsvRows - 1);
  EXPECT_EQ(problem_of(text + "1,2\n").code, errc::too_many_rows);
}

TEST(Csv, NamesEveryFormulaUpToAHundred) {
  std::string text = "a,b\n";
  for (int i = 0; i < 150; ++i) text += "=1,2\n";
  Problems problems;
  EXPECT_TRUE(read_csv(text, kColumns, problems)) << "the rows are there, so that the caller can name more";
  EXPECT_EQ(problems.take().size(), kMaxImportProblems);
}

}  // namespace
}  // namespace tram::tasks
