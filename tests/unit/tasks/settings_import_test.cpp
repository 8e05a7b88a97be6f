#include "tasks/settings_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::on;

TEST(PolicyFile, R72_ChangesWhatItNamesAndKeepsTheRest) {
  Policy before;
  before.version = 3;
  before.site_day = 18;
  const auto read = parse_policy_file(
      "setting,value\nwarn.soon.days,5\nvalid-from,2026-01-01\nrating.low,6000\nsource,\"QĐ 12, số 3\"\n", before);
  ASSERT_TRUE(read.value) << read.problems.front().message;
  Policy expected = before;
  expected.version = 4;
  expected.warn_days = 5;
  expected.valid_from = on("2026-01-01");
  expected.rating_low = 6000;
  expected.source = "QĐ 12, số 3";
  EXPECT_EQ(*read.value, expected);
}

struct BadRow {
  const char* csv;
  errc code;
  std::size_t row;
  const char* column;
};

template <class T>
void expect_one_problem(const Imported<T>& read, const BadRow& c) {
  EXPECT_FALSE(read.value) << c.csv;
  ASSERT_EQ(read.problems.size(), 1U) << c.csv;
  EXPECT_EQ(read.problems.front().code, c.code) << c.csv;
  EXPECT_EQ(read.problems.front().row, c.row) << c.csv;
  EXPECT_EQ(read.problems.front().column, c.column) << c.csv;
}

TEST(PolicyFile, NamesTheBadRowAndColumn) {
  for (const BadRow& c : {
           BadRow{"setting,value\nwarn.soon.days,5\nwarn.late,1\n", errc::unknown_column, 3, "setting"},
           BadRow{"setting,value\nwarn.soon.days,five\n", errc::bad_policy, 2, "value"},
           BadRow{"setting,value\nreport.site_dates,31\n", errc::bad_policy, 2, "value"},
           BadRow{"setting,value\nvalid-from,2026-02-30\n", errc::bad_policy, 2, "value"},
           BadRow{"setting,value\nterm.month,long\nwarn.soon.days,5\n", errc::bad_policy, 2, "value"},
           BadRow{"setting,value\nwarn.soon.days,5\nwarn.soon.days,6\n", errc::duplicate_ref, 3, "setting"},
           BadRow{"setting,value\ntram-policy,2\n", errc::unknown_column, 2, "setting"},
           BadRow{"setting,value\n", errc::missing_value, 0, ""},
           BadRow{"setting\nwarn.soon.days\n", errc::missing_column, 1, "value"},
       })
    expect_one_problem(parse_policy_file(c.csv, Policy{}), c);
}

TEST(CriteriaFile, R31_GivesEveryWeightAnew) {
  const auto read = parse_criteria_file(
      "setting;value\nweight.done;6000\nweight.confirmed_in_time;4000\nlevel.excellent;9500\nvalid-from;2026-04-01\n",
      shipped_criteria());
  ASSERT_TRUE(read.value) << read.problems.front().message;
  EXPECT_EQ(read.value->version, 2U);
  EXPECT_EQ(read.value->weights, (std::vector<Weight>{{Indicator::done, 6000}, {Indicator::confirmed_in_time, 4000}}));
  EXPECT_EQ(read.value->excellent_from, 9500);
  EXPECT_EQ(read.value->completed_from, shipped_criteria().completed_from);
}

TEST(CriteriaFile, NamesTheBadRowAndColumn) {
  for (const BadRow& c : {
           BadRow{"setting,value\nweight.done,10000\nweight.beauty,1\n", errc::unknown_column, 3, "setting"},
           BadRow{"setting,value\nweight.done,10001\n", errc::bad_criteria, 2, "value"},
           BadRow{"setting,value\nweight.done,most\n", errc::bad_criteria, 2, "value"},
           BadRow{"setting,value\nweight.done,9999\n", errc::bad_criteria, 0, "value"},
           BadRow{"setting,value\nweight.done,10000\nlevel.completed,9000\n", errc::bad_criteria, 0, "value"},
           BadRow{"setting,value\nweight.done,10000\nvalid-from,soon\n", errc::bad_date, 3, "value"},
       })
    expect_one_problem(parse_criteria_file(c.csv, shipped_criteria()), c);
}

TEST(CalendarFile, R39_TakesItsLinesInAnyOrder) {
  const Calendar shipped = *shipped_calendar("kh");
  const Bytes bytes = encode_calendar(shipped);
  EXPECT_EQ(parse_calendar_file(as_text(bytes)).value, shipped);
  const auto read = parse_calendar_file(
      "tram-calendar\t1\r\nyear\t2027\r\noff\t2026-02-03\t\tHọp\r\nyear\t2026\r\nowner\tbody\thy.ubnd\r\nid\thy\r\n");
  ASSERT_TRUE(read.value) << read.problems.front().message;
  EXPECT_THAT(read.value->years, ::testing::ElementsAre(2026, 2027));
  EXPECT_EQ(read.value->owner_id, "hy.ubnd");
}

TEST(CalendarFile, NamesTheBadLine) {
  const std::string head = "tram-calendar\t1\nid\tx\n";
  for (const auto& [text, row, column] : std::initializer_list<std::tuple<std::string, std::size_t, const char*>>{
           {"calendar\n", 1, "calendar"},
           {head + "off\t2026-02-30\t\tname\n", 3, "off"},
           {head + "off\t2026-02-03\t\ta\noff\t2026-02-03\t\tb\n", 4, "off"},
           {head + "season\t1-1\t12-31\t480\t\t\t\t\t\t\n", 3, "season"},
           {head + "\nmood\tgood\n", 4, "mood"},
           {head + "season\t1-1\t6-30\t480-720\t\t\t\t\t\t\n", 0, ""},
       }) {
    const auto read = parse_calendar_file(text);
    EXPECT_FALSE(read.value) << text;
    ASSERT_EQ(read.problems.size(), 1U) << text;
    EXPECT_EQ(read.problems.front().row, row) << text;
    EXPECT_EQ(read.problems.front().column, column) << text;
  }
}

}  // namespace
}  // namespace tram::tasks
