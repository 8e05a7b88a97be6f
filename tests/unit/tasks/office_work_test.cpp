// The rules of the office's daily work: contacts, figures, formats, work without a network, texts, conflicts, causes,
// cleaning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/cause.h"
#include "tasks/cleaning.h"
#include "tasks/exchange_format.h"
#include "tasks/figures.h"
#include "tasks/following.h"
#include "tasks/lost_edit.h"
#include "tasks/offline.h"
#include "tasks/original_text.h"
#include "tasks/report_calendar.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using ::testing::ElementsAre;

TEST(Contact, R23_NamesWayMomentBothSidesAndContent) {
  for (const char* way : {"report", "meeting", "telephone", "fax", "mail"}) EXPECT_TRUE(contact_way_named(way)) << way;
  EXPECT_EQ(contact_way_named("telephone"), ContactWay::telephone);
  EXPECT_EQ(contact_way_named("pigeon"), std::nullopt);
  const Moment now = at("2026-02-03T10:00");
  const Contact whole{ContactWay::meeting, at("2026-02-03T10:00"), "Trần An", "Huyện ủy Ân Thi", "tiến độ đề án"};
  EXPECT_TRUE(contact_is_complete(whole, now));
  Contact to_come = whole;
  to_come.happened = now + std::chrono::seconds{1};
  EXPECT_FALSE(contact_is_complete(to_come, now));
  for (std::string_view Contact::*part : {&Contact::noted_by, &Contact::with, &Contact::content}) {
    Contact lacking = whole;
    lacking.*part = {};
    EXPECT_FALSE(contact_is_complete(lacking, now));
  }
  Contact wayless = whole;
  wayless.way.reset();
  EXPECT_FALSE(contact_is_complete(wayless, now));
}

std::vector<RatedAssignment> office() {
  const Moment early = at("2026-01-05T10:00"), late = at("2026-03-05T10:00");
  const auto due = [](ObligationKind kind, Moment when, std::optional<Moment> acted) {
    Obligation o;
    o.kind = kind;
    o.due = o.written = when;
    o.acted = acted;
    return o;
  };
  RatedAssignment a{"hy.ubnd", "1:I.1", {}, {}, false}, b{"hy.btc", "1:I.2", {}, {}, false}, c = b;
  a.obligations.outcome = Outcome::not_started_overdue;
  a.obligations.list = {due(ObligationKind::confirmation, early, {}), due(ObligationKind::return_task, early, {}),
                        due(ObligationKind::notice, early, {})};
  b.obligations.outcome = Outcome::done_late;
  b.obligations.list = {due(ObligationKind::result, early, late), due(ObligationKind::assessment, late, {})};
  return {a, b, c};
}

TEST(Figures, R29_CountWhatReportsAndRatingsTake) {
  const auto all = office();
  const Figures figures = figures_of(all, at("2026-02-01"));
  EXPECT_EQ(figures.assignments, 3U);
  EXPECT_EQ(figures.by_outcome[static_cast<std::size_t>(Outcome::not_started_overdue)], 1U);
  EXPECT_EQ(figures.by_outcome[static_cast<std::size_t>(Outcome::done_late)], 1U);
  EXPECT_EQ(figures.by_outcome[static_cast<std::size_t>(Outcome::not_started_in_time)], 1U);
  EXPECT_EQ(figures.overdue_obligations, 1U) << "a right that ended is no duty, and a notice is counted by itself";
  EXPECT_EQ(figures.open_notices, 1U);
  EXPECT_EQ(figures_of(all, at("2026-03-06")).overdue_obligations, 2U) << "they follow the clock";
}

TEST(Figures, R29_TheBodiesComeToAllTogether) {
  const auto by_body = figures_by_body(office(), at("2026-03-06"));
  EXPECT_EQ(by_body.at(""), figures_of(office(), at("2026-03-06")));
  EXPECT_EQ(by_body.at("hy.ubnd").assignments + by_body.at("hy.btc").assignments, by_body.at("").assignments);
  EXPECT_EQ(by_body.at("hy.btc").overdue_obligations, 1U);
}

