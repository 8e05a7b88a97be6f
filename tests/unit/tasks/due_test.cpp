#include "tasks/due.h"

#include <gtest/gtest.h>

#include "tasks/calendar_choice.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::at;
using testing::calendar_a;
using testing::calendar_b;
using testing::kPolicy;
using testing::on;

TEST(Due, R10_DocumentsAreLoadedWithinThreeWorkingDaysOfTheIssue) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(loading_due(on("2026-03-02"), a, kPolicy), at("2026-03-05"));
  EXPECT_EQ(loading_due(on("2026-02-12"), a, kPolicy), at("2026-02-24")) << "Tết lies between";
  EXPECT_EQ(loading_due(on("2026-03-07"), a, kPolicy), at("2026-03-11")) << "issued on a Saturday";
}

TEST(Due, R11_AReturnIsAnsweredWithinOneWorkingDayOfTheReceipt) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(answer_due(at("2026-03-04T09:00"), a, kPolicy), at("2026-03-05"));
  EXPECT_EQ(answer_due(at("2026-03-06T17:00"), a, kPolicy), at("2026-03-09"));
  EXPECT_EQ(answer_due(at("2026-03-07T17:00"), a, kPolicy), at("2026-03-09"));
}

TEST(Due, R12_ReceiptIsConfirmedWithinFourWorkingHours) {
  struct Case {
    const char *name, *from, *a, *b;
  };
  for (const Case& c : {Case{"T1", "2026-03-04T10:00", "2026-03-04T15:30", "2026-03-04T15:00"},
                        Case{"T2", "2026-03-06T16:30", "2026-03-09T11:00", "2026-03-09T11:30"},
                        Case{"T3", "2026-03-04T12:45", "2026-03-04T17:30", "2026-03-05T08:00"},
                        Case{"T4", "2026-03-07T09:00", "2026-03-09T12:00", "2026-03-09T11:30"},
                        Case{"T5", "2026-02-13T16:30", "2026-02-23T11:00", "2026-02-23T11:30"},
                        Case{"T6", "2025-12-31T16:00", "2026-01-05T10:30", "2026-01-05T11:00"},
                        Case{"T7", "2026-01-09T16:00", "2026-01-10T10:30", "2026-01-10T11:00"}}) {
    EXPECT_EQ(format_moment(confirmation_due(at(c.from), calendar_a())), format_moment(at(c.a))) << c.name;
    EXPECT_EQ(format_moment(confirmation_due(at(c.from), calendar_b())), format_moment(at(c.b))) << c.name;
  }
}

TEST(Due, R13_AReturnHasEightWorkingHoursFromTheConfirmationElseFromTheEndOfTheFour) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(return_due(at("2026-03-04T10:00"), at("2026-03-04T11:00"), a, kPolicy), at("2026-03-05T11:00"));
  EXPECT_EQ(return_due(at("2026-03-04T10:00"), std::nullopt, a, kPolicy), at("2026-03-05T15:30"));
  Policy from_hand_over;
  from_hand_over.feedback_from = FeedbackFrom::hand_over;
  EXPECT_EQ(return_due(at("2026-03-04T10:00"), at("2026-03-04T11:00"), a, from_hand_over), at("2026-03-05T10:00"));
}

TEST(Due, R19_AnAssessmentFollowsWithinThreeWorkingDaysOfTheReceipt) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(assessment_due(at("2026-03-04T09:00"), a, kPolicy), at("2026-03-09"));
  EXPECT_EQ(assessment_due(at("2026-02-13T09:00"), a, kPolicy), at("2026-02-25"));
}

TEST(Due, R39_TheCalendarIsThatOfTheBodyThatMustAct) {
  const WorkingTime a = calendar_a(), b = calendar_b();
  EXPECT_EQ(&calendar_for(a, b, kPolicy), &a);
  Policy of_the_office;
  of_the_office.calendar_of = CalendarOf::assigning_body;
  EXPECT_EQ(&calendar_for(a, b, of_the_office), &b);
}

