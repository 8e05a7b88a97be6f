// Scenarios S-B (sync design 14): clocks that are wrong, or lie. None is refused for its clock (sync design 9).
#include <gtest/gtest.h>

#include "scenario.h"
#include "sync/claim.h"

namespace tram::sync::test {
namespace {

Claim claim(Party& p, const Hash& changeset) {
  return p.with([&](Store& s) { return claim_of(s, s.version(version_id(changeset, 0)).value(), p.code == "hub"); });
}

constexpr std::int64_t kTenYears = 315'360'000'000;
constexpr std::uint64_t kWeek = 7 * 86'400'000ull;

TEST_F(Scenario, S_B1_AClockTenYearsAhead) {
  const auto homes = shared_cases(50);
  w.a().clock_offset_ms = kTenYears;
  std::vector<Hash> ahead, honest;
  for (const RecordId& each : homes) {
    ahead.push_back(w.a().write(each, {set(each, kTitle, Value::text("ten years ahead"))}));
    honest.push_back(w.b().write(each, {set(each, kTitle, Value::text("honest"))}));
  }
  w.settle();
  for (std::size_t i = 0; i < homes.size(); ++i) {
    const auto v = w.hub().version(ahead[i]);
    ASSERT_TRUE(v);
    EXPECT_EQ(v->verdict, Verdict::admitted);
    EXPECT_GT(v->written_ms, v->hub_time_ms + kTenYears / 2) << "the claim is kept";
    EXPECT_EQ(v->effective_ms, (v->hub_time_ms << 16) | 0xFFFF) << "and clamped to the receipt";
    EXPECT_EQ(w.hub().version(honest[i])->verdict, Verdict::admitted);
    // Both stand: one in force, the other a visible head.
    EXPECT_EQ(w.a().field(homes[i], kTitle)->heads.size(), 2u);
    EXPECT_TRUE(w.a().field(homes[i], kTitle)->conflict);
  }
  // Who writes after the receipt wins, whether it knew of it or not.
  const Hash first = w.a().write(home, {set(home, kTitle, Value::text("ahead"))});
  w.exchange(w.a());
  const Hash later = w.b().write(home, {set(home, kTitle, Value::text("later, not knowing"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("later, not knowing"), true);
  expect_outcome(first, Outcome::overridden);
  expect_outcome(later, Outcome::merged);
  w.b().write(homes[0], {set(homes[0], kTitle, Value::text("later, knowing"))});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(p->field(homes[0], kTitle)->value, Value::text("later, knowing")) << p->code;
    EXPECT_FALSE(p->field(homes[0], kTitle)->conflict) << p->code;
  }
  // A week later the clock is right again: the log goes on, its claimed times still rising.
  w.now_ms += kWeek;
  w.a().clock_offset_ms = 0;
  const std::uint64_t before = w.a().log().last_written_at;
  w.a().write(home, {note(home, "the clock is right")});
  EXPECT_EQ(w.a().log().last_written_at, before + 1);
  w.settle();
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 1u);
}

TEST_F(Scenario, S_B2_ADeadBatterySaysThatTheClockIsUnsetAndDoesNotLoseByRule) {
  // b's word is older than what a knows when it writes.
  const Hash older = w.b().write(home, {set(home, kTitle, Value::text("older"))});
  w.hub().write(home, {note(home, "news that a hears")});
  w.exchange(w.a());
  w.a().clock_offset_ms = -static_cast<std::int64_t>(w.now_ms);
  const Hash saved = w.a().write(home, {set(home, kTitle, Value::text("1970"))});
  w.settle();
  const auto row = w.hub().with([&](Store& s) { return *s.changeset(saved); });
  EXPECT_TRUE(decode_header(row.bytes.header)->flags & kClockUnset);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_TRUE(claim(*p, saved).clock_unset) << "shown at " << p->code;
  EXPECT_FALSE(claim(w.hub(), older).clock_unset);
  EXPECT_EQ(w.hub().version(saved)->effective_ms, w.hub().receipt(saved)->lo_ms << 16);
  expect_everywhere(kTitle, Value::text("1970"), true);
  expect_outcome(older, Outcome::overridden);
  // It loses to what was written after its anchor, like any other.
  w.a().write(home, {set(home, kTitle, Value::text("1970 again"))});
  const Hash newer = w.b().write(home, {set(home, kTitle, Value::text("newer"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("newer"), true);
  expect_outcome(newer, Outcome::merged);
}

// What an author's device claims is shown with what cannot be so (sync design 9.2, 9.5).
TEST_F(Scenario, AClaimOutsideItsBoundsAndAnAnchorThatIsNotProvedAreFlagged) {
  Forger& f = w.forger_a();
  const Receipt seen = *w.hub().receipt(w.hub().write(home, {note(home, "seen by the author")}));
  w.settle();
  Forger::Options options;
  const auto pushed = [&](std::uint64_t written_ms, const Anchor& anchor) {
    options.written_at = written_ms << 16;
    options.anchor = anchor;
    const Hash hash = f.push(home, {note(home, "x")}, options);
    w.exchange(w.a());
    return hash;
  };
  Anchor good{seen.hub_epoch, seen.hub_seq, {}};
  const Hash hash = receipt_hash(encode_receipt(seen));
  std::copy_n(hash.begin(), 8, good.hash.begin());
  Anchor forged = good;
  forged.hash[0] ^= 1;
  struct Case {
    std::uint64_t written_ms;
    Anchor anchor;
    bool outside, replaced;
  };
  const Case cases[] = {
      {w.now_ms, good, false, false},
      {w.now_ms + 3'600'000, good, true, false},
      {seen.hub_time_ms - 1, good, true, false},
      {w.now_ms, forged, false, true},
      {w.now_ms, Anchor{good.epoch, good.seq - 1, {}}, false, true},
  };
  for (const Case& c : cases) {
    const Hash changeset = pushed(c.written_ms, c.anchor);
    for (Party* p : {&w.hub(), &w.a()}) {
      const Claim said = claim(*p, changeset);
      EXPECT_EQ(said.outside, c.outside) << p->code << ' ' << &c - cases;
      EXPECT_EQ(said.anchor_replaced, c.replaced) << p->code << ' ' << &c - cases;
      EXPECT_FALSE(said.clock_unset);
    }
  }
}

TEST_F(Scenario, S_B6_TheHubsTimeNeverFallsAndAJumpForwardWaitsForItsOperator) {
  constexpr std::int64_t kHour = 3'600'000;
  const auto hub_time = [&] { return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubTime); }); };
  const auto receipts = [&] { return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); }); };
  const std::uint64_t before = hub_time();
  w.hub().clock_offset_ms = -kHour;
  const Actions frozen = w.hub().save(home, {note(home, "an hour back")});
  EXPECT_TRUE(frozen.notices(OutcomeCode::clock_suspect)) << "it is said";
  EXPECT_EQ(hub_time(), before);
  w.hub().clock_offset_ms = 24 * kHour;
  const std::uint64_t last = receipts();
  const Hash kept = w.a().write(home, {note(home, "written meanwhile")});
  w.exchange(w.a());
  EXPECT_TRUE(w.last.notices(OutcomeCode::held_clock)) << "the site hears why";
  EXPECT_EQ(receipts(), last);
  EXPECT_EQ(hub_time(), before) << "no receipt has a wrong time";
  EXPECT_EQ(w.hub().save(home, {note(home, "a day ahead")}).find<Refuse>()->code, errc::clock_jump);
  EXPECT_EQ(w.a().with([&](Store& s) { return s.changeset(kept)->hub_seq; }), 0u) << "kept, and sent again";
  // What was there before is still served.
  EXPECT_EQ(w.b().field(home, kNotes).has_value(), false);
  w.exchange(w.b());
  EXPECT_TRUE(w.b().field(home, kNotes).has_value()) << "downloads go on";
  // The clock set right by itself ends it, and so does the operator's word.
  w.hub().clock_offset_ms = 0;
  w.settle();
  EXPECT_EQ(receipts(), last + 1);
  w.hub().clock_offset_ms = 24 * kHour;
  w.a().write(home, {note(home, "again")});
  w.exchange(w.a());
  EXPECT_EQ(receipts(), last + 1);
  w.hub().step(ConfirmClock{});
  w.settle();
  EXPECT_EQ(receipts(), last + 2);
  w.expect_converged();
}

