#include "tasks/calendar.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::at;
using testing::calendar_a;
using testing::calendar_b;
using testing::on;

TEST(Calendar, R45_WorkingHoursFollowTheTable) {
  struct Case {
    const char *name, *from, *a4, *a8, *b4, *b8;
  };
  const WorkingTime a = calendar_a();
  const WorkingTime b = calendar_b();
  for (const Case& c : {
           Case{"T1", "2026-03-04T10:00", "2026-03-04T15:30", "2026-03-05T10:00", "2026-03-04T15:00",
                "2026-03-05T10:00"},
           Case{"T2", "2026-03-06T16:30", "2026-03-09T11:00", "2026-03-09T16:30", "2026-03-09T11:30",
                "2026-03-09T16:30"},
           Case{"T3", "2026-03-04T12:45", "2026-03-04T17:30", "2026-03-05T12:00", "2026-03-05T08:00",
                "2026-03-05T12:00"},
           Case{"T4", "2026-03-07T09:00", "2026-03-09T12:00", "2026-03-09T17:30", "2026-03-09T11:30",
                "2026-03-09T16:30"},
           Case{"T5", "2026-02-13T16:30", "2026-02-23T11:00", "2026-02-23T16:30", "2026-02-23T11:30",
                "2026-02-23T16:30"},
           Case{"T6", "2025-12-31T16:00", "2026-01-05T10:30", "2026-01-05T16:00", "2026-01-05T11:00",
                "2026-01-05T16:00"},
           Case{"T7", "2026-01-09T16:00", "2026-01-10T10:30", "2026-01-10T16:00", "2026-01-10T11:00",
                "2026-01-10T16:00"},
       }) {
    EXPECT_EQ(format_moment(a.add_working_hours(at(c.from), hours{4})), format_moment(at(c.a4))) << c.name;
    EXPECT_EQ(format_moment(a.add_working_hours(at(c.from), hours{8})), format_moment(at(c.a8))) << c.name;
    EXPECT_EQ(format_moment(b.add_working_hours(at(c.from), hours{4})), format_moment(at(c.b4))) << c.name;
    EXPECT_EQ(format_moment(b.add_working_hours(at(c.from), hours{8})), format_moment(at(c.b8))) << c.name;
  }
}

TEST(Calendar, GraceOfWorkingDaysFollowsTheTable) {
  const WorkingTime a = calendar_a();
  struct Case {
    const char *name, *end, *final_update;
    int grace;
  };
  for (const Case& c : {Case{"D1", "2026-03-31", "2026-04-03", 3}, Case{"D2", "2026-04-01", "2026-04-06", 3},
                        Case{"D3", "2026-04-02", "2026-04-07", 3}, Case{"D4", "2026-02-27", "2026-03-04", 3},
                        Case{"D6", "2026-06-01", "2026-06-04", 3}})
    EXPECT_EQ(format_date(a.add_working_days(on(c.end), c.grace)), c.final_update) << c.name;
}

TEST(Calendar, KnowsTheDaysOffAndSwappedDaysOfBothYears) {
  const WorkingTime a = calendar_a();
  for (const char* off :
       {"2025-01-01", "2025-01-27", "2025-01-31", "2025-04-07", "2025-04-30", "2025-05-01", "2025-05-02",
        "2025-09-01", "2025-09-02", "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-20", "2026-04-26",
        "2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02"}) {
    EXPECT_FALSE(a.is_working_day(on(off))) << off;
    EXPECT_NE(a.exception_name(on(off)), "") << off;
  }
  for (const char* worked : {"2025-04-26", "2026-01-10", "2026-08-22", "2026-11-24", "2025-02-03", "2026-02-23"})
    EXPECT_TRUE(a.is_working_day(on(worked))) << worked;
  EXPECT_TRUE(a.knows_year(on("2026-12-31")));
  EXPECT_FALSE(a.knows_year(on("2027-01-01")));
}

TEST(Calendar, WorkingDaysGoBothWays) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(a.add_working_days(on("2026-02-13"), 1), on("2026-02-23"));
  EXPECT_EQ(a.add_working_days(on("2026-02-23"), -1), on("2026-02-13"));
  EXPECT_EQ(a.add_working_days(on("2026-02-14"), 0), on("2026-02-14"));
  EXPECT_EQ(a.next_working_day(on("2026-08-22")), on("2026-08-22"));
  EXPECT_EQ(a.previous_working_day(on("2026-08-23")), on("2026-08-22"));
}

