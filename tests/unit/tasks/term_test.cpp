#include "tasks/term.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::days;
using testing::at;
using testing::calendar_a;
using testing::kPolicy;
using testing::on;

// The table D of the domain.
struct Row {
  const char *name, *start, *end;
  int duration;
  std::vector<const char*> milestones;
  const char* final_update;
};
const std::vector<Row> kTable = {
    {"D1", "2026-03-02", "2026-03-31", 1, {}, "2026-04-03"},
    {"D2", "2026-03-02", "2026-04-01", 1, {}, "2026-04-06"},
    {"D3", "2026-03-02", "2026-04-02", 2, {"2026-03-18"}, "2026-04-07"},
    {"D4", "2026-01-31", "2026-02-27", 1, {}, "2026-03-04"},
    {"D6", "2026-03-02", "2026-06-01", 2, {"2026-04-17"}, "2026-06-04"},
    {"three months to the day", "2026-03-02", "2026-06-02", 3, {"2026-04-17", "2026-05-10"}, "2026-06-09"},
    {"a day under six months", "2026-03-02", "2026-09-01", 3, {"2026-06-02", "2026-07-18"}, "2026-09-09"},
    {"D9", "2026-03-02", "2026-09-02", 4, {}, "2026-09-09"},
    {"D10", "2026-03-02", "", 4, {}, ""},
};

std::optional<LocalDate> maybe(const char* text) {
  return *text == 0 ? std::nullopt : std::optional(on(text));
}

TEST(Term, R17_HasTheDurationClassOfTheTable) {
  for (const Row& r : kTable)
    EXPECT_EQ(static_cast<int>(duration_class(on(r.start), maybe(r.end), kPolicy)), r.duration) << r.name;
  Policy thirty;
  thirty.term_month = MonthMeaning::thirty_days;
  EXPECT_EQ(duration_class(on("2026-03-02"), on("2026-04-01"), thirty), DurationClass::under_three_months);
}

TEST(Term, R15_OneUpdateIsDueAtHalfOfTheTerm) {
  const UpdateDue u = half_term_update(on("2026-03-02"), on("2026-04-02"), calendar_a(), kPolicy);
  EXPECT_EQ(u.written, at("2026-03-18"));
  EXPECT_EQ(u.due, at("2026-03-18"));
  EXPECT_EQ(u.opens, at("2026-03-11T00:00")) << "five working days before it (O12)";
  Policy grace;
  grace.milestone_grace = 2;
  EXPECT_EQ(half_term_update(on("2026-03-02"), on("2026-04-02"), calendar_a(), grace).due, at("2026-03-20"));
}

TEST(Term, R16_TheSecondUpdateIsDueAtThreeQuarters) {
  const UpdateDue u = three_quarter_update(on("2026-03-02"), on("2026-06-02"), calendar_a(), kPolicy);
  EXPECT_EQ(u.written, at("2026-05-10")) << "69 of 92 days";
  EXPECT_EQ(u.due, at("2026-05-11")) << "a Sunday moves by O4";
}

TEST(Term, R15_HasTheMilestonesOfTheTable) {
  for (const Row& r : kTable) {
    if (*r.end == 0) continue;
    const auto list = milestones(static_cast<DurationClass>(r.duration), on(r.start), on(r.end), calendar_a(), kPolicy);
    ASSERT_EQ(list.size(), r.milestones.size()) << r.name;
    for (std::size_t i = 0; i < list.size(); ++i)
      EXPECT_EQ(format_date(date_of(list[i].written)), r.milestones[i]) << r.name;
  }
}

TEST(Term, R15_TheShareOfTheDaysIsRoundedUp) {
  EXPECT_EQ(share_of_term(on("2026-03-02"), on("2026-04-02"), 2), on("2026-03-18")) << "15.5 days are 16";
  EXPECT_EQ(share_of_term(on("2026-03-02"), on("2026-03-02"), 2), on("2026-03-02"));
}

// The final updates of the table in one duration class.
void expect_final_updates(DurationClass duration) {
  std::size_t rows = 0;
  for (const Row& r : kTable) {
    if (*r.end == 0 || r.duration != static_cast<int>(duration)) continue;
    ASSERT_EQ(duration_class(on(r.start), on(r.end), kPolicy), duration) << r.name;
    EXPECT_EQ(format_date(date_of(final_update_due(duration, on(r.end), calendar_a(), kPolicy))), r.final_update)
        << r.name;
    ++rows;
  }
  EXPECT_GT(rows, 0U);
}

