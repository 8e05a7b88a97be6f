#include "tasks/rating.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::hours;
using testing::at;
using testing::kPolicy;
using testing::on;

const Period kQuarter{2026, PeriodType::quarter, 1};

Obligation limit(ObligationKind kind, const char* due, const char* acted = "") {
  Obligation o;
  o.kind = kind;
  o.due = at(due);
  if (*acted != 0) o.acted = at(acted);
  return o;
}

RatedAssignment assignment(const char* body, const char* ref, Outcome outcome, const char* due) {
  RatedAssignment a;
  a.body = body, a.ref = ref;
  a.obligations.outcome = outcome;
  a.obligations.due = {DueState::fixed, at(due), at(due), false};
  return a;
}

std::vector<RatedAssignment> quarter() {
  std::vector<RatedAssignment> all = {assignment("a", "1", Outcome::done_on_time, "2026-03-31"),
                                      assignment("a", "2", Outcome::done_late, "2026-02-10"),
                                      assignment("a", "3", Outcome::not_started_overdue, "2026-01-01T00:00"),
                                      assignment("a", "4", Outcome::done_on_time, "2026-04-01T00:00"),
                                      assignment("b", "5", Outcome::done_on_time, "2026-02-10")};
  all[0].obligations.list = {limit(ObligationKind::confirmation, "2026-01-05T10:00", "2026-01-05T10:00"),
                             limit(ObligationKind::milestone, "2026-02-05", "2026-02-06"),
                             limit(ObligationKind::cadence, "2026-04-30")};
  all[1].finding = true;
  return all;
}

Rating rated(const char* body, std::uint16_t score, Period period = kQuarter) {
  Rating r;
  r.snapshot.body = body;
  r.snapshot.period = period;
  r.score = score;
  r.level = level_of(score, shipped_criteria());
  return r;
}

TEST(Rating, R31_CountsWhatFellDueInThePeriodAndOpensDownToTheTasks) {
  const auto s = snapshot_of("a", kQuarter, quarter(), {}, shipped_criteria(), HubZone::open, at("2026-04-05"));
  const auto& done = s.shares[static_cast<std::size_t>(Indicator::done_on_time)];
  EXPECT_EQ(done, (Share{1, 3, {"1"}, {"2", "3"}}))
      << "the first moment and the last day belong to it, 1 April does not";
  EXPECT_EQ(s.shares[static_cast<std::size_t>(Indicator::done)].met, 2U);
  EXPECT_EQ(s.shares[static_cast<std::size_t>(Indicator::confirmed_in_time)], (Share{1, 1, {"1"}, {}}));
  EXPECT_EQ(s.shares[static_cast<std::size_t>(Indicator::updated_in_time)], (Share{0, 1, {}, {"1"}}));
  EXPECT_EQ(s.shares[static_cast<std::size_t>(Indicator::no_finding)].unmet_refs, std::vector<std::string>{"2"});
  const Rating rating = rate(s, shipped_criteria());
  EXPECT_EQ(figures_behind(rating, Indicator::done_on_time), done);
}

