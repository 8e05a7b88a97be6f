#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/delivery.h"
#include "tasks/following.h"
#include "tasks/hand_over.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using ::testing::ElementsAre;
using testing::on;

TEST(HandOver, R7_TakesASignatureOrTwoPersonsAndAReason) {
  EXPECT_TRUE(may_be_handed_over({.verified = true}));
  EXPECT_FALSE(may_be_handed_over({}));
  EXPECT_TRUE(may_be_handed_over({false, "came on paper", "lan", "minh"}));
  EXPECT_FALSE(may_be_handed_over({false, "came on paper", "lan", "lan"}));
  EXPECT_FALSE(may_be_handed_over({false, "", "lan", "minh"}));
  EXPECT_FALSE(may_be_handed_over({false, "came on paper", "lan", ""}));
}

TEST(HandOver, R49_ADeadlineMovesByADocumentOfTheAssigningSide) {
  using enum AskedBy;
  EXPECT_EQ(deadline_change(assigning_side, false, "", {}), DeadlineChange::in_force) << "nobody has it yet";
  EXPECT_EQ(deadline_change(assigning_side, true, "7/CV", on("2026-03-04")), DeadlineChange::in_force);
  EXPECT_EQ(deadline_change(assigning_side, true, "7/CV", {}), DeadlineChange::refused);
  EXPECT_EQ(deadline_change(assigning_side, true, "", on("2026-03-04")), DeadlineChange::refused);
  EXPECT_EQ(deadline_change(implementing_body, true, "7/CV", on("2026-03-04")), DeadlineChange::proposal);
}

TEST(HandOver, R18_ASubTaskNeverMovesItsParent) {
  const Due parent{DueState::fixed, at("2026-03-31"), at("2026-03-31"), false};
  const Due later{DueState::fixed, at("2026-04-01"), at("2026-04-01"), false};
  EXPECT_EQ(sub_task_standing(parent, later).parent, parent);
  EXPECT_TRUE(sub_task_standing(parent, later).ends_after_parent);
  EXPECT_FALSE(sub_task_standing(parent, parent).ends_after_parent);
  EXPECT_FALSE(sub_task_standing({}, later).ends_after_parent);
}

TEST(Following, R20_AFlagWithoutAnAnswerIsOpen) {
  const std::vector<Demand> flags = {{"b", 0, at("2026-03-05"), {}, {}},
                                     {"a", 0, at("2026-03-04"), {}, {}},
                                     {"c", 0, at("2026-03-03"), {}, at("2026-03-04")}};
  EXPECT_THAT(unanswered(flags), ElementsAre("a", "b"));
}

TEST(Following, R22_UrgingsAreNumberedAndStayOpenUntilTheyAreAnswered) {
  EXPECT_EQ(next_urging_number({}), 1U);
  const std::vector<Demand> urgings = {{"u2", 2, at("2026-03-05"), {}, {}},
                                       {"u1", 1, at("2026-03-04"), {}, at("2026-03-05")}};
  EXPECT_EQ(next_urging_number(urgings), 3U);
  EXPECT_THAT(unanswered(urgings), ElementsAre("u2"));
}

TEST(Following, R63_ARequestHasADueMoment) {
  Demand d{"r", 0, at("2026-03-04"), at("2026-03-10"), {}};
  EXPECT_FALSE(answer_is_late(d, at("2026-03-10")));
  EXPECT_TRUE(answer_is_late(d, at("2026-03-11")));
  d.answered = at("2026-03-10");
  EXPECT_FALSE(answer_is_late(d, at("2026-03-11")));
}

TEST(Following, R21_ADifferenceIsSettledByBothSides) {
  EXPECT_TRUE(is_difference("12", "13"));
  EXPECT_FALSE(is_difference("12", "12"));
  EXPECT_TRUE(is_settled({"12", "13", "hy.ubnd", "13", "hub"}));
  EXPECT_FALSE(is_settled({"12", "13", "hy.ubnd", "13", "hy.ubnd"}));
  EXPECT_FALSE(is_settled({"12", "13", "hy.ubnd", "", "hub"}));
  EXPECT_FALSE(is_settled({"12", "13", "", "", ""}));
}

TEST(Following, R66_AnInspectionHasAnApprovedPlanOrAReason) {
  EXPECT_TRUE(may_start_inspection(InspectionKind::regular, on("2026-03-04"), ""));
  EXPECT_FALSE(may_start_inspection(InspectionKind::regular, {}, "x"));
  EXPECT_TRUE(may_start_inspection(InspectionKind::sudden, {}, "a complaint"));
  EXPECT_FALSE(may_start_inspection(InspectionKind::sudden, on("2026-03-04"), ""));
}

TEST(Delivery, R44_NothingIsDeliveredWithoutAReceipt) {
  struct Case {
    DeliveryFacts facts;
    DeliveryState state;
  };
  for (const Case& c : {Case{{}, DeliveryState::none}, Case{{true, false, false, false}, DeliveryState::to_approve},
                        Case{{true, true, false, false}, DeliveryState::to_send},
                        Case{{true, true, true, false}, DeliveryState::waiting_for_receipt},
                        Case{{true, true, true, true}, DeliveryState::delivered}})
    EXPECT_EQ(delivery_state(c.facts), c.state);
}

TEST(Delivery, R30_CountsFromTheMomentThatCanBeProved) {
  EXPECT_EQ(counts_from(at("2026-03-04"), at("2026-03-06")), at("2026-03-04"));
  EXPECT_EQ(counts_from({}, at("2026-03-06")), at("2026-03-06"));
  EXPECT_EQ(counts_from(at("2026-03-07"), at("2026-03-06")), at("2026-03-06"));
  EXPECT_EQ(counts_from(at("2026-03-04"), {}), at("2026-03-04"));
  EXPECT_TRUE(way_is_allowed(Way::export_file, PaperReason::none));
  EXPECT_FALSE(way_is_allowed(Way::paper, PaperReason::none));
  EXPECT_TRUE(way_is_allowed(Way::paper, PaperReason::special_demand));
}

TEST(Delivery, R61_PaperComesBackWithItsTrueTimeAReasonAndTwoPersons) {
  const PaperEntry whole{at("2026-03-04"), at("2026-03-06"), PaperReason::technical_fault, "7K3Q", "lan", "minh"};
  EXPECT_TRUE(paper_entry_is_complete(whole));
  const auto lacks = [&](auto&& change) {
    PaperEntry e = whole;
    change(e);
    return !paper_entry_is_complete(e);
  };
  EXPECT_TRUE(lacks([](PaperEntry& e) { e.reason = PaperReason::none; }));
  EXPECT_TRUE(lacks([](PaperEntry& e) { e.second_person = "lan"; }));
  EXPECT_TRUE(lacks([](PaperEntry& e) { e.code = ""; }));
  EXPECT_TRUE(lacks([](PaperEntry& e) { e.happened = at("2026-03-07"); })) << "it did not happen after it was typed";
}

}  // namespace
}  // namespace tram::tasks
