#include "tasks/warning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::kPolicy;
using testing::on;

Obligation due(const char* moment, bool in_hours = false) {
  Obligation o;
  o.kind = in_hours ? ObligationKind::confirmation : ObligationKind::result;
  o.in_hours = in_hours;
  o.opens = at("2026-01-01T00:00");
  o.due = at(moment);
  return o;
}

TEST(Warning, R36_WarnsBeforeItIsTooLate) {
  const WorkingTime a = calendar_a();
  struct Case {
    const char *due, *now;
    bool in_hours;
    Urgency urgency;
  };
  for (const Case& c : {
           Case{"2026-03-12", "2026-03-06T08:00", false, Urgency::none},  // four working days
           Case{"2026-03-12", "2026-03-09T08:00", false, Urgency::soon},
           Case{"2026-03-12", "2026-03-12T08:00", false, Urgency::due},
           Case{"2026-03-12", "2026-03-13T00:00", false, Urgency::overdue},
           Case{"2026-02-23", "2026-02-11T08:00", false, Urgency::soon},  // Tết is no time to act in
           Case{"2026-03-09T11:00", "2026-03-06T16:29", true, Urgency::none},
           Case{"2026-03-09T11:00", "2026-03-09T09:00", true, Urgency::soon},
           Case{"2026-03-09T09:30", "2026-03-06T17:00", true, Urgency::soon},  // two hours over a weekend
           Case{"2026-03-09T11:00", "2026-03-09T11:01", true, Urgency::overdue},
       })
    EXPECT_EQ(urgency_of(due(c.due, c.in_hours), a, kPolicy, at(c.now)), c.urgency) << c.due << ' ' << c.now;
  Obligation met = due("2026-03-12");
  met.acted = at("2026-03-10");
  EXPECT_EQ(urgency_of(met, a, kPolicy, at("2026-03-13T00:00")), Urgency::none);
  Obligation right = due("2026-03-09T11:00", true);
  right.kind = ObligationKind::return_task;
  EXPECT_EQ(urgency_of(right, a, kPolicy, at("2026-03-10")), Urgency::none) << "a right that ended is no fault";
}

TEST(Warning, R36_GoesToWhoCanAct) {
  EXPECT_EQ(who_can_act(ObligationKind::result, WorkStep::nothing_written), Recipient::operator_);
  EXPECT_EQ(who_can_act(ObligationKind::result, WorkStep::to_approve), Recipient::approver);
  EXPECT_EQ(who_can_act(ObligationKind::result, WorkStep::to_send), Recipient::courier);
  EXPECT_EQ(who_can_act(ObligationKind::assessment, WorkStep::nothing_written), Recipient::follow_up);
  EXPECT_EQ(who_can_act(ObligationKind::answer, WorkStep::nothing_written), Recipient::office);
  EXPECT_EQ(who_can_act(ObligationKind::loading, WorkStep::nothing_written), Recipient::office);
}

TEST(Warning, R36_TheDigestCountsAllAndShowsTheMostPressing) {
  std::vector<Warning> all;
  for (int i = 0; i < 50; ++i)
    all.push_back({"r" + std::to_string(i), ObligationKind::result, i < 3 ? Urgency::overdue : Urgency::soon,
                   at("2026-03-12") - std::chrono::hours{i}, "hy.ubnd", Recipient::operator_});
  all.push_back({"x", ObligationKind::result, Urgency::due, at("2026-03-12"), "hy.btc", Recipient::approver});
  all.push_back({"y", ObligationKind::result, Urgency::none, at("2026-03-12"), "hy.vp", Recipient::approver});
  const auto digests = daily_digest(all);
  ASSERT_EQ(digests.size(), 2U) << "who has nothing to do gets nothing";
  const Digest& digest = digests.at({"hy.ubnd", Recipient::operator_});
  EXPECT_EQ(digest.overdue, 3U);
  EXPECT_EQ(digest.soon, 47U);
  ASSERT_EQ(digest.first.size(), kMaxDigestLines);
  EXPECT_EQ(digest.first[0].about, "r2") << "overdue first, the oldest of them first";
  EXPECT_EQ(digest.first[3].about, "r49");
}

TEST(Warning, R39_AMissingYearIsToldFromTheFirstOfNovember) {
  const WorkingTime a = calendar_a();
  EXPECT_THAT(missing_years(a, at("2026-10-31")), ::testing::IsEmpty());
  EXPECT_THAT(missing_years(a, at("2026-11-01T00:00")), ::testing::ElementsAre(2027));
  EXPECT_THAT(missing_years(a, at("2027-05-01")), ::testing::ElementsAre(2027));
  EXPECT_THAT(missing_years(a, at("2027-12-01")), ::testing::ElementsAre(2027, 2028));
}

}  // namespace
}  // namespace tram::tasks
