#include "tasks/obligation.h"

#include <gtest/gtest.h>

#include "tasks/difficulty_notice.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::kPolicy;
using testing::on;

AssignmentFacts assigned(const char* deadline, const char* issued = "2026-03-02") {
  AssignmentFacts f;
  f.issued_on = on(issued);
  f.deadline = parse_deadline(deadline).value();
  f.handed_over = at((std::string(issued) + "T10:00").c_str());
  return f;
}

Obligations computed(const AssignmentFacts& f, const char* now, const Policy& policy = kPolicy) {
  static const WorkingTime calendar = calendar_a();
  return obligations_of(f, {calendar, calendar, calendar}, policy, at(now));
}

std::string shown(const Obligations& all) {
  std::string out;
  for (const Obligation& o : all.list)
    out += std::string(name_of(o.kind)) + ' ' + format_moment(o.due).substr(0, 16) + (o.acted ? " acted" : "") + '\n';
  return out;
}

TEST(Obligation, EveryLimitOfATermOfThreeMonthsIsOne) {
  EXPECT_EQ(shown(computed(assigned("2026-06-02"), "2026-03-02T11:00")),
            "loading 2026-03-05T23:59 acted\n"
            "confirmation 2026-03-02T15:30\n"
            "return_task 2026-03-03T15:30\n"
            "milestone 2026-04-17T23:59\n"
            "milestone 2026-05-11T23:59\n"
            "result 2026-06-09T23:59\n");
}

TEST(Obligation, R48_OnlyTheConfirmationRunsWhileItWaits) {
  AssignmentFacts f = assigned("2026-06-02");
  f.deadline_facts.waits = true;
  const auto all = computed(f, "2027-01-01T00:00");
  EXPECT_EQ(shown(all),
            "loading 2026-03-05T23:59 acted\n"
            "confirmation 2026-03-02T15:30\n"
            "return_task 2026-03-03T15:30\n");
  EXPECT_EQ(all.outcome, Outcome::not_started_in_time) << "nothing is overdue";
}

TEST(Obligation, R17_AnOpenTermIsUpdatedEachMonthUpToTheNextOne) {
  AssignmentFacts f = assigned("");
  f.updates = {{at("2026-03-20T09:00"), {}, {}, false}};
  EXPECT_EQ(shown(computed(f, "2026-05-10T00:00")),
            "loading 2026-03-05T23:59 acted\n"
            "confirmation 2026-03-02T15:30\n"
            "return_task 2026-03-03T15:30\n"
            "cadence 2026-03-31T23:59 acted\n"
            "cadence 2026-05-04T23:59\n"
            "cadence 2026-06-01T23:59\n"
            "cadence 2026-06-30T23:59\n");
}

TEST(Obligation, R4_ARecurrenceTakesThePlaceOfTheCadence) {
  AssignmentFacts f = assigned("");
  f.recurrence = parse_recurrence("weekly:wed:10:00 from 2026-03-04 to 2026-03-18").value();
  f.reports = {{at("2026-03-04T09:00"), {}}, {at("2026-03-11T10:30"), on("2026-03-11")}};
  EXPECT_EQ(shown(computed(f, "2026-03-12T00:00")),
            "loading 2026-03-05T23:59 acted\n"
            "confirmation 2026-03-02T15:30\n"
            "return_task 2026-03-03T15:30\n"
            "occurrence 2026-03-04T10:00 acted\n"
            "occurrence 2026-03-11T10:00 acted\n"
            "occurrence 2026-03-18T10:00\n");
}

TEST(Obligation, R4_AReportAnswersADateUpToItsMovedMoment) {
  AssignmentFacts f = assigned("", "2025-04-01");
  f.recurrence = parse_recurrence("weekly:wed from 2025-04-30 to 2025-04-30").value();
  f.reports = {{at("2025-05-05T08:00"), {}}};
  const auto all = computed(f, "2025-05-06T00:00");
  EXPECT_EQ(standing_of(all.list.back(), at("2025-05-06T00:00")), Standing::met);
}

TEST(Obligation, R11_AReturnIsAnsweredAndClosesTheConfirmation) {
  AssignmentFacts f = assigned("2026-03-31");
  f.returned = at("2026-03-03T09:00");
  f.returned_received = at("2026-03-03T09:05");
  const auto all = computed(f, "2026-03-03T10:00");
  EXPECT_EQ(shown(all),
            "loading 2026-03-05T23:59 acted\n"
            "confirmation 2026-03-02T15:30 acted\n"
            "return_task 2026-03-03T15:30 acted\n"
            "answer 2026-03-04T23:59\n"
            "result 2026-04-03T23:59\n");
}

TEST(Obligation, R19_EveryReceivedUpdateIsAssessed) {
  AssignmentFacts f = assigned("2026-03-31");
  f.updates = {{at("2026-03-10T09:00"), at("2026-03-10T09:00"), at("2026-03-11T09:00"), false},
               {at("2026-03-12T09:00"), at("2026-03-12T09:00"), {}, false},
               {at("2026-03-13T09:00"), {}, {}, false}};
  const auto all = computed(f, "2026-03-13T10:00");
  ASSERT_EQ(all.list.size(), 6U);
  EXPECT_EQ(standing_of(all.list[4], at("2026-03-13T10:00")), Standing::met);
  EXPECT_EQ(standing_of(all.list[5], at("2026-03-13T10:00")), Standing::open);
  EXPECT_EQ(all.list[5].due, at("2026-03-17"));
}