TEST(Term, R14_TheResultFollowsWithinThreeWorkingDays) {
  expect_final_updates(DurationClass::under_one_month);
}

TEST(Term, R15_TheResultFollowsWithinThreeWorkingDays) {
  expect_final_updates(DurationClass::under_three_months);
}

TEST(Term, R16_TheResultFollowsWithinFiveWorkingDays) {
  expect_final_updates(DurationClass::under_six_months);
}

TEST(Term, R17_TheResultFollowsWithinTheDaysOfThePolicy) {
  expect_final_updates(DurationClass::long_or_none);
  Policy seven;
  seven.final_long_term = 7;
  EXPECT_EQ(final_update_due(DurationClass::long_or_none, on("2026-03-02"), calendar_a(), seven), at("2026-03-11"));
}

TEST(Term, R16_ATermOfThreeMonthsTakesTwoUpdates) {
  EXPECT_EQ(
      milestones(DurationClass::under_six_months, on("2026-03-02"), on("2026-06-02"), calendar_a(), kPolicy).size(),
      2U);
}

TEST(Term, R15_TheTermBeginsWithTheStartElseTheEventElseTheIssue) {
  EXPECT_EQ(term_begin(DateOrHour{on("2026-03-02"), {}}, on("2026-03-03"), on("2026-03-01"), kPolicy),
            on("2026-03-02"));
  EXPECT_EQ(term_begin({}, on("2026-03-03"), on("2026-03-01"), kPolicy), on("2026-03-03"));
  EXPECT_EQ(term_begin({}, {}, on("2026-03-01"), kPolicy), on("2026-03-01"));
}

TEST(Term, R17_LongTermsAreUpdatedMonthlyUnlessTheAssigningBodySaysOtherwise) {
  EXPECT_EQ(cadence_of({}, kPolicy), Cadence::monthly);
  EXPECT_EQ(cadence_of(Cadence::quarterly, kPolicy), Cadence::quarterly);
  struct Case {
    Cadence cadence;
    const char *start, *last;
    std::vector<const char*> due;
  };
  for (const Case& c : {
           Case{Cadence::monthly, "2026-03-02", "2026-06-15", {"2026-03-31", "2026-05-04", "2026-06-01"}},
           Case{Cadence::monthly, "2026-03-16", "2026-04-30", {"2026-03-31", "2026-05-04"}},  // exactly 15 days
           Case{Cadence::monthly, "2026-03-17", "2026-04-30", {"2026-05-04"}},                // 14 days are skipped
           Case{Cadence::quarterly,
                "2026-01-10",
                "2026-12-31",
                {"2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"}},
           Case{Cadence::yearly, "2026-01-10", "2027-12-30", {"2026-12-31"}},
       }) {
    const auto list = cadence_updates(c.cadence, on(c.start), on(c.last), calendar_a(), kPolicy);
    ASSERT_EQ(list.size(), c.due.size()) << c.start;
    for (std::size_t i = 0; i < list.size(); ++i) EXPECT_EQ(format_date(date_of(list[i].due)), c.due[i]) << c.start;
  }
}

// Properties over every start of a year and every length up to seven months.
TEST(Term, MilestonesLieInTheTermInOrderAndTheFinalUpdateAfterIt) {
  const WorkingTime a = calendar_a();
  for (LocalDate start = on("2025-10-01"); start < on("2026-10-01"); start += days{3}) {
    auto last_class = DurationClass::under_one_month;
    Moment last_final{};
    for (int length = 0; length < 215; ++length) {
      const LocalDate end = start + days{length};
      const DurationClass duration = duration_class(start, end, kPolicy);
      ASSERT_GE(duration, last_class) << "a longer term is never in a shorter class";
      last_class = duration;
      Moment last = moment_at(start, {});
      for (const UpdateDue& u : milestones(duration, start, end, a, kPolicy)) {
        ASSERT_LT(last, u.written);
        ASSERT_LE(u.opens, u.written);
        ASSERT_LE(u.written, u.due);
        ASSERT_LE(date_of(u.written), end);
        ASSERT_TRUE(a.is_working_day(date_of(u.due)));
        last = u.written;
      }
      const Moment final_update = final_update_due(duration, end, a, kPolicy);
      ASSERT_GT(final_update, end_of_day(end));
      ASSERT_GE(final_update, last_final);
      ASSERT_TRUE(a.is_working_day(date_of(final_update)));
      last_final = final_update;
    }
  }
}

}  // namespace
}  // namespace tram::tasks
