#include "tasks/report_calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::kPolicy;
using testing::on;

TEST(Period, R31_ReadsMonthsQuartersHalvesAndYears) {
  struct Case {
    const char *text, *first, *last, *before;
  };
  for (const Case& c :
       {Case{"2026-06", "2026-06-01", "2026-06-30", "2026-05"}, Case{"2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4"},
        Case{"2026-H2", "2026-07-01", "2026-12-31", "2026-H1"}, Case{"2026", "2026-01-01", "2026-12-31", "2025"}}) {
    const auto period = parse_period(c.text);
    ASSERT_TRUE(period) << c.text;
    EXPECT_EQ(format_period(*period), c.text);
    EXPECT_EQ(first_day(*period), on(c.first));
    EXPECT_EQ(last_day(*period), on(c.last));
    EXPECT_EQ(format_period(previous(*period)), c.before);
    EXPECT_EQ(period_of(on(c.last), period->type), *period);
  }
  for (const char* bad : {"", "26", "2026-", "2026-13", "2026-00", "2026-6", "2026-Q5", "2026-Q0", "2026-H3", "2026-X1",
                          "2026-Q1 ", "1800", "2026-1-"})
    EXPECT_FALSE(parse_period(bad)) << bad;
}

TEST(ReportCalendar, R24_SitesReportEarlyEnoughForTheOffice) {
  struct Case {
    const char *period, *due;
  };
  for (const Case& c : {Case{"2026-02", "2026-02-20"}, Case{"2026-Q3", "2026-09-20"}, Case{"2026-H1", "2026-06-20"},
                        Case{"2026-H2", "2026-12-15"}, Case{"2026", "2026-12-15"}})
    EXPECT_EQ(site_report_due(*parse_period(c.period), kPolicy), at(c.due)) << c.period;
}

TEST(ReportCalendar, R25_TheOfficeReportsBeforeThe25thAndOnTheDatesOfTheArticle) {
  struct Case {
    const char *period, *due;
  };
  for (const Case& c : {Case{"2026-01", "2026-01-24"}, Case{"2026-Q1", "2026-03-24"}, Case{"2026-H1", "2026-06-25"},
                        Case{"2026", "2026-12-20"}})
    EXPECT_EQ(office_report_due(*parse_period(c.period), kPolicy), at(c.due)) << c.period;
  const auto year = report_calendar(2026, Reporter::office, {}, calendar_a(), kPolicy);
  EXPECT_EQ(year.size(), 12U + 4 + 2 + 1);
  for (const ReportDue& r : year)
    if (r.period == "2026-01") {
      EXPECT_EQ(r.due, at("2026-01-24")) << "a Saturday, and none moves (O6)";
      EXPECT_EQ(r.last_working_day, on("2026-01-23"));
    }
}

TEST(ReportCalendar, R67_HoldsARegimeOfTheSitesOwnToo) {
  const OwnRegime weekly{"situation", parse_recurrence("weekly:fri:16:00").value()};
  const auto year = report_calendar(2026, Reporter::site, {&weekly, 1}, calendar_a(), kPolicy);
  EXPECT_EQ(std::count_if(year.begin(), year.end(), [](const ReportDue& r) { return r.regime == "situation"; }), 52);
  EXPECT_TRUE(
      std::is_sorted(year.begin(), year.end(), [](const ReportDue& a, const ReportDue& b) { return a.due < b.due; }));
}

TEST(ReportCalendar, R67_OneReportMayAnswerSeveralOfOneDay) {
  const auto groups = falling_together(report_calendar(2026, Reporter::site, {}, calendar_a(), kPolicy));
  std::vector<std::size_t> sizes;
  for (const auto& g : groups) sizes.push_back(g.size());
  // In March month and quarter; in June the half-year too; in December the year on the 15th, then month and quarter.
  EXPECT_THAT(sizes, ::testing::ElementsAre(1, 1, 2, 1, 1, 3, 1, 1, 2, 1, 1, 2, 2));
}

TEST(ReportCalendar, R67_WhatArrivesAfterTheFreezeGoesIntoTheNextIssue) {
  EXPECT_FALSE(belongs_to_next_issue(at("2026-06-20T10:00"), at("2026-06-20T10:00")));
  EXPECT_TRUE(belongs_to_next_issue(at("2026-06-20T10:00"), at("2026-06-20T10:01")));
}

TEST(ReportCalendar, R28_ALateOrFalseReportIsExplained) {
  const Moment due = at("2026-06-20");
  EXPECT_FALSE(explanation_needed(due, at("2026-06-20"), false, at("2026-07-01")));
  EXPECT_TRUE(explanation_needed(due, at("2026-06-21"), false, at("2026-07-01")));
  EXPECT_TRUE(explanation_needed(due, at("2026-06-19"), true, at("2026-07-01")));
  EXPECT_FALSE(explanation_needed(due, {}, false, at("2026-06-20")));
  EXPECT_TRUE(explanation_needed(due, {}, false, at("2026-06-21")));
}

}  // namespace
}  // namespace tram::tasks
