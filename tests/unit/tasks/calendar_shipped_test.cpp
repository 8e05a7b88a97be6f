// The calendars a hub starts with: three nations, 2025 to 2027.
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::on;

WorkingTime nation(std::string_view id) {
  const Calendar calendars[] = {shipped_calendar(id).value()};
  return WorkingTime::merge(calendars).value();
}

TEST(ShippedCalendars, R39_EveryDayOffNamesItsSource) {
  for (const std::string_view id : kShippedCalendars) {
    const auto calendar = shipped_calendar(id);
    ASSERT_TRUE(calendar) << id;
    EXPECT_EQ(calendar->id, id);
    EXPECT_FALSE(calendar->source.empty());
    for (const auto& [date, exception] : calendar->exceptions)
      EXPECT_NE(exception.name.find('('), std::string::npos) << id << ' ' << format_date(date);
    for (const int year : {2025, 2026, 2027}) {
      const auto first = calendar->exceptions.lower_bound(make_date(year, 1, 1));
      EXPECT_TRUE(first != calendar->exceptions.end() && first->first == make_date(year, 1, 1)) << id << ' ' << year;
    }
  }
  EXPECT_FALSE(shipped_calendar("xx"));
}

TEST(ShippedCalendars, LaosGivesADayInLieuAndCambodiaDoesNot) {
  EXPECT_FALSE(nation("la").is_working_day(on("2025-03-10"))) << "8 March was a Saturday";
  EXPECT_FALSE(nation("la").is_working_day(on("2027-05-03")));
  EXPECT_TRUE(nation("kh").is_working_day(on("2025-03-10")));
  EXPECT_TRUE(nation("kh").is_working_day(on("2026-03-09")));
  EXPECT_FALSE(nation("kh").is_working_day(on("2025-09-22")));
}

TEST(ShippedCalendars, AYearWhoseNoticeIsToComeIsProvisional) {
  EXPECT_FALSE(nation("vn").knows_year(on("2027-06-01")));
  EXPECT_FALSE(nation("kh").knows_year(on("2027-06-01")));
  EXPECT_TRUE(nation("la").knows_year(on("2027-06-01"))) << "the decree fixes every day";
  EXPECT_FALSE(nation("vn").is_working_day(on("2027-04-30")));
}

TEST(ShippedCalendars, VietNamFollowsTheTablesOfTheDomain) {
  const Calendar vn = viet_nam_calendar();
  std::string off[2], worked[2];
  for (const auto& [date, exception] : vn.exceptions) {
    const int year{int{std::chrono::year_month_day{date}.year()}};
    if (year > 2026) continue;
    auto& list = std::holds_alternative<WorkedAs>(exception.what) ? worked : off;
    list[year - 2025] += format_date(date).substr(5) + ' ';
  }
  EXPECT_EQ(off[0], "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02 ");
  EXPECT_EQ(worked[0], "04-26 ");
  EXPECT_EQ(off[1], "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-26 04-27 04-30 05-01 08-31 09-01 09-02 ");
  EXPECT_EQ(worked[1], "01-10 08-22 ");
}

}  // namespace
}  // namespace tram::tasks
