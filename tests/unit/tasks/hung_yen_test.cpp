// Plan 406-KH/TU of Hung Yen as it was made (tests/data/hung-yen): what the rules come to on real input.
#include <gtest/gtest.h>

#include <map>

#include "tasks/obligation.h"
#include "tasks/plan_import.h"
#include "tasks/relay.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::file;
using testing::kPolicy;
using testing::on;

Plan hung_yen() {
  const Directory directory = *parse_organisations(file("hung-yen/organisations.csv"), {}).value;
  return *parse_plan(file("hung-yen/document.csv"), file("hung-yen/tasks.csv"), directory, Zone::open).value;
}

AssignmentFacts handed_over(const Plan& plan, const TaskRow& task) {
  AssignmentFacts f;
  f.issued_on = plan.document.issued_on;
  f.handed_over = at("2025-04-08T08:30");
  f.start = task.start;
  f.deadline = task.deadline;
  f.deadline_facts.waits = !task.condition.empty();
  f.recurrence = task.recurrence;
  return f;
}

TEST(HungYen, Has44TasksAnd86Assignments) {
  const Plan plan = hung_yen();
  EXPECT_EQ(plan.tasks.size(), 44U);
  EXPECT_EQ(plan.assignments(), 86U);
}

TEST(HungYen, EachWednesdayRelayHas29DatedOccurrences) {
  const WorkingTime calendar = calendar_a();
  std::vector<std::pair<std::string, std::vector<Occurrence>>> relay;
  std::map<std::string, std::size_t> hours;
  for (const Plan plan = hung_yen(); const TaskRow& task : plan.tasks) {
    if (!task.recurrence || task.recurrence->cadence != Cadence::weekly) continue;
    const auto list = occurrences(*task.recurrence, {}, calendar).value();
    EXPECT_EQ(list.size(), 29U) << task.ref;
    ++hours[format_hour(*task.recurrence->hour)];
    for (const Occurrence& o : list) {
      EXPECT_GE(date_of(o.written), on("2025-04-16"));
      EXPECT_LE(date_of(o.written), on("2025-10-31"));
      if (date_of(o.written) == on("2025-04-30"))
        EXPECT_EQ(date_of(o.due), on("2025-05-05")) << "30/4 to 2/5 are off (O25), the written date stays";
      else
        EXPECT_EQ(o.due, o.written);
      EXPECT_EQ(time_of_day(o.due), time_of_day(o.written)) << "the same hour";
    }
    relay.emplace_back(task.lead.front(), list);
  }
  EXPECT_EQ(hours.size(), 3U);
  for (const char* hour : {"10:00", "14:00", "15:00"}) EXPECT_TRUE(hours.contains(hour)) << hour;
  const auto days = relay_days(relay);
  ASSERT_EQ(days.size(), 29U);
  for (const RelayDay& day : days) {
    ASSERT_EQ(day.steps.size(), relay.size());
    EXPECT_TRUE(std::is_sorted(day.steps.begin(), day.steps.end(),
                               [](const RelayStep& a, const RelayStep& b) { return a.due < b.due; }));
  }
}

std::size_t open_notices(const Obligations& all) {
  return static_cast<std::size_t>(std::count_if(all.list.begin(), all.list.end(), [](const Obligation& o) {
    return o.kind == ObligationKind::notice && !o.acted;
  }));
}

TEST(HungYen, R26_WhatWasNotMetNeedsANoticeAndWhatWaitsDoesNot) {
  const WorkingTime calendar = calendar_a();
  const Plan plan = hung_yen();
  std::size_t terms = 0, waiting = 0, open = 0, dates = 0;
  for (const TaskRow& task : plan.tasks) {
    const auto all = obligations_of(handed_over(plan, task), {calendar, calendar, calendar}, kPolicy, at("2025-12-31"));
    const bool dated = task.condition.empty() && !std::holds_alternative<NoDeadline>(task.deadline.meaning);
    const bool relay = task.recurrence && task.recurrence->cadence == Cadence::weekly;
    // The monthly updates of III.4.1 were due from April to November, and on 31 December until its end.
    const std::size_t recurring = relay ? 29U : task.recurrence ? 8U : 0U;
    EXPECT_EQ(open_notices(all), (dated ? 1U : 0U) + recurring) << task.ref;
    EXPECT_EQ(all.outcome, dated ? Outcome::not_started_overdue : Outcome::not_started_in_time) << task.ref;
    (dated ? terms : task.condition.empty() ? open : waiting) += task.lead.size();
    dates += recurring * task.lead.size();
  }
  EXPECT_EQ(terms, 32U);
  EXPECT_EQ(waiting, 33U);
  EXPECT_EQ(open, 21U);
  EXPECT_EQ(dates, 3U * 29 + 8);
}

TEST(HungYen, R26_ADateThatWasMetNeedsNone) {
  const WorkingTime calendar = calendar_a();
  const Plan plan = hung_yen();
  for (const TaskRow& task : plan.tasks) {
    if (task.ref != "III.2.3") continue;
    AssignmentFacts f = handed_over(plan, task);
    f.reports = {{at("2025-04-16T10:00"), {}},
                 {at("2025-04-23T09:59"), {}},
                 {at("2025-05-05T10:00"), {}},
                 {at("2025-05-07T10:01"), on("2025-05-07")}};
    const auto all = obligations_of(f, {calendar, calendar, calendar}, kPolicy, at("2025-05-08"));
    EXPECT_EQ(open_notices(all), 0U) << "late is not unmet; 30/4 was met on 5/5";
    f.notice_closed = at("2025-05-20");
    const auto later = obligations_of(f, {calendar, calendar, calendar}, kPolicy, at("2025-05-22"));
    EXPECT_EQ(open_notices(later), 1U) << "the notice of 20/5 covers 14/5, and 21/5 is new";
  }
}

TEST(HungYen, ADoneTaskNeedsNoNotice) {
  const WorkingTime calendar = calendar_a();
  const Plan plan = hung_yen();
  for (const TaskRow& task : plan.tasks) {
    AssignmentFacts f = handed_over(plan, task);
    f.updates = {{at("2025-04-25T09:00"), {}, {}, true}};
    f.completed = DateOrHour{on("2025-04-25"), {}};
    const auto all = obligations_of(f, {calendar, calendar, calendar}, kPolicy, at("2025-12-31"));
    EXPECT_EQ(all.outcome, Outcome::done_on_time) << task.ref;
  }
}

}  // namespace
}  // namespace tram::tasks
