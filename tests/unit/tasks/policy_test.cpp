#include "tasks/policy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::on;

// Every setting away from its default.
Policy all_other() {
  Policy p;
  p.version = 7;
  p.valid_from = on("2027-01-01");
  p.source = "Quyết định 9\ttrang 2";
  p.term_start = TermStart::issue;
  p.term_month = MonthMeaning::thirty_days;
  p.first_day = FirstDay::counted;
  p.deadline_day_off = DayOffRule::written_day;
  p.deadline_before = BeforeMeaning::that_day;
  p.office_day = 23, p.office_half_year = {6, 24}, p.office_year = {12, 19};
  p.site_day = 18, p.site_half_year = {6, 18}, p.site_year = {12, 10};
  p.milestone_grace = 1, p.final_long_term = 6;
  p.cadence = UsualCadence::quarterly;
  p.cadence_skips_under = 10;
  p.feedback_from = FeedbackFrom::hand_over;
  p.milestone_opens = 4;
  p.rating_low = 4'000;
  p.rating_consecutive = Consecutive::any_type;
  p.completion_counts = CompletionCounts::assessment;
  p.calendar_of = CalendarOf::assigning_body;
  p.transport_excuse = TransportExcuse::always;
  p.clock_counted = CountedClock::receipt;
  p.in_force_centre = on("2026-01-01");
  p.in_force_province = on("2026-02-01");
  p.rank_ties = RankTies::dense;
  p.warn_hours = 3, p.warn_days = 5;
  return p;
}

TEST(Policy, IsMadeAndReadByteForByte) {
  const std::pair<const char*, Policy> cases[] = {{"defaults", Policy{}}, {"all_other", all_other()}};
  for (const auto& [name, policy] : cases) {
    SCOPED_TRACE(name);
    const std::string golden = testing::text_of(std::string("vectors/tasks/") + name + ".policy");
    ASSERT_FALSE(golden.empty()) << as_text(encode_policy(policy));
    EXPECT_EQ(as_text(encode_policy(policy)), golden);
    const auto read = decode_policy(as_bytes(golden));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, policy);
  }
}

TEST(Policy, RefusesEveryOtherByteString) {
  const Bytes bytes = encode_policy(all_other());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) ASSERT_FALSE(decode_policy(ByteView(bytes).first(cut))) << cut;
  const std::string text(as_text(bytes));
  for (const auto& [what, with] : std::initializer_list<std::pair<const char*, const char*>>{
           {"version\t7", "version\t07"},
           {"version\t7", "version\t0"},
           {"term.start\tissue", "term.start\tnever"},
           {"warn.soon.days\t5", "warn.soon.days\t300"},
           {"report.office_dates\t23", "report.office_dates\t31"},
           {"12-19", "13-19"},
           {"rating.low\t4000", "rating.low\t40000"},
           {"rating.low\t4000\n", ""},
           {"2027-01-01", "2027-02-30"}}) {
    std::string other = text;
    other.replace(other.find(what), std::string_view(what).size(), with);
    EXPECT_FALSE(decode_policy(as_bytes(other))) << what;
  }
  EXPECT_FALSE(decode_policy(as_bytes(text + "more\t1\n")));
}

TEST(Policy, R72_TheHighestVersionInForceOnADayCounts) {
  Policy first, second, third;
  first.version = 1, first.valid_from = on("2026-01-01"), first.warn_days = 4;
  second.version = 2, second.valid_from = on("2026-07-01");
  third.version = 3, third.valid_from = on("2026-06-01");
  const Policy all[] = {second, first, third};
  EXPECT_EQ(policy_on(all, on("2025-12-31")), Policy{}) << "the defaults of the O table";
  EXPECT_EQ(policy_on(all, on("2026-01-01")).warn_days, 4);
  EXPECT_EQ(policy_on(all, on("2026-06-01")).version, 3U);
  EXPECT_EQ(policy_on(all, on("2026-07-01")).version, 3U);
}

TEST(Policy, R72_ChangesForwardsOnly) {
  Policy last, next;
  next.version = 2;
  next.valid_from = on("2026-07-02");
  EXPECT_TRUE(may_follow(last, next, on("2026-07-01")));
  EXPECT_FALSE(may_follow(last, next, on("2026-07-02"))) << "never backwards";
  next.version = 3;
  EXPECT_FALSE(may_follow(last, next, on("2026-07-01"))) << "a gap";
  next.version = 2, next.warn_days = 200;
  EXPECT_FALSE(may_follow(last, next, on("2026-07-01"))) << "out of range";
}

TEST(Policy, R70_AProvinceHasItsOwnValuesForWhatItAssignsItself) {
  Policy centre, province;
  centre.version = 5;
  province.version = 2;
  province.warn_days = 7;
  const Policy of_centre[] = {centre}, own[] = {province};
  EXPECT_EQ(policies_for(true, of_centre, own).front(), centre);
  EXPECT_EQ(policies_for(false, of_centre, own).front(), province);
  EXPECT_EQ(policies_for(true, {}, own).front(), province) << "until the centre's are known here";
}

}  // namespace
}  // namespace tram::tasks