TEST(ExchangeFormat, R38_OnlyDocumentedFormatsPass) {
  for (const auto format : {ExchangeFormat::csv, ExchangeFormat::xlsx, ExchangeFormat::json_api, ExchangeFormat::edxml,
                            ExchangeFormat::signed_export, ExchangeFormat::rating_file, ExchangeFormat::calendar_file})
    EXPECT_EQ(exchange_format_named(name_of(format)), format);
  EXPECT_EQ(exchange_format_named("docx"), std::nullopt);
  struct Case {
    ExchangeFormat format;
    bool in_open, out_open, in_closed, out_closed;
  };
  for (const Case& c : {
           Case{ExchangeFormat::csv, true, true, true, true},
           Case{ExchangeFormat::json_api, true, true, false, false},
           Case{ExchangeFormat::edxml, true, false, false, false},
           Case{ExchangeFormat::signed_export, false, true, false, true},
           Case{ExchangeFormat::rating_file, false, true, false, false},
       }) {
    EXPECT_EQ(may_exchange(c.format, Direction::in, Zone::open), c.in_open) << name_of(c.format);
    EXPECT_EQ(may_exchange(c.format, Direction::out, Zone::open), c.out_open) << name_of(c.format);
    EXPECT_EQ(may_exchange(c.format, Direction::in, Zone::closed), c.in_closed) << name_of(c.format);
    EXPECT_EQ(may_exchange(c.format, Direction::out, Zone::closed), c.out_closed) << name_of(c.format);
  }
}

TEST(Offline, R40_EverythingGoesOnButWhatNeedsTheOtherSide) {
  for (const Action action : {Action::draft_update, Action::read_record, Action::carry_bundle, Action::manage_accounts})
    EXPECT_EQ(needs_other_side(action), Needs::nothing) << name_of(action);
  for (const Action action : {Action::confirm, Action::approve, Action::return_task, Action::send_notice})
    EXPECT_EQ(needs_other_side(action), Needs::receipt) << name_of(action);
  for (const Action action : {Action::hand_over, Action::move_deadline, Action::set_calendar, Action::manage_devices})
    EXPECT_EQ(needs_other_side(action), Needs::hub) << name_of(action);
}

TEST(Offline, R40_WhatNeedsTheOtherSideSaysWhatIsWaiting) {
  EXPECT_EQ(says_waiting(Action::draft_update, {1, 1, 1}), "");
  EXPECT_EQ(says_waiting(Action::move_deadline, {}), "waits_for_hub");
  EXPECT_EQ(says_waiting(Action::approve, {1, 1, 1}), "to_approve");
  EXPECT_EQ(says_waiting(Action::approve, {0, 1, 1}), "to_send");
  EXPECT_EQ(says_waiting(Action::approve, {0, 0, 1}), "waiting_receipt");
  EXPECT_EQ(says_waiting(Action::approve, {}), "");
}

TEST(OriginalText, R60_ATranslationIsAReadingAidEvenAlone) {
  const std::vector<TextVersion> both = {{"lo", "ແຜນ", false}, {"vi", "Kế hoạch", true}};
  const auto lao = shown_text(both, "lo");
  ASSERT_TRUE(lao);
  EXPECT_EQ(lao->text, "ແຜນ");
  EXPECT_TRUE(lao->reading_aid);
  EXPECT_FALSE(lao->original_missing);
  const auto khmer = shown_text(both, "km");
  ASSERT_TRUE(khmer);
  EXPECT_EQ(khmer->language, "vi") << "without a translation the original is shown";
  EXPECT_FALSE(khmer->reading_aid);
  const std::vector<TextVersion> alone = {{"lo", "ແຜນ", false}};
  const auto only = shown_text(alone, "vi");
  ASSERT_TRUE(only);
  EXPECT_TRUE(only->reading_aid);
  EXPECT_TRUE(only->original_missing);
  EXPECT_EQ(shown_text({}, "vi"), std::nullopt);
}