TEST(Due, R39_TheNearestCalendarInForceCounts) {
  Calendar province = testing::body_calendar_b();
  province.owner = CalendarOwner::province;
  province.owner_id = "hy";
  Calendar later = province;
  later.version = 2;
  later.valid_from = on("2026-07-01");
  later.exceptions[on("2026-07-06")] = {DayOff{}, "day of the province"};
  const Calendar known[] = {viet_nam_calendar(), province, later, *shipped_calendar("la")};
  Directory directory;
  directory["hy"] = {"hy", "Hưng Yên", "", "", "", BodyKind::assigning, ""};
  directory["hy.ubnd"] = {"hy.ubnd", "UBND", "", "", "", BodyKind::implementing, "hy"};
  const auto ids = [&](std::string_view body, std::string_view day) {
    std::string out;
    for (const Calendar& c : calendars_of(body, directory, known, "vn", on(day)))
      out += c.id + std::to_string(c.version) + ' ';
    return out;
  };
  EXPECT_EQ(ids("hy.ubnd", "2026-06-30"), "b1 vn1 ");
  EXPECT_EQ(ids("hy.ubnd", "2026-07-01"), "b2 vn1 ");
  EXPECT_EQ(ids("elsewhere", "2026-07-01"), "vn1 ");
  EXPECT_FALSE(working_time_of("hy.ubnd", directory, known, "vn", on("2026-07-01"))->is_working_day(on("2026-07-06")));
}

TEST(Due, R45_AWrittenDateOnADayOffMovesAndAWrittenHourIsKept) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(falls_due({on("2025-04-30"), hours{10}}, a, DayOffRule::next_working_day), at("2025-05-05T10:00"));
  EXPECT_EQ(falls_due({on("2025-08-31"), {}}, a, DayOffRule::next_working_day), at("2025-09-03"));
  EXPECT_EQ(falls_due({on("2025-08-31"), {}}, a, DayOffRule::written_day), at("2025-08-31"));
}

TEST(Due, R45_DaysDoNotCountTheFirst) {
  const WorkingTime a = calendar_a();
  EXPECT_EQ(working_days_after(on("2026-03-02"), 1, a), at("2026-03-03"));
  EXPECT_EQ(working_days_after(on("2026-03-02"), 1, a, FirstDay::counted), at("2026-03-02"));
  EXPECT_EQ(working_days_after(on("2026-03-01"), 1, a, FirstDay::counted), at("2026-03-02"))
      << "a Sunday counts for none";
}

TEST(Due, R47_AnActAtTheLastGoodMomentIsInTime) {
  EXPECT_TRUE(in_time(at("2026-03-04T17:30"), at("2026-03-04T17:30")));
  EXPECT_FALSE(in_time(at("2026-03-04T17:30") + std::chrono::seconds{1}, at("2026-03-04T17:30")));
  EXPECT_EQ(format_moment(end_of_day(on("2026-03-04"))), "2026-03-04T23:59:59+07:00");
}

// Properties: later acts never fall due earlier, and no limit ends outside of working time.
TEST(Due, LimitsAreMonotoneAndEndInWorkingTime) {
  for (const WorkingTime& calendar : {calendar_a(), calendar_b()}) {
    std::optional<Moment> last_confirm, last_return, last_answer;
    for (int step = 0; step < 1500; ++step) {
      const Moment from = at("2025-12-01T00:00") + step * minutes{371};
      const Moment confirm = confirmation_due(from, calendar);
      const Moment give_back = return_due(from, std::nullopt, calendar, kPolicy);
      const Moment answer = answer_due(from, calendar, kPolicy);
      ASSERT_LE(last_confirm.value_or(confirm), confirm);
      ASSERT_LE(last_return.value_or(give_back), give_back);
      ASSERT_LE(last_answer.value_or(answer), answer);
      ASSERT_LT(confirm, give_back);
      for (const Moment due : {confirm, give_back}) {
        const auto minute = std::chrono::duration_cast<minutes>(time_of_day(due)).count();
        bool inside = false;
        for (const Interval& i : calendar.hours_of(date_of(due))) inside |= i.from < minute && minute <= i.to;
        ASSERT_TRUE(inside) << format_moment(due);
      }
      ASSERT_TRUE(calendar.is_working_day(date_of(answer)));
      last_confirm = confirm, last_return = give_back, last_answer = answer;
    }
  }
}

// The counted table and the walk agree, at its edges and far outside of it too.
TEST(Due, CountedWorkingDaysAgreeWithWalkingThem) {
  const WorkingTime a = calendar_a();
  for (const char* from : {"2019-12-20", "2020-01-01", "2026-02-10", "2044-12-20", "2060-05-01"}) {
    LocalDate walked = on(from);
    for (int n = 1; n < 40; ++n) {
      walked = a.next_working_day(walked + std::chrono::days{1});
      ASSERT_EQ(a.add_working_days(on(from), n), walked) << from << ' ' << n;
      ASSERT_EQ(a.working_days_between(on(from), walked), n) << from;
    }
    walked = on(from);
    for (int n = 1; n < 40; ++n) {
      walked = a.previous_working_day(walked - std::chrono::days{1});
      ASSERT_EQ(a.add_working_days(on(from), -n), walked) << from << ' ' << -n;
    }
  }
}

}  // namespace
}  // namespace tram::tasks
