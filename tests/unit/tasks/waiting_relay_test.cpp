#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/moved_due.h"
#include "tasks/relay.h"
#include "tasks/waiting.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::minutes;
using testing::at;
using testing::on;

TEST(Waiting, R48_WaitsUntilTheConditionIsMet) {
  EXPECT_TRUE(waits("after the reorganisation", {}));
  EXPECT_FALSE(waits("after the reorganisation", on("2025-07-01")));
  EXPECT_FALSE(waits("", {}));
}

TEST(Waiting, R48_OneEventFreesEveryRowThatCarriesItButARequestNever) {
  const std::vector<ConditionFacts> rows = {{"a", "after X", {}, at("2025-04-10T08:00")},
                                            {"b", "after X", {}, at("2025-04-08T08:00")},
                                            {"c", "on request", {}, at("2025-04-09T08:00")},
                                            {"d", "after X", on("2025-05-01"), at("2025-04-07T08:00")},
                                            {"e", "", {}, at("2025-04-07T08:00")}};
  EXPECT_THAT(freed_by(rows, "after X"), ::testing::ElementsAre("a", "b"));
  EXPECT_THAT(freed_by(rows, "on request"), ::testing::IsEmpty());
  EXPECT_FALSE(shares_its_event("on request"));
  EXPECT_TRUE(shares_its_event("after X"));
}

TEST(Waiting, R48_TheListHasTheOldestFirstWithItsAge) {
  const std::vector<ConditionFacts> rows = {{"a", "after X", {}, at("2025-04-10T08:00")},
                                            {"b", "after X", {}, at("2025-04-08T23:00")},
                                            {"d", "after X", on("2025-05-01"), at("2025-04-07T08:00")}};
  const auto list = waiting_list(rows, at("2025-04-11T01:00"));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].assignment, "b");
  EXPECT_EQ(list[0].age_days, 3);
  EXPECT_EQ(list[1].age_days, 1);
}

TEST(Relay, R50_LatenessStaysWithItsStep) {
  const std::vector<RelayStep> steps = {{"a", at("2025-04-16T10:00"), at("2025-04-16T10:20")},
                                        {"b", at("2025-04-16T14:00"), at("2025-04-16T13:00")},
                                        {"c", at("2025-04-16T15:00"), {}}};
  const auto list = relay_standing(steps, at("2025-04-16T15:30"));
  EXPECT_EQ(list[0], (StepStanding{StepState::met_late, minutes{20}, false}));
  EXPECT_EQ(list[1], (StepStanding{StepState::met, minutes{0}, false}));
  EXPECT_EQ(list[2], (StepStanding{StepState::missing, minutes{30}, false}));
  EXPECT_EQ(relay_standing(steps, at("2025-04-16T15:00"))[2].state, StepState::to_come);
}

TEST(Relay, R50_ShowsWhoseStepIsMissingAndLetsALaterOneAct) {
  const std::vector<RelayStep> steps = {{"a", at("2025-04-16T10:00"), {}},
                                        {"b", at("2025-04-16T14:00"), at("2025-04-16T13:00")}};
  EXPECT_EQ(missing_step(steps, at("2025-04-16T10:00")), std::nullopt);
  EXPECT_EQ(missing_step(steps, at("2025-04-16T10:01")), 0U);
  EXPECT_TRUE(relay_standing(steps, at("2025-04-16T15:00"))[1].without_previous);
}

TEST(Relay, R50_LinksTheObligationsOfOneDayByTheirHour) {
  const Occurrence ten{at("2025-04-16T10:00"), at("2025-04-16T10:00")},
      two{at("2025-04-16T14:00"), at("2025-04-16T14:00")}, next{at("2025-04-23T14:00"), at("2025-04-23T14:00")};
  const Occurrence evening{end_of_day(on("2025-04-16")), end_of_day(on("2025-04-16"))};  // a date without an hour
  const std::vector<std::pair<std::string, std::vector<Occurrence>>> tasks = {
      {"btc", {two, next}}, {"ubnd", {ten}}, {"vp", {evening}}};
  const auto days = relay_days(tasks);
  ASSERT_EQ(days.size(), 2U);
  ASSERT_EQ(days[0].steps.size(), 2U);
  EXPECT_EQ(days[0].steps[0].body, "ubnd");
  EXPECT_EQ(days[0].steps[1].body, "btc");
  EXPECT_EQ(days[1].written, on("2025-04-23"));
}

TEST(MovedDue, R46_ANewVersionMovesOpenObligationsOnlyAndSaysFromWhereToWhere) {
  Obligation open, answered;
  open.kind = answered.kind = ObligationKind::milestone;
  answered.number = 0, open.number = 1;
  answered.due = at("2026-11-24"), answered.acted = at("2026-11-20");
  open.due = at("2026-11-24");
  std::vector<Obligation> fresh = {answered, open};
  for (Obligation& o : fresh) o.due = at("2026-11-25"), o.acted = std::nullopt;
  Obligation added = open;
  added.number = 2;
  fresh.push_back(added);
  const Obligation before[] = {answered, open};
  const auto result = recomputed(before, fresh, {"vn", 1}, {"vn", 2});
  EXPECT_EQ(result.list[0], answered);
  EXPECT_EQ(result.list[1].due, at("2026-11-25"));
  EXPECT_EQ(result.list[2], added);
  EXPECT_THAT(result.moved,
              ::testing::ElementsAre(
                  MovedDue{ObligationKind::milestone, 1, at("2026-11-24"), at("2026-11-25"), {"vn", 1}, {"vn", 2}}));
}

}  // namespace
}  // namespace tram::tasks