TEST(Rating, R31_TheScoreWeighsTheIndicators) {
  Criteria criteria;
  criteria.weights = {{Indicator::done_on_time, 7'500}, {Indicator::done, 2'500}};
  Snapshot s;
  s.shares[0] = {1, 3, {}, {}};
  s.shares[1] = {2, 3, {}, {}};
  EXPECT_EQ(score_of(s, criteria), 4'167) << "0.75 / 3 + 0.25 * 2 / 3";
  s.shares[1] = {};
  EXPECT_EQ(score_of(s, criteria), 3'333) << "what never fell due has no weight";
  s.shares[0] = {};
  EXPECT_EQ(score_of(s, criteria), std::nullopt);
}

TEST(Rating, R31_CriteriaAreCheckedDataWithOneEncoding) {
  const Criteria shipped = shipped_criteria();
  EXPECT_TRUE(check_criteria(shipped));
  const Bytes bytes = encode_criteria(shipped);
  EXPECT_EQ(decode_criteria(bytes).value(), shipped);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) ASSERT_FALSE(decode_criteria(ByteView(bytes).first(cut)));
  const auto refused = [&](auto&& change) {
    Criteria c = shipped;
    change(c);
    return !check_criteria(c);
  };
  EXPECT_TRUE(refused([](Criteria& c) { ++c.weights[0].weight; })) << "no whole";
  EXPECT_TRUE(refused([](Criteria& c) { std::swap(c.weights[0], c.weights[1]); }));
  EXPECT_TRUE(refused([](Criteria& c) { c.completed_from = 9'500; }));
}

TEST(Rating, R32_HasFourLevels) {
  const Criteria c = shipped_criteria();
  EXPECT_EQ(level_of(9'000, c), Level::excellent);
  EXPECT_EQ(level_of(8'999, c), Level::completed);
  EXPECT_EQ(level_of(7'000, c), Level::completed);
  EXPECT_EQ(level_of(5'000, c), Level::not_fully_completed);
  EXPECT_EQ(level_of(4'999, c), Level::not_completed);
  EXPECT_EQ(name_of(Level::not_fully_completed), "not_fully_completed");
  Snapshot s;
  s.shares[0] = {1, 1, {}, {}};
  EXPECT_EQ(rate(s, c).level, Level::excellent);
}

TEST(Rating, R33_EqualScoresShareARankAndTheNextNumberIsSkipped) {
  const std::vector<Rating> all = {rated("c", 80), rated("a", 90), rated("d", 70), rated("b", 80)};
  EXPECT_THAT(ranking(all, kPolicy),
              ::testing::ElementsAre(Rank{"a", 90, 1}, Rank{"b", 80, 2}, Rank{"c", 80, 2}, Rank{"d", 70, 4}));
  Policy dense;
  dense.rank_ties = RankTies::dense;
  EXPECT_EQ(ranking(all, dense).back().rank, 3U);
  Rating none = rated("e", 0);
  none.score = std::nullopt;
  EXPECT_THAT(ranking(std::vector<Rating>{none}, kPolicy), ::testing::IsEmpty());
}

TEST(Rating, R34_TwoLowPeriodsOfOneTypeAskForARemedy) {
  const Rating first = rated("a", 100, {2025, PeriodType::quarter, 4});
  const Rating last = rated("a", 100);
  EXPECT_TRUE(asks_for_remedy(last, first, kPolicy));
  EXPECT_FALSE(asks_for_remedy(last, rated("a", 100, {2025, PeriodType::quarter, 3}), kPolicy)) << "not consecutive";
  EXPECT_FALSE(asks_for_remedy(last, rated("b", 100, {2025, PeriodType::quarter, 4}), kPolicy));
  EXPECT_FALSE(asks_for_remedy(rated("a", 9'000), first, kPolicy));
  EXPECT_FALSE(asks_for_remedy(last, rated("a", 100, {2025, PeriodType::year, 1}), kPolicy)) << "another type (O14)";
  Policy any;
  any.rating_consecutive = Consecutive::any_type;
  EXPECT_TRUE(asks_for_remedy(last, rated("a", 100, {2025, PeriodType::year, 1}), any));
}

TEST(Rating, R34_LowIsNotCompletedUntilAThresholdIsSet) {
  EXPECT_TRUE(is_low(rated("a", 4'999), kPolicy));
  EXPECT_FALSE(is_low(rated("a", 5'000), kPolicy));
  Policy threshold;
  threshold.rating_low = 6'000;
  EXPECT_TRUE(is_low(rated("a", 5'999), threshold));
  EXPECT_FALSE(is_low(rated("a", 6'000), threshold));
}

TEST(Rating, R35_LeavesAsCsvAndJsonInTheOrderOfTheRanking) {
  Rating odd = rated("=\"x", 9'500);
  odd.snapshot.shares[0] = {1, 2, {"1"}, {"III.2\"1"}};
  Rating none = rated("z", 0);
  none.score = std::nullopt, none.level = std::nullopt;
  const std::vector<Rating> all = {none, rated("a", 80), odd};
  EXPECT_EQ(ratings_csv(all, kPolicy),
            "period,body,rank,score,level,version,criteria_version,done_on_time,done,confirmed_in_time,updated_in_time,"
            "reported_in_time,no_finding\n"
            "2026-Q1,\"'=\"\"x\",1,9500,excellent,1,1,1/2,0/0,0/0,0/0,0/0,0/0\n"
            "2026-Q1,\"a\",2,80,not_completed,1,1,0/0,0/0,0/0,0/0,0/0,0/0\n"
            "2026-Q1,\"z\",,,,1,1,0/0,0/0,0/0,0/0,0/0,0/0\n");
  const std::string json = ratings_json(all, kPolicy);
  EXPECT_THAT(json, ::testing::HasSubstr("\"body\":\"=\\\"x\",\"rank\":1,\"score\":9500,\"level\":\"excellent\""));
  EXPECT_THAT(json, ::testing::HasSubstr("\"done_on_time\":{\"met\":1,\"of\":2,\"not_met\":[\"III.2\\\"1\"]}"));
  EXPECT_THAT(json, ::testing::HasSubstr("\"body\":\"z\",\"rank\":null,\"score\":null,\"level\":null"));
  EXPECT_EQ(ratings_json({}, kPolicy), "[]\n");
}

TEST(Rating, R68_ASnapshotIsFrozenAndRestrictedTasksCountInTheClosedHubAlone) {
  auto all = quarter();
  all[1].confidentiality = Secrecy::confidential;
  const auto open = snapshot_of("a", kQuarter, all, {}, shipped_criteria(), HubZone::open, at("2026-04-05"));
  const auto closed = snapshot_of("a", kQuarter, all, {}, shipped_criteria(), HubZone::closed, at("2026-04-05"));
  EXPECT_EQ(open.shares[0].of, 2U);
  EXPECT_EQ(closed.shares[0].unmet_refs, std::vector<std::string>{"2"});
  EXPECT_TRUE(counts_in(Secrecy::normal, HubZone::open));
  EXPECT_FALSE(counts_in(Secrecy::normal, HubZone::closed));
  const auto early = snapshot_of("a", kQuarter, quarter(), {}, shipped_criteria(), HubZone::open, at("2026-03-01"));
  EXPECT_EQ(early.shares[0].of, 2U) << "what falls due after the freeze is not in it";
}

TEST(Rating, R68_ACorrectionIsANewVersionWithAReason) {
  const Rating published = rated("a", 5'000);
  Snapshot again = published.snapshot;
  again.shares[0] = {1, 1, {}, {}};
  const auto next = corrected(published, again, shipped_criteria(), "wrong date of 2");
  ASSERT_TRUE(next);
  EXPECT_EQ(next->version, 2U);
  EXPECT_EQ(next->corrects_because, "wrong date of 2");
  EXPECT_FALSE(corrected(published, again, shipped_criteria(), ""));
  again.body = "b";
  EXPECT_FALSE(corrected(published, again, shipped_criteria(), "x"));
}

TEST(Rating, R24_ReportsInTimeCountToo) {
  const std::vector<RatedReport> reports = {{"a", "2026-01", at("2026-01-20"), at("2026-01-20")},
                                            {"a", "2026-02", at("2026-02-20"), at("2026-02-21")},
                                            {"b", "2026-02", at("2026-02-20"), {}}};
  const auto s = snapshot_of("a", kQuarter, {}, reports, shipped_criteria(), HubZone::open, at("2026-04-05"));
  EXPECT_EQ(s.shares[static_cast<std::size_t>(Indicator::reported_in_time)], (Share{1, 2, {"2026-01"}, {"2026-02"}}));
}

TEST(Figure, R69_ShowsNumeratorDenominatorAndAge) {
  const Moment now = at("2026-03-10T10:00");
  const std::vector<Moment> data = {now - hours{1}, now - hours{48}, now - hours{49}};
  const Figure f = freshness(data, now, hours{48});
  EXPECT_EQ(f.numerator, 2U);
  EXPECT_EQ(f.denominator, 3U);
  EXPECT_EQ(f.oldest, hours{49});
}

TEST(Rating, R68_ASnapshotIsStoredAsItWasFrozen) {
  Snapshot s = snapshot_of("a", kQuarter, quarter(), {}, shipped_criteria(), HubZone::open, at("2026-04-05"));
  const auto back = decode_snapshot(encode_snapshot(s, 64U << 10));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->body, s.body);
  EXPECT_EQ(back->frozen_at, s.frozen_at);
  EXPECT_EQ(rate(*back, shipped_criteria()).score, rate(s, shipped_criteria()).score);
  for (std::size_t i = 0; i < kIndicators; ++i) {
    EXPECT_THAT(back->shares[i].met_refs, ::testing::UnorderedElementsAreArray(s.shares[i].met_refs)) << i;
    EXPECT_THAT(back->shares[i].unmet_refs, ::testing::UnorderedElementsAreArray(s.shares[i].unmet_refs)) << i;
  }
}

TEST(Rating, R31_ASnapshotTooLongKeepsItsSharesAndWhatWasMissed) {
  Snapshot s;
  s.body = "a";
  s.period = kQuarter;
  Share& done = s.shares[static_cast<std::size_t>(Indicator::done)];
  for (int i = 0; i < 400; ++i) done.met_refs.push_back("406-KH/TU:II." + std::to_string(i));
  done.unmet_refs = {"406-KH/TU:III.1"};
  done.met = 400, done.of = 401;
  const Bytes bytes = encode_snapshot(s, 2048);
  EXPECT_LE(bytes.size(), 2048U);
  const auto back = decode_snapshot(bytes);
  ASSERT_TRUE(back);
  const Share& share = back->shares[static_cast<std::size_t>(Indicator::done)];
  EXPECT_EQ(share.met, 400U);
  EXPECT_EQ(share.of, 401U);
  EXPECT_EQ(share.unmet_refs, done.unmet_refs);
}

TEST(Rating, ASnapshotThatContradictsItselfIsRefused) {
  Snapshot s = snapshot_of("a", kQuarter, quarter(), {}, shipped_criteria(), HubZone::open, at("2026-04-05"));
  const Bytes whole = encode_snapshot(s, 64U << 10);
  const std::string text(as_text(whole));
  for (const std::string& bad : {std::string(), text.substr(0, text.size() - 1), "tram-rating\t2\n" + text,
                                 text + "of\tx\t2-1\t0-0\t0-0\t0-0\t0-0\t0-0\n", text + "mood\tgood\n"})
    EXPECT_FALSE(decode_snapshot(as_bytes(bad))) << bad;
}

}  // namespace
}  // namespace tram::tasks
