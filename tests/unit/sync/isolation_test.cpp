// Poison isolation (sync design 6, S-D4): what cannot be applied, or came damaged, stops alone and is listed.
#include "sync/isolation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "meddling.h"

namespace tram::sync::test {
namespace {

class Isolation : public ::testing::Test {
 protected:
  Isolation() : home(w.new_case(w.a().organisation)), elsewhere(w.new_case(w.a().organisation)) { w.settle(); }
  static std::function<void(const VersionRow&)> fails_on(const Value& value) {
    return [value](const VersionRow& row) {
      if (row.value == value) throw std::runtime_error("an applier that fails");
    };
  }

  World w;
  const RecordId home, elsewhere;
};

// S-D4 at the hub
TEST_F(Isolation, AtTheHubAChangesetThatCannotBeAppliedWaitsAloneUntilTheNextStart) {
  w.hub().before_version = fails_on(Value::text("poison"));
  const Hash bad = w.a().write(home, {set(home, kTitle, Value::text("poison"))});
  const Hash good = w.a().write(elsewhere, {set(elsewhere, kTitle, Value::text("fine"))});
  const Hash same_home = w.a().write(home, {note(home, "goes on")});
  const Actions taken = w.hub().step(Incoming{w.a().device, w.request(w.a()), false});
  EXPECT_TRUE(taken.notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(taken.find<Taken>()->receipted, 2u);
  EXPECT_FALSE(w.hub().receipt(bad));
  EXPECT_TRUE(w.hub().with([&](Store& s) { return s.changeset(bad); })) << "it stays stored";
  EXPECT_EQ(w.hub().verdict(good).verdict, Verdict::admitted);
  EXPECT_EQ(w.hub().verdict(same_home).verdict, Verdict::admitted);
  EXPECT_TRUE(poisoned(w.hub(), home));
  EXPECT_FALSE(poisoned(w.hub(), elsewhere));
  EXPECT_EQ(listed(w.hub(), waiting::kNotApplied), std::vector{bad});
  w.settle();
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("made"));

  w.hub().step(Start{});  // still the same program
  EXPECT_TRUE(poisoned(w.hub(), home));
  w.hub().before_version = {};  // a newer one
  w.hub().step(Start{});
  EXPECT_FALSE(poisoned(w.hub(), home));
  EXPECT_TRUE(listed(w.hub(), waiting::kNotApplied).empty());
  EXPECT_EQ(w.hub().verdict(bad).verdict, Verdict::admitted);
  w.settle();
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("poison"));
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
  w.expect_converged();
}

// S-D4 at a site
TEST_F(Isolation, AtASiteAHomeThatCouldNotBeFoldedIsFoldedAnewAtTheNextStart) {
  w.a().before_version = fails_on(Value::text("poison"));
  w.hub().write(home, {set(home, kTitle, Value::text("poison"))});
  w.hub().write(home, {set(home, kDeadline, Value::integer(3))});
  w.hub().write(elsewhere, {set(elsewhere, kTitle, Value::text("fine"))});
  w.exchange(w.a());
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_TRUE(poisoned(w.a(), home));
  EXPECT_EQ(w.a().field(home, kDeadline)->value, Value::integer(3));
  EXPECT_EQ(w.a().field(elsewhere, kTitle)->value, Value::text("fine"));
  w.a().before_version = {};
  w.a().step(Start{});
  EXPECT_FALSE(poisoned(w.a(), home));
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("poison"));
  w.settle();
  w.expect_converged();
}

// A home that was handed on before it was poisoned: folding it anew starts from nothing, so who held it first does not
// retire who holds it now.
TEST_F(Isolation, FoldingAHomeAnewKeepsItsHolders) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.settle();
  const VersionId head = w.a().auth_head(home);
  w.a().before_version = fails_on(Value::text("poison"));
  w.hub().write(home, {set(home, kTitle, Value::text("poison"))});
  w.exchange(w.a());
  ASSERT_TRUE(poisoned(w.a(), home));
  w.a().before_version = {};
  for (int starts = 0; starts < 2; ++starts) w.a().step(Start{});
  EXPECT_FALSE(poisoned(w.a(), home));
  EXPECT_EQ(w.a().field(home, kFollowing)->value, Value::id(w.c().organisation));
  EXPECT_EQ(w.a().auth_head(home), head);
  w.settle();
  w.expect_converged();
}

// The self-stream told the fate of our own work already; what others did before it is still to come.
TEST_F(Isolation, FoldingAHomeAnewLeavesOutWhatItsStreamHasNotBroughtYet) {
  w.a().before_version = fails_on(Value::text("poison"));
  w.hub().write(home, {set(home, kTitle, Value::text("poison"))});
  w.exchange(w.a());
  ASSERT_TRUE(poisoned(w.a(), home));
  w.hub().write(home, {set(home, kDeadline, Value::integer(3))});
  const Hash own = w.a().write(home, {note(home, "after it")});
  w.hub_takes(w.a().device, w.request(w.a()));
  auto frames = w.reply(w.a().device);
  const StreamId of_all = organisation_stream(kZone, w.a().organisation);
  std::erase_if(
      frames, [&](const Frame& f) { return f.type == FrameType::stream && decode_stream(f).value().stream == of_all; });
  w.site_takes(w.a(), frames);
  ASSERT_TRUE(w.a().receipt(own));
  w.a().before_version = {};
  w.a().step(Start{});
  EXPECT_FALSE(poisoned(w.a(), home));
  w.settle();
  EXPECT_EQ(w.a().field(home, kDeadline)->value, Value::integer(3));
  EXPECT_EQ(w.a().outcome(own), Outcome::merged);
  w.expect_converged();
}

