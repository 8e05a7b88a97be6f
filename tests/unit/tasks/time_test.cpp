#include "tasks/time.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::on;

TEST(Time, DatesReadBackAsWritten) {
  for (const char* text : {"1900-01-01", "2024-02-29", "2025-06-30", "2299-12-31"})
    EXPECT_EQ(format_date(parse_date(text).value()), text);
}

TEST(Time, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2025-02-29", "2025-13-01", "2025-00-10", "2025-6-30", "30/6/2025", "2025-06-30 ",
                           "1899-12-31", "2300-01-01", "2025-06-3a", "+025-06-30"})
    EXPECT_EQ(parse_date(text).error(), make_error_code(errc::bad_date)) << text;
}

TEST(Time, MomentsAreWrittenAtPlusSeven) {
  EXPECT_EQ(format_moment(at("2025-04-23T10:00")), "2025-04-23T10:00:00+07:00");
  EXPECT_EQ(format_moment(Moment{}), "1970-01-01T07:00:00+07:00");
  for (const char* text : {"2025-04-23T10:00:00+07:00", "2025-04-23T03:00:00Z", "2025-04-22T22:30:00-04:30"})
    EXPECT_EQ(parse_moment(text).value(), at("2025-04-23T10:00")) << text;
}

TEST(Time, RefusesWhatIsNoMoment) {
  for (const char* text : {"", "2025-04-23", "2025-04-23T10:00", "2025-04-23T10:00:00", "2025-04-23T24:00:00+07:00",
                           "2025-04-23T10:60:00+07:00", "2025-04-23T10:00:60+07:00", "2025-04-23 10:00:00+07:00",
                           "2025-04-23T10:00:00+0700", "2025-04-23T10:00:00.5+07:00", "2025-04-23T10:00:00+07:00x"})
    EXPECT_EQ(parse_moment(text).error(), make_error_code(errc::bad_moment)) << text;
}

TEST(Time, ADayEndsOneSecondBeforeTheNext) {
  EXPECT_EQ(format_moment(end_of_day(on("2025-06-30"))), "2025-06-30T23:59:59+07:00");
  EXPECT_EQ(date_of(end_of_day(on("2025-06-30"))), on("2025-06-30"));
  EXPECT_EQ(date_of(end_of_day(on("2025-06-30")) + std::chrono::seconds{1}), on("2025-07-01"));
}

TEST(Time, AMissingDayIsTheLastOfTheMonth) {
  EXPECT_EQ(add_months(on("2025-01-31"), 1), on("2025-02-28"));
  EXPECT_EQ(add_months(on("2024-01-31"), 1), on("2024-02-29"));
  EXPECT_EQ(add_months(on("2025-01-31"), 13), on("2026-02-28"));
  EXPECT_EQ(add_months(on("2025-03-31"), -1), on("2025-02-28"));
  EXPECT_EQ(add_months(on("2024-02-29"), 12), on("2025-02-28"));
}

}  // namespace
}  // namespace tram::tasks