TEST(Calendar, R47_MoreTimeNeverEndsEarlier) {
  for (const WorkingTime& calendar : {calendar_a(), calendar_b()}) {
    for (int step = 0; step < 600; ++step) {
      // Steps of 13 h 7 min pass through every hour, lunch, nights, Tết and both swapped Saturdays.
      const Moment from = at("2025-12-20T00:00") + step * minutes{787};
      Moment last = from;
      for (int length = 30; length <= 16 * 60; length += 30) {
        const Moment end = calendar.add_working_hours(from, minutes{length});
        ASSERT_GE(end, last + (length > 30 ? minutes{30} : minutes{0})) << format_moment(from) << ' ' << length;
        ASSERT_LE(end, calendar.add_working_hours(from + minutes{1}, minutes{length})) << format_moment(from);
        // R47: one minute before the end is working time, so it closes an interval or lies inside one.
        const auto minute = std::chrono::duration_cast<minutes>(time_of_day(end - minutes{1})).count();
        bool inside = false;
        for (const Interval& i : calendar.hours_of(date_of(end))) inside |= i.from <= minute && minute < i.to;
        ASSERT_TRUE(inside) << format_moment(end);
        last = end;
      }
    }
    for (LocalDate date = on("2025-01-01"); date < on("2026-12-31"); date += days{1})
      for (int count = 1; count < 8; ++count) {
        ASSERT_LT(calendar.add_working_days(date, count), calendar.add_working_days(date, count + 1));
        ASSERT_LE(calendar.add_working_days(date, count), calendar.add_working_days(date + days{1}, count));
      }
  }
}

TEST(Calendar, R39_TheNearestExceptionOfADateWins) {
  Calendar body = testing::body_calendar_b();
  body.exceptions[on("2026-02-16")] = {PartOfDay{{{480, 600}}}, "duty on the eve of Tết"};
  body.exceptions[on("2026-03-05")] = {DayOff{}, "day of the body"};
  const Calendar calendars[] = {body, viet_nam_calendar()};
  const WorkingTime merged = WorkingTime::merge(calendars).value();
  EXPECT_EQ(merged.hours_of(on("2026-02-16")), (DayHours{{480, 600}}));
  EXPECT_FALSE(merged.is_working_day(on("2026-02-17")));
  EXPECT_FALSE(merged.is_working_day(on("2026-03-05")));
  EXPECT_EQ(merged.hours_of(on("2026-01-10")), body.seasons[1].hours[4]) << "a swapped Saturday has a Friday's hours";
}

TEST(Calendar, BytesReadBackAndAreCanonical) {
  Calendar odd = testing::body_calendar_b();
  odd.source = "tab\there, line\nthere, back\\slash";
  odd.exceptions[on("2026-02-16")] = {PartOfDay{{{480, 600}, {610, 700}}}, "ບຸນ\tປີໃໝ່"};
  for (const Calendar& calendar : {viet_nam_calendar(), odd}) {
    const Bytes bytes = encode_calendar(calendar);
    const auto decoded = decode_calendar(bytes);
    ASSERT_TRUE(decoded) << as_text(bytes);
    EXPECT_EQ(*decoded, calendar);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      const auto shorter = decode_calendar(ByteView(bytes).first(cut));
      EXPECT_TRUE(shorter.has_error() || encode_calendar(*shorter).size() == cut);
    }
  }
  std::string text(as_text(encode_calendar(viet_nam_calendar())));
  const auto swapped = [&](std::string_view what, std::string_view with) {
    std::string other = text;
    other.replace(other.find(what), what.size(), with);
    return decode_calendar(as_bytes(other)).has_error();
  };
  EXPECT_TRUE(swapped("version\t1", "version\t01"));
  EXPECT_TRUE(swapped("owner\tnation", "owner\tgalaxy"));
  EXPECT_TRUE(swapped("480-720", "720-480"));
  EXPECT_TRUE(swapped("2025-01-27", "2025-01-28")) << "one date twice";
}

TEST(Calendar, RefusesWhatContradictsItself) {
  const auto refused = [](auto&& change) {
    Calendar calendar = viet_nam_calendar();
    change(calendar);
    return check_calendar(calendar).has_error();
  };
  EXPECT_FALSE(refused([](Calendar&) {}));
  EXPECT_TRUE(refused([](Calendar& c) { c.seasons[0].to = {12, 30}; })) << "a day without a season";
  EXPECT_TRUE(refused([](Calendar& c) { c.seasons.push_back(c.seasons[0]); })) << "two seasons on one day";
  EXPECT_TRUE(refused([](Calendar& c) { c.seasons[0].hours = {}; })) << "no working hours at all";
  EXPECT_TRUE(refused([](Calendar& c) { c.seasons[0].hours[0] = {{480, 720}, {700, 800}}; })) << "overlap";
  EXPECT_TRUE(refused([](Calendar& c) { c.seasons[0].hours[0] = {{480, 1441}}; })) << "past midnight";
  EXPECT_TRUE(refused([](Calendar& c) { c.exceptions[make_date(2026, 3, 7)] = {WorkedAs{7}, ""}; }));
  EXPECT_TRUE(refused([](Calendar& c) { c.owner_id = "hy.ubnd"; })) << "the nation has no code";
  EXPECT_TRUE(WorkingTime::merge({}).has_error()) << "nobody says any hours";
}

}  // namespace
}  // namespace tram::tasks