// Where it was the newest work of its home, nothing came after it that would say how far the home had come.
TEST_F(Isolation, TheNewestChangesetOfAHomeIsTriedAgainToo) {
  w.a().before_version = fails_on(Value::text("poison"));
  const Hash bad =
      w.hub().write(home, {set(home, kTitle, Value::text("poison")), set(home, kPriority, Value::integer(1))});
  w.exchange(w.a());
  w.a().step(Start{});
  EXPECT_TRUE(poisoned(w.a(), home)) << "still the same program";
  EXPECT_FALSE(w.a().version(bad));
  EXPECT_FALSE(w.a().disputed(home)) << "on top of a hole nothing can be judged";
  w.a().before_version = {};
  w.a().step(Start{});
  EXPECT_FALSE(poisoned(w.a(), home));
  EXPECT_TRUE(listed(w.a(), waiting::kNotApplied).empty());
  w.settle();
  w.expect_converged();
}

// However many there are: nothing is dropped from the list, and a step tries a bounded number of them.
TEST_F(Isolation, AtTheHubEveryChangesetThatCouldNotBeAppliedGetsItsReceipt) {
  const auto fails = [](const VersionRow& row) {
    if (row.kind == OperationKind::log_append) throw std::runtime_error("an applier that fails");
  };
  std::vector<Hash> all;
  for (int i = 0; i < 70; ++i) all.push_back(w.a().write(home, {note(home, "note " + std::to_string(i))}));
  w.hub().before_version = fails;
  w.exchange(w.a());
  EXPECT_EQ(listed(w.hub(), waiting::kNotApplied), all);
  const auto with_receipt = [&] {
    return std::count_if(all.begin(), all.end(), [&](const Hash& h) { return w.hub().receipt(h).has_value(); });
  };
  w.hub().before_version = {};
  w.hub().step(Start{});
  EXPECT_EQ(with_receipt(), 64);
  w.settle();
  EXPECT_EQ(with_receipt(), 70);
  EXPECT_FALSE(poisoned(w.hub(), home));
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
  w.expect_converged();
}

TEST_F(Isolation, AtASiteEveryHomeThatCouldNotBeFoldedIsFoldedAnew) {
  std::vector<RecordId> homes;
  for (int i = 0; i < 66; ++i) homes.push_back(w.new_case(w.a().organisation));
  w.settle();
  w.a().before_version = fails_on(Value::text("poison"));
  for (const RecordId& h : homes) w.hub().write(h, {set(h, kTitle, Value::text("poison"))});
  w.settle();
  for (const RecordId& h : homes) EXPECT_TRUE(poisoned(w.a(), h));
  w.a().before_version = {};
  w.a().step(Start{});
  w.settle();
  for (const RecordId& h : homes) EXPECT_FALSE(poisoned(w.a(), h));
  w.expect_converged();
}

// Each receipt on the home judges them all again, so they are bounded by home; what finds no place is named.
TEST_F(Isolation, WhatWaitsForItsBaseIsBoundedByHomeAndTheRestIsNamed) {
  Forger::Options of_unknown_base;
  of_unknown_base.auth_base = id<VersionId>(0x77);
  bool named = false;
  for (int i = 0; i < 65; ++i) {
    const Hash c = w.forger_a().push(home, {set(home, kPercent, Value::integer(i))}, of_unknown_base);
    ASSERT_EQ(w.hub().verdict(c).reason, Reason::missing_base);
    named = w.last.notices(OutcomeCode::over_limit);
    EXPECT_EQ(named, i == 64);
  }
  EXPECT_EQ(listed(w.hub(), waiting::missing_base(home)).size(), 64u);
}

TEST_F(Isolation, AWaitingListIsAsLongAsItMustBe) {
  w.a().with([](Store& s) {
    std::vector<Hash> all(130);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i][0] = static_cast<std::uint8_t>(i);
      EXPECT_TRUE(add_waiting(s, "some", all[i]));
      EXPECT_TRUE(add_waiting(s, "some", all[0])) << "it is there already";
    }
    EXPECT_EQ(waiting_list(s, "some"), all);
    EXPECT_FALSE(add_waiting(s, "some", Hash{0xFF}, 130));
    EXPECT_EQ(take_waiting(s, "some", 66), std::vector(all.begin(), all.begin() + 66));
    EXPECT_EQ(waiting_list(s, "some"), std::vector(all.begin() + 66, all.end()));
    EXPECT_EQ(take_waiting(s, "some", 1000).size(), 64u);
    EXPECT_TRUE(waiting_list(s, "some").empty());
    put_waiting_list(s, "some", std::vector(all.begin(), all.begin() + 128));
    put_waiting_list(s, "some", {});
    EXPECT_TRUE(add_waiting(s, "some", all[5]));
    EXPECT_EQ(waiting_list(s, "some"), std::vector{all[5]});
  });
}