TEST(Obligation, R6_TheOutcomeFollowsFromTheObligations) {
  AssignmentFacts f = assigned("2026-06-02");
  EXPECT_EQ(computed(f, "2026-03-03T00:00").outcome, Outcome::not_started_in_time);
  f.updates = {{at("2026-04-12T09:00"), {}, {}, false}};
  EXPECT_EQ(computed(f, "2026-05-11T12:00").outcome, Outcome::in_progress_on_time);
  EXPECT_EQ(computed(f, "2026-05-12T00:00").outcome, Outcome::in_progress_late) << "the update at 3/4 is missing";
  EXPECT_EQ(computed(f, "2026-06-03T00:00").outcome, Outcome::not_done_overdue);
  f.updates.push_back({at("2026-06-05T09:00"), {}, {}, true});
  f.completed = DateOrHour{on("2026-06-02"), {}};
  EXPECT_EQ(computed(f, "2026-06-06T00:00").outcome, Outcome::done_on_time);
  f.completed = DateOrHour{on("2026-06-03"), {}};
  EXPECT_EQ(computed(f, "2026-06-06T00:00").outcome, Outcome::done_late);
}

TEST(Obligation, R15_WhatIsDueAfterTheWorkWasFinishedIsNotDueAnyMore) {
  AssignmentFacts f = assigned("2026-06-02");
  f.updates = {{at("2026-04-12T09:00"), {}, {}, false}, {at("2026-04-20T09:00"), {}, {}, true}};
  f.completed = DateOrHour{on("2026-04-20"), {}};
  const auto all = computed(f, "2026-07-01T00:00");
  EXPECT_EQ(all.outcome, Outcome::done_on_time);
  EXPECT_FALSE(has_missed_update(all.list, at("2026-07-01T00:00")));
}

TEST(Obligation, R6_AnUpdateThatWasDueAndMissedIsSeen) {
  Obligation o;
  o.kind = ObligationKind::milestone;
  o.due = at("2026-04-17");
  EXPECT_FALSE(has_missed_update({&o, 1}, at("2026-04-17")));
  EXPECT_TRUE(has_missed_update({&o, 1}, at("2026-04-18")));
  o.acted = at("2026-04-17");
  EXPECT_FALSE(has_missed_update({&o, 1}, at("2026-04-18")));
  o.kind = ObligationKind::confirmation, o.acted = std::nullopt;
  EXPECT_FALSE(has_missed_update({&o, 1}, at("2026-04-18"))) << "a confirmation is no update";
}

TEST(Obligation, R36_StandsOpenMetLateOrMissed) {
  Obligation o;
  o.opens = at("2026-04-10T00:00"), o.due = at("2026-04-17");
  EXPECT_EQ(standing_of(o, at("2026-04-09")), Standing::to_come);
  EXPECT_EQ(standing_of(o, at("2026-04-17")), Standing::open);
  EXPECT_EQ(standing_of(o, at("2026-04-18")), Standing::missed);
  o.acted = at("2026-04-17");
  EXPECT_EQ(standing_of(o, at("2026-04-18")), Standing::met);
  o.acted = at("2026-04-18");
  EXPECT_EQ(standing_of(o, at("2026-04-18")), Standing::met_late);
}

TEST(Obligation, R71_NothingIsDueBeforeTheRulesWereInForce) {
  AssignmentFacts f = assigned("2025-12-31", "2025-10-01");
  f.of_the_centre = true;
  EXPECT_EQ(shown(computed(f, "2025-10-02T00:00")), "milestone 2025-11-17T23:59\nresult 2026-01-07T23:59\n");
  EXPECT_EQ(rules_in_force_from(true, kPolicy), on("2025-11-05"));
  EXPECT_EQ(rules_in_force_from(false, kPolicy), std::nullopt);
}

TEST(Notice, R26_IsNeededPastTheTerm) {
  for (const Outcome o : {Outcome::not_started_overdue, Outcome::not_done_overdue})
    EXPECT_TRUE(notice_needed(o, Execution::as_assigned));
  for (const Outcome o : {Outcome::not_started_in_time, Outcome::in_progress_on_time, Outcome::in_progress_late,
                          Outcome::done_on_time, Outcome::done_late})
    EXPECT_FALSE(notice_needed(o, Execution::as_assigned));
  EXPECT_TRUE(notice_needed(Outcome::done_late, Execution::done_wrongly));
}

TEST(Notice, R26_StaysOpenUntilAllThreeHaveIt) {
  NoticeTimes t;
  EXPECT_TRUE(notice_is_open(t));
  t.sent = at("2026-04-01");
  t.received_by_office = at("2026-04-03");
  EXPECT_TRUE(notice_is_open(t));
  EXPECT_EQ(notice_closed(t), std::nullopt);
  t.received_by_inspection = at("2026-04-02");
  EXPECT_FALSE(notice_is_open(t));
  EXPECT_EQ(notice_closed(t), at("2026-04-03"));
}

}  // namespace
}  // namespace tram::tasks