TEST(OriginalText, R60_TheOriginalIsTheRecord) {
  EXPECT_EQ(text_of_record(std::vector<TextVersion>{{"lo", "ແຜນ", false}, {"vi", "Kế hoạch", true}}), "Kế hoạch");
  EXPECT_EQ(text_of_record(std::vector<TextVersion>{{"lo", "ແຜນ", false}}), std::nullopt);
}

TEST(LostEdit, R62_StatusResultAndDeadlineWaitForAPersonWithAReason) {
  for (const char* field : {"state", "result", "deadline"}) {
    EXPECT_TRUE(waits_for_a_person(field)) << field;
    EXPECT_FALSE(resolves(field, {"Trần An", "", false, ""})) << field;
    EXPECT_TRUE(resolves(field, {"Trần An", "đúng hơn", false, ""})) << field;
  }
  EXPECT_FALSE(waits_for_a_person("agreed_next_step"));
  EXPECT_TRUE(resolves("agreed_next_step", {"Trần An", "", false, ""}));
  EXPECT_FALSE(resolves("agreed_next_step", {"", "", false, ""}));
  EXPECT_FALSE(resolves("deadline", {"Trần An", "đúng hơn", true, ""})) << "another value must be given";
  EXPECT_TRUE(resolves("deadline", {"Trần An", "đúng hơn", true, "2026-05-01"}));
}

TEST(LostEdit, R62_WhatGaveWayStaysToBeSeen) {
  const std::vector<ConcurrentValue> values = {{"v1", "a", false}, {"v2", "b", true}, {"v3", "c", false}};
  EXPECT_THAT(overridden(values), ElementsAre("v1", "v3"));
}

TEST(Cause, R64_IsACodeOfTheListWithTextWhereTheCodeSaysNothing) {
  EXPECT_EQ(cause_named("guidance"), Cause::guidance);
  EXPECT_EQ(cause_named(name_of(Cause::force_majeure)), Cause::force_majeure);
  EXPECT_EQ(cause_named("weather"), std::nullopt);
  EXPECT_TRUE(cause_is_complete("coordination", ""));
  EXPECT_FALSE(cause_is_complete("other", "  "));
  EXPECT_TRUE(cause_is_complete("other", "chờ kết luận"));
  EXPECT_FALSE(cause_is_complete("weather", "mưa"));
}

TEST(Cleaning, R65_FallsDueWithTheOfficesReportOfTheQuarterHalfYearAndYear) {
  const Policy policy;
  EXPECT_EQ(cleaning_due(*parse_period("2026-Q1"), policy), office_report_due(*parse_period("2026-Q1"), policy));
  EXPECT_EQ(cleaning_due(*parse_period("2026-H1"), policy), at("2026-06-25"));
  EXPECT_EQ(cleaning_due(*parse_period("2026"), policy), at("2026-12-20"));
  EXPECT_EQ(cleaning_due(*parse_period("2026-02"), policy), std::nullopt);
}

TEST(Cleaning, R65_FindsWhatOneBodyHasTwiceInOneDocument) {
  const std::vector<CleanedEntry> entries = {{"1", "hy.btc", "Rà soát", "406"},
                                             {"2", "hy.btc", " Rà soát ", "406"},
                                             {"3", "hy.ubnd", "Rà soát", "406"},
                                             {"4", "hy.btc", "Rà soát", "407"}};
  EXPECT_THAT(double_entries(entries), ElementsAre(ElementsAre("1", "2")));
}

TEST(Cleaning, R65_ARunIsASignedListOfChangesWithReasons) {
  CleaningRun run{*parse_period("2026-Q1"), "Trần An", {{"2", "state", "started", "cancelled", "nhập hai lần"}}};
  EXPECT_TRUE(cleaning_run_is_complete(run));
  run.changes.front().why = " ";
  EXPECT_FALSE(cleaning_run_is_complete(run));
  run.changes.front() = {"2", "state", "started", "started", "x"};
  EXPECT_FALSE(cleaning_run_is_complete(run)) << "nothing was changed";
  run.changes.clear();
  EXPECT_TRUE(cleaning_run_is_complete(run)) << "a review may find nothing";
  run.signed_by.clear();
  EXPECT_FALSE(cleaning_run_is_complete(run));
}

}  // namespace
}  // namespace tram::tasks