// What a retry gives its receipt to lies behind the frontier already, which never falls.
TEST_F(Isolation, ALaterReceiptForAnEarlierChangesetLeavesTheFrontierWhereItIs) {
  w.hub().before_version = fails_on(Value::text("poison"));
  w.a().write(home, {set(home, kTitle, Value::text("poison"))});
  w.a().write(home, {note(home, "goes on")});
  w.exchange(w.a());
  const auto frontier = [&] { return w.hub().with([&](Store& s) { return s.log(w.a().log().log)->receipted_seq; }); };
  const std::uint64_t before = frontier();
  w.hub().before_version = {};
  w.hub().step(Start{});
  EXPECT_EQ(frontier(), before);
  w.exchange(w.a());
  EXPECT_FALSE(w.last.notices(OutcomeCode::hub_rollback));
  EXPECT_EQ(w.a().log().receipted_seq, before);
  w.settle();
  w.expect_converged();
}

// R41: the device answers a hand-over that it could take in only later.
TEST_F(Isolation, WhatFollowsFromAnEventHappensWhenItCouldBeAppliedAtLast) {
  w.a().before_version = [](const VersionRow& row) {
    if (row.event == kHandedOver && row.layer == Layer::confirmed) throw std::runtime_error("an applier that fails");
  };
  const RecordId later = w.new_case(w.a().organisation, false);
  w.hub().write(later, {happens(later, kHandedOver)});
  w.settle();
  ASSERT_TRUE(poisoned(w.a(), later));
  ASSERT_EQ(w.hub().field(later, kState)->event, kHandedOver);
  w.a().before_version = {};
  w.a().step(Start{});
  w.settle();
  EXPECT_EQ(w.hub().field(later, kState)->event, kAvailable);
  w.expect_converged();
}

TEST_F(Isolation, ADamagedChangesetInAStreamMarksItsHomeAndIsListed) {
  const Hash bad = w.hub().write(home, {set(home, kTitle, Value::text("damaged on the way"))});
  w.hub().write(elsewhere, {set(elsewhere, kTitle, Value::text("fine"))});
  auto frames = w.reply(w.a().device);
  meddle(frames, bad, [](Changeset& c) { c.body.back() ^= 1; });
  w.site_takes(w.a(), frames);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_TRUE(poisoned(w.a(), home));
  EXPECT_EQ(listed(w.a(), waiting::kDamaged), std::vector{bad});
  EXPECT_EQ(w.a().field(elsewhere, kTitle)->value, Value::text("fine"));
}

TEST_F(Isolation, AChangesetThatIsNotTheOneOfItsReceiptMarksNoForeignHome) {
  const Hash bad = w.hub().write(home, {set(home, kTitle, Value::text("swapped on the way"))});
  auto frames = w.reply(w.a().device);
  const Changeset other = w.forger_a().sign(elsewhere, {note(elsewhere, "x")}, {});
  meddle(frames, bad, [&](Changeset& c) { c = other; });
  w.site_takes(w.a(), frames);
  EXPECT_FALSE(poisoned(w.a(), home));
  EXPECT_FALSE(poisoned(w.a(), elsewhere)) << "an unproved header names no home";
  EXPECT_EQ(listed(w.a(), waiting::kDamaged), std::vector{bad});
}

// The work on a record whose creation never came does not stop the program.
TEST_F(Isolation, EventsOnARecordThatIsNotHereAreKeptWithoutEffect) {
  const RecordId later = w.new_case(w.a().organisation);
  const auto made = w.hub().with([&](Store& s) { return s.record(later, Layer::confirmed)->changeset; });
  auto frames = w.reply(w.a().device);
  meddle(frames, made, [](Changeset& c) { c.body.back() ^= 1; });
  w.site_takes(w.a(), frames);
  w.hub().write(later, {happens(later, kCancelled), set(later, kTitle, Value::text("x"))});
  w.hub().write(elsewhere, {set(elsewhere, kTitle, Value::text("fine"))});
  frames = w.reply(w.a().device);
  meddle(frames, made, [](Changeset& c) { c.body.back() ^= 1; });
  w.site_takes(w.a(), frames);
  EXPECT_TRUE(poisoned(w.a(), later));
  EXPECT_FALSE(w.a().field(later, kTitle));
  EXPECT_EQ(w.a().field(elsewhere, kTitle)->value, Value::text("fine"));
  w.settle();
  EXPECT_FALSE(poisoned(w.a(), later)) << "its bytes came again";
  EXPECT_EQ(w.a().field(later, kTitle)->value, Value::text("x"));
}

}  // namespace
}  // namespace tram::sync::test
