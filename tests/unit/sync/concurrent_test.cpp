// Concurrent work of several sites, merged through the hub (sync design 3 and the S-C scenarios of section 14), and
// the answers to proposals.
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Concurrent : public ::testing::Test {
 protected:
  // A case that a implements, b follows and c helps with: three bodies besides the hub's office.
  Concurrent() : home(w.new_case(w.a().organisation)) {
    w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
    w.settle();
  }
  ~Concurrent() override {
    w.settle();
    w.expect_converged();
  }
  void expect_everywhere(std::uint16_t field, const Value& value, bool conflict) {
    for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
      const auto row = p->field(home, field);
      ASSERT_TRUE(row) << p->code;
      EXPECT_EQ(row->value, value) << p->code;
      EXPECT_EQ(row->conflict, conflict) << p->code;
    }
  }
  void expect_outcome(const Hash& c, Outcome outcome, std::uint16_t operation = 0) {
    for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_EQ(name(p->outcome(c, operation)), name(outcome)) << p->code;
  }

  World w;
  const RecordId home;
};

// S-C1
TEST_F(Concurrent, ThreeFieldsEditedByThreeAllStand) {
  const Hash first = w.a().write(home, {set(home, kTitle, Value::text("by a"))});
  const Hash second = w.b().write(home, {add(home, kTags, Value::text("by b"))});
  const Hash third = w.hub().write(home, {set(home, kDeadline, Value::integer(3))});
  w.settle();
  expect_everywhere(kTitle, Value::text("by a"), false);
  expect_everywhere(kDeadline, Value::integer(3), false);
  EXPECT_EQ(w.a().field(home, kTags)->heads.size(), 1u);
  expect_outcome(third, Outcome::applied);  // receipted first
  expect_outcome(first, Outcome::merged);
  expect_outcome(second, Outcome::merged);
}