TEST_F(Scenario, ASiteKnowsHowFarItsClockIsFromTheHubs) {
  w.a().clock_offset_ms = 10'800'000;
  w.hub().write(home, {note(home, "time goes on")});
  w.exchange(w.a());
  const auto ahead = w.a().with([](Store& s) { return static_cast<std::int64_t>(meta_u64(s, meta::kClockAhead)); });
  EXPECT_NEAR(static_cast<double>(ahead), 10'800'000.0, 60'000.0);
}

TEST_F(Scenario, S_B4_TheHighestTimeOnEveryWriteWinsNoGuardedField) {
  constexpr std::uint64_t kHighest = ((1ull << 48) - 1) << 16;
  w.hub().write(home, {set(home, kPriority, Value::integer(1)), set(home, kDeadline, Value::integer(10))});
  w.settle();
  Forger::Options claims;
  claims.auth_base = w.hub().auth_head(home);
  const auto next = [&](std::uint64_t n) {
    claims.written_at = kHighest + n;
    return claims;
  };
  // Guarded: no authority is a proposal, less authority loses to more.
  const Hash moved = w.forger_a().push(home, {set(home, kDeadline, Value::integer(99))}, next(1));
  claims.role = Role::follow_up;
  const Hash followed = w.forger_b().push(home, {set(home, kPriority, Value::integer(9))}, next(1));
  EXPECT_EQ(name(w.hub().verdict(moved).reason), "no_authority");
  EXPECT_EQ(name(w.hub().verdict(followed).verdict), "admitted");
  w.settle();
  expect_everywhere(kDeadline, Value::integer(10), false);
  expect_everywhere(kPriority, Value::integer(1), true);
  expect_outcome(followed, Outcome::overridden);
  // Not guarded: it wins where both wrote without knowing of each other, and nowhere else.
  claims.role = Role::operator_;
  const Hash honest = w.b().write(home, {set(home, kTitle, Value::text("honest"))});
  w.forger_a().push(home, {set(home, kTitle, Value::text("claimed"))}, next(2));
  w.settle();
  expect_everywhere(kTitle, Value::text("claimed"), true);
  expect_outcome(honest, Outcome::overridden);
  w.b().write(home, {set(home, kTitle, Value::text("knowing both"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("knowing both"), false);
}

}  // namespace
}  // namespace tram::sync::test
