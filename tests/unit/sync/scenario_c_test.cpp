// Scenarios S-C (sync design 14): concurrent work of several sites, merged through the hub.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "scenario.h"
#include "sync/approval.h"

namespace tram::sync::test {
namespace {

TEST_F(Scenario, S_C1_ThreeFieldsEditedByThreeAllStand) {
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

TEST_F(Scenario, S_C2_OneFieldEditedByThreeHasOneWinnerAndOneResolutionClearsIt) {
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

TEST_F(Scenario, S_C3_TheSameValueTwiceIsNoConflict) {
  const Hash first = w.a().write(home, {set(home, kTitle, Value::text("same"))});
  const Hash second = w.b().write(home, {set(home, kTitle, Value::text("same"))});
  w.settle();
  expect_everywhere(kTitle, Value::text("same"), false);
  EXPECT_EQ(w.a().field(home, kTitle)->heads.size(), 2u);
  expect_outcome(first, Outcome::applied);
  expect_outcome(second, Outcome::merged);
}

TEST_F(Scenario, S_C5_AProposalForTheDeadlineStaysOpenBesideTheNewOne) {
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

TEST_F(Scenario, S_C9_ATagRemovedAndAddedAgainElsewhereIsPresent) {
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

TEST_F(Scenario, S_C11_AnEditThatMeetsAnArchivedRecordApplies) {
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

// --- the same receipts in any order ----------------------------------------------------------------------------------

// Six receipts, each in a segment of its own, delivered to one site in every order, some twice. The chain lets none in
// before its turn; what came too early is simply delivered again, as a carrier would.
class ShuffledReceipts : public Scenario {
 protected:
  static constexpr std::size_t kReceipts = 6;

  ShuffledReceipts() {
    const auto cursor = [&] {
      return w.a().with([&](Store& s) { return *s.stream(organisation_stream(kZone, w.a().organisation)); });
    };
    StreamRow at = cursor();
    const Operation writes[] = {set(home, kTitle, Value::text("one")),
                                add(home, kTags, Value::text("t")),
                                note(home, "n"),
                                set(home, kDeadline, Value::integer(7)),
                                happens(home, kCancelled),
                                set(home, kTitle, Value::text("two"))};
    for (const Operation& op : writes) {
      w.hub().write(home, {op});
      Have have;
      have.directory_version = w.directory_version();
      have.streams = {{at.id, at.hub_epoch, at.seq, at.chain, {}}};
      const auto frames = stream_frames(w.reply(w.a().device, have), w.a().organisation);
      segments_.push_back(frames.at(0));
      const auto head = decode_stream_head(decode_stream(frames.at(0))->head).value();
      at.seq = head.seq;
      at.chain = head.chain;
    }
    expected_ = w.hub().with([&](Store& s) { return w.hub().engine->digest(s, w.a().organisation); });
  }

  // Delivers in this order, again and again until nothing is missing; gives the digest, and undoes it all.
  Hash deliver(const std::vector<std::size_t>& order) {
    struct Undo {};
    Hash digest{};
    w.a().with([&](Store& s) {
      try {
        s.savepoint([&] {
          for (std::size_t taken = 0, rounds = 0; taken < kReceipts && rounds < kReceipts; ++rounds) {
            for (const std::size_t i : order) {
              Actions done;
              w.a().engine->step(Incoming{w.hub().device, {segments_[i]}, false}, Env{w.now_ms, entropy_}, s, done.all);
              taken += done.find<Taken>()->pulled;
            }
          }
          digest = w.a().engine->digest(s, w.a().organisation);
          throw Undo{};
        });
      } catch (const Undo&) {
      }
    });
    return digest;
  }

  std::vector<Frame> segments_;
  Hash expected_{};
  SeededEntropy entropy_{1};
};

TEST_F(ShuffledReceipts, S_C15_GiveOneDigestInEveryOrder) {
  ASSERT_EQ(segments_.size(), kReceipts);
  std::vector<std::size_t> order(kReceipts);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::size_t cases = 0;
  do {
    ++cases;
    ASSERT_EQ(to_hex(deliver(order)), to_hex(expected_));
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(cases, 720u);
}

TEST_F(ShuffledReceipts, S_C15_GiveOneDigestWithDuplicates) {
  std::mt19937 random(20260302);
  for (int shuffle = 0; shuffle < 100; ++shuffle) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < kReceipts; ++i) order.insert(order.end(), 1 + random() % 3, i);
    std::shuffle(order.begin(), order.end(), random);
    ASSERT_EQ(to_hex(deliver(order)), to_hex(expected_)) << shuffle;
  }
}

// An approval is an event on the record: which versions it saw follows from its anchor, at every replica.
TEST_F(Scenario, S_C16_AnApprovalNamesTheVersionsItSawAndWhetherTheyAreStillTheText) {
  const Hash text = w.a().write(home, {set(home, kTitle, Value::text("the text that is approved"))});
  w.settle();
  const Hash approval = w.a().write(home, {happens(home, kStarted)});
  const auto approved = [&](Party& p) {
    return p.with([&](Store& s) { return approved_text(s, p.engine->schema(), home, version_id(approval, 0)); });
  };
  const auto names = [&](Party& p, const Hash& changeset) {
    const auto found = approved(p);
    return found && std::find(found->saw.begin(), found->saw.end(), version_id(changeset, 0)) != found->saw.end();
  };
  EXPECT_TRUE(approved(w.a())->current) << "before its receipt, too";
  const Hash replaced = w.b().write(home, {set(home, kTitle, Value::text("replaced concurrently"))});
  w.exchange(w.b());  // receipted before the approval, which did not know it
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    ASSERT_TRUE(approved(*p)) << p->code;
    EXPECT_TRUE(names(*p, text)) << p->code;
    EXPECT_FALSE(names(*p, replaced)) << p->code;
    EXPECT_FALSE(approved(*p)->current) << p->code << ": not the current text";
    EXPECT_EQ(p->field(home, kState)->event, kStarted) << p->code << ": the approval stands";
  }
  // Approved again with everything seen.
  const Hash again = w.a().write(home, {happens(home, kStarted)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    const auto found =
        p->with([&](Store& s) { return approved_text(s, p->engine->schema(), home, version_id(again, 0)); });
    ASSERT_TRUE(found) << p->code;
    EXPECT_TRUE(found->current) << p->code;
  }
  EXPECT_FALSE(w.a().with([&](Store& s) {
    return approved_text(s, w.a().engine->schema(), home, version_id(text, 0));
  })) << "no event";
}

}  // namespace
}  // namespace tram::sync::test