// S-C2
TEST_F(Concurrent, OneFieldEditedByThreeHasOneWinnerAndOneResolutionClearsIt) {
  const Hash first = w.a().write(home, {set(home, kTitle, Value::text("by a"))});
  const Hash second = w.b().write(home, {set(home, kTitle, Value::text("by b"))});
  const Hash third = w.hub().write(home, {set(home, kTitle, Value::text("by hub"))});
  w.settle();
  const Value won = w.hub().field(home, kTitle)->value;
  expect_everywhere(kTitle, won, true);
  std::size_t overridden = 0;
  for (const Hash& c : {first, second, third}) overridden += w.a().outcome(c) == Outcome::overridden;
  EXPECT_EQ(overridden, 2u);
  for (const Hash& c : {first, second, third}) expect_outcome(c, w.a().outcome(c));
  EXPECT_EQ(w.b().with([](Store& s) { return s.conflicts().size(); }), 1u);
  w.b().write(home, {set(home, kTitle, Value::text("resolved"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("resolved"), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_TRUE(p->with([](Store& s) { return s.conflicts().empty(); })) << p->code;
    EXPECT_EQ(p->field(home, kTitle)->heads.size(), 1u) << p->code;
  }
}

// S-C3
TEST_F(Concurrent, TheSameValueTwiceIsNoConflict) {
  const Hash first = w.a().write(home, {set(home, kTitle, Value::text("same"))});
  const Hash second = w.b().write(home, {set(home, kTitle, Value::text("same"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("same"), false);
  EXPECT_EQ(w.a().field(home, kTitle)->heads.size(), 2u);
  expect_outcome(first, Outcome::applied);
  expect_outcome(second, Outcome::merged);
}

// S-C5
TEST_F(Concurrent, AProposalForTheDeadlineStaysOpenBesideTheNewOne) {
  const Hash old = w.hub().write(home, {set(home, kDeadline, Value::integer(10))});
  w.settle();
  const Hash proposed = w.a().write(home, {set(home, kDeadline, Value::integer(30))});
  const Hash moved = w.hub().write(home, {set(home, kDeadline, Value::integer(20))});
  w.settle();
  expect_everywhere(kDeadline, Value::integer(20), false);
  expect_outcome(moved, Outcome::applied);
  expect_outcome(proposed, Outcome::proposal);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    const auto v = p->version(proposed);
    EXPECT_FALSE(v->superseded) << "open";
    EXPECT_EQ(v->seen, std::vector{version_id(old, 0)}) << "names the old base";
  }
}

// S-C9
TEST_F(Concurrent, ATagRemovedAndAddedAgainElsewhereIsPresent) {
  w.hub().write(home, {add(home, kTags, Value::text("t"))});
  w.settle();
  w.a().write(home, {remove(home, kTags, Value::text("t"))});
  const Hash again = w.b().write(home, {add(home, kTags, Value::text("t"))});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()})
    EXPECT_EQ(p->field(home, kTags)->heads, std::vector{version_id(again, 0)}) << p->code;
  w.a().write(home, {remove(home, kTags, Value::text("t"))});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_TRUE(p->field(home, kTags)->heads.empty()) << p->code;
}

// S-C11
TEST_F(Concurrent, AnEditThatMeetsAnArchivedRecordApplies) {
  const Hash edit = w.a().write(home, {set(home, kTitle, Value::text("late edit"))});
  const Hash archived = w.hub().write(home, {happens(home, kArchived)});
  w.settle();
  expect_everywhere(kTitle, Value::text("late edit"), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_EQ(p->field(home, kState)->event, kArchived) << p->code;
  expect_outcome(edit, Outcome::merged);
  // What a screen needs for "changed after archive": the edit was receipted after the archiving, not having seen it.
  EXPECT_GT(w.b().version(edit)->hub_seq, w.b().version(archived)->hub_seq);
  EXPECT_TRUE(w.b().version(edit)->concurrent);
}

TEST_F(Concurrent, TheAssigningSideOutranksTheFollowUpBodyWhateverTheClocksSay) {
  w.b().role = Role::follow_up;
  w.b().clock_offset_ms = 86'400'000;
  const Hash followed = w.b().write(home, {set(home, kPriority, Value::integer(2))});
  const Hash assigned = w.hub().write(home, {set(home, kPriority, Value::integer(1))});
  w.settle();
  expect_everywhere(kPriority, Value::integer(1), true);
  expect_outcome(followed, Outcome::overridden);
  expect_outcome(assigned, Outcome::applied);
}

// S-B1: a clock that is ahead wins no later than the receipt.
TEST_F(Concurrent, AClockAheadIsClampedToTheReceipt) {
  w.a().clock_offset_ms = 315'360'000'000;
  const Hash early = w.a().write(home, {set(home, kTitle, Value::text("ten years ahead"))});
  w.settle();
  const auto v = w.hub().version(early);
  EXPECT_EQ(v->effective_ms, (v->hub_time_ms << 16) | 0xFFFF);
  w.b().write(home, {set(home, kTitle, Value::text("later"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("later"), false);
}

// S-B2
TEST_F(Concurrent, AClockThatWasNeverSetStillWorks) {
  w.a().clock_offset_ms = -static_cast<std::int64_t>(w.now_ms);
  const Hash saved = w.a().write(home, {set(home, kTitle, Value::text("1970"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("1970"), false);
  const auto row = w.hub().with([&](Store& s) { return *s.changeset(saved); });
  EXPECT_TRUE(decode_header(row.bytes.header)->flags & kClockUnset);
  EXPECT_EQ(w.hub().version(saved)->effective_ms, w.hub().receipt(saved)->lo_ms << 16);
}

TEST_F(Concurrent, CompletedAndCancelledConcurrentlyIsCancelledAndBothAreKept) {
  w.a().write(home, {happens(home, kStarted)});
  w.settle();
  const Hash started = w.a().write(home, {happens(home, kStarted)});
  const Hash cancelled = w.hub().write(home, {happens(home, kCancelled)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(p->field(home, kState)->event, kCancelled) << p->code;
    EXPECT_EQ(p->field(home, kState)->heads.size(), 2u) << p->code;
  }
  expect_outcome(started, Outcome::overridden);
  expect_outcome(cancelled, Outcome::applied);
}

// What the hub writes, it writes having seen every receipt: nothing before it is concurrent.
TEST_F(Concurrent, TheHubHasSeenWhatItReceipted) {
  w.a().write(home, {set(home, kTitle, Value::text("by a"))});
  w.settle();
  const Hash after = w.hub().write(home, {set(home, kTitle, Value::text("by hub"))});
  w.settle();
  expect_outcome(after, Outcome::applied);
}

// --- two authority changes of one site before a receipt ------------------------------------------------------------

TEST_F(Concurrent, ABodyMayChangeAuthorityTwiceBeforeItHearsOfTheFirst) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  w.settle();
  const Hash first = w.a().write(home, {give(home, kFollowing, w.c().organisation)});
  const Hash second = w.a().write(home, {give(home, kImplementing, w.b().organisation)});
  EXPECT_EQ(w.a().field(home, kImplementing, Layer::provisional)->value, Value::id(w.b().organisation));
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(first).reason), "none");
  EXPECT_EQ(name(w.hub().verdict(second).reason), "none");
  EXPECT_EQ(w.hub().field(home, kImplementing)->value, Value::id(w.b().organisation));
}

TEST(OwnHome, IsEditedByItsMakerBeforeTheFirstReceipt) {
  World w;
  Organisation below;
  below.id = organisation_id(kZone, "a.below");
  below.code = "a.below";
  below.parent = w.a().organisation;
  w.add_directory(below);
  w.settle();
  const auto n = filled<16>(0x55);
  const RecordId record = record_id(w.a().device, n);
  w.a().write(record, {create(record, n, kCase), give(record, kAssigning, w.a().organisation),
                       give(record, kImplementing, below.id)});
  const Hash edit = w.a().write(record, {set(record, kDeadline, Value::integer(7))});
  EXPECT_EQ(name(w.a().version(edit)->verdict), "admitted") << "judged with what is known here";
  ASSERT_TRUE(w.a().field(record, kDeadline, Layer::provisional));
  EXPECT_EQ(w.a().field(record, kDeadline, Layer::provisional)->value, Value::integer(7));
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(edit).verdict), "admitted");
  w.expect_converged();
}

// --- proposals -------------------------------------------------------------------------------------------------------

class Proposals : public Concurrent {
 protected:
  Proposals() {
    w.hub().write(home, {set(home, kDeadline, Value::integer(10))});
    w.settle();
    proposed_ = w.a().write(home, {set(home, kDeadline, Value::integer(30))});
    w.settle();
    proposal_ = version_id(proposed_, 0);
  }
  bool open(Party& p) {
    for (const VersionRow& v : p.with([](Store& s) { return s.versions_with_verdict(Verdict::proposal); }))
      if (v.id == proposal_) return !v.superseded;
    return false;
  }
  Hash proposed_{};
  VersionId proposal_;
};

TEST_F(Proposals, AreListedUntilAnswered) {
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_TRUE(open(*p)) << p->code;
}

TEST_F(Proposals, AcceptedStandWithTheNewValueInOneChangeset) {
  w.hub().write(home, {answer(proposal_, ProposalAnswer::accept), set(home, kDeadline, Value::integer(30))});
  w.settle();
  expect_everywhere(kDeadline, Value::integer(30), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
  expect_outcome(proposed_, Outcome::proposal);  // its verdict never changes; the answer closes it
}

TEST_F(Proposals, DeclinedChangeNothing) {
  w.hub().write(home, {answer(proposal_, ProposalAnswer::decline)});
  w.settle();
  expect_everywhere(kDeadline, Value::integer(10), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
}

TEST_F(Proposals, AreWithdrawnByTheirAuthorsOrganisationAlone) {
  const Hash others = w.b().write(home, {answer(proposal_, ProposalAnswer::withdraw)});
  w.settle();
  EXPECT_EQ(w.hub().verdict(others).reason, Reason::no_authority);
  EXPECT_TRUE(open(w.hub()));
  w.a().write(home, {answer(proposal_, ProposalAnswer::withdraw)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
  expect_everywhere(kDeadline, Value::integer(10), false);
}

TEST_F(Proposals, AreNotAcceptedByThoseWhoCouldNotWriteTheField) {
  const Hash own = w.a().write(home, {answer(proposal_, ProposalAnswer::accept)});
  w.settle();
  EXPECT_EQ(w.hub().verdict(own).reason, Reason::no_authority);
  EXPECT_TRUE(open(w.hub()));
}

TEST_F(Proposals, AnswersToWhatIsNoProposalHaveNoBase) {
  const Hash unknown = w.hub().write(home, {answer(id<VersionId>(0xEE), ProposalAnswer::decline)});
  EXPECT_EQ(w.hub().verdict(unknown).reason, Reason::missing_base);
}

}  // namespace
}  // namespace tram::sync::test
