// Metamorphic relations (sync design 13): no oracle says what is right, but the way in which work travels, how it is
// cut, how often programs die and what clocks say must not change the end.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/rehearsal.h"
#include "tests/unit/station/store_folder.h"

namespace tram::simulation {
namespace {

using namespace sync;

class Relations : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  Outcome played(const Variant& variant) {
    const station::test::Folder folder;
    Rehearsal rehearsal(GetParam(), variant, folder.path());
    rehearsal.play();
    return rehearsal.outcome();
  }
  // Digests and chains: every receipt the same, in the same order, at the same time.
  static void expect_same(const Outcome& one, const Outcome& other) {
    EXPECT_EQ(one.hub_digests, other.hub_digests);
    EXPECT_EQ(one.site_digests, other.site_digests);
    EXPECT_EQ(one.chains, other.chains);
    EXPECT_EQ(one.receipts, other.receipts);
  }
};

TEST_P(Relations, M1NetworkSticksAndAnyMixEndTheSame) {
  const Outcome network = played({});
  EXPECT_GT(network.receipts, 10u);
  for (const Way way : {Way::stick, Way::mixed}) expect_same(network, played({.way = way}));
}

TEST_P(Relations, M3SnapshotsOnOrOffEndTheSame) {
  const Outcome by_stream = played({});
  EXPECT_EQ(by_stream.snapshot_chunks, 0u);
  const Outcome by_snapshot = played({.snapshot_behind = 1});
  EXPECT_GT(by_snapshot.snapshot_chunks, 5u);
  expect_same(by_stream, by_snapshot);
  expect_same(by_stream, played({.snapshot_behind = 8}));
  expect_same(by_stream, played({.way = Way::mixed, .crashes = 100, .snapshot_behind = 4}));
}

TEST_P(Relations, M4AnySplitIntoRequestsEndsTheSame) {
  const Outcome whole = played({.hand_over = false});
  expect_same(whole, played({.byte_budget = 1'500, .hand_over = false}));
}

TEST_P(Relations, M5AHubRestrictedToAScopeIsItsSite) {
  const station::test::Folder folder;
  Rehearsal rehearsal(GetParam(), {}, folder.path());
  rehearsal.play();
  const auto row = [](const FieldRow& f) { return std::tie(f.record, f.field, f.value, f.winner, f.event, f.heads); };
  for (std::size_t i = 1; i <= rehearsal.universe().settings.sites; ++i) {
    Process& site = rehearsal.site(i);
    const OrganisationId& scope = site.member().organisation;
    const auto homes = rehearsal.hub().store().homes_in_scope(scope);
    EXPECT_EQ(homes, site.store().homes_in_scope(scope));
    for (const RecordId& home : homes) {
      const auto at_hub = rehearsal.hub().store().fields_of_home(home);
      const auto here = site.store().fields_of_home(home);
      ASSERT_EQ(at_hub.size(), here.size());
      for (std::size_t f = 0; f < here.size(); ++f) EXPECT_TRUE(row(at_hub[f]) == row(here[f]));
    }
  }
}

TEST_P(Relations, M7AnyNumberOfCrashesEndsTheSame) {
  const Outcome calm = played({});
  const Outcome rough = played({.crashes = 300});
  EXPECT_GT(rough.crashes, 0u);
  expect_same(calm, rough);
}

TEST_P(Relations, M2ClocksChangeNoVerdictAndNoGuardedValue) {
  const Outcome right = played({.answer_proposals = false});
  const Outcome wrong = played({.clocks_off = true, .answer_proposals = false, .say = &right.said});
  EXPECT_EQ(right.verdicts, wrong.verdicts);
  EXPECT_EQ(right.guarded, wrong.guarded);
  EXPECT_NE(right.chains, wrong.chains) << "the clocks made no difference at all";
}

// A device that only looks on gets answers that the hub made at any time from any cursor on, in any order, some twice.
TEST_P(Relations, M8AnyOrderAndDuplicationOfAnswersEndsTheSame) {
  const station::test::Folder folder;
  Rehearsal rehearsal(GetParam(), {}, folder.path());
  Process onlooker(rehearsal.universe(), rehearsal.universe().zone.onlooker(), "onlooker", folder.path() / "onlooker");
  onlooker.branched = true;  // gaps are told, and expected here
  Random random(GetParam(), "answers");
  std::vector<Incoming> answers;
  const auto ask = [&](Have have, std::size_t budget) {
    std::vector<Action> actions;
    ASSERT_TRUE(rehearsal.hub().step(MakeReply{onlooker.member().device, std::move(have), budget}, actions));
    answers.push_back({rehearsal.hub().member().device, find_action<Reply>(actions)->frames, false});
  };
  const auto have_from = [&](bool anywhere) {
    Have have;
    have.directory_version = rehearsal.universe().zone.directory.size();
    Store& hub = rehearsal.hub().store();
    for (const StreamRow& row : hub.streams()) {
      const std::uint64_t at = anywhere ? random.below(row.seq + 1) : 0;
      if (const auto entry = hub.entry(row.id, at))
        have.streams.push_back({row.id, row.hub_epoch, at, entry->chain, {}});
    }
    return have;
  };
  rehearsal.at_meeting = [&] { ask(have_from(random.chance(700)), random.chance(500) ? 2'000 : 1u << 20); };
  rehearsal.play();
  ASSERT_GT(answers.size(), 10u);
  for (std::size_t i = 0, n = answers.size(); i < n; ++i)
    if (random.chance(400)) answers.push_back(answers[i]);
  for (std::size_t i = answers.size(); i > 1; --i) std::swap(answers[i - 1], answers[random.below(i)]);
  const auto take = [&](const Incoming& answer) {
    std::vector<Action> actions;
    ASSERT_TRUE(onlooker.step(answer, actions));
  };
  for (const Incoming& answer : answers) take(answer);
  ask(have_from(false), 64u << 20);
  take(answers.back());
  const OrganisationId& scope = onlooker.member().organisation;
  EXPECT_EQ(onlooker.digest(scope), rehearsal.hub().digest(scope));
  EXPECT_EQ(onlooker.digest(scope), rehearsal.site(1).digest(scope));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Relations, ::testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace tram::simulation
