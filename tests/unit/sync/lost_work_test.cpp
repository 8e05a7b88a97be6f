// Own changesets that are damaged on the disk before the hub has them (sync design 2 and 6, reliability design 2.2).
#include <gtest/gtest.h>

#include "meddling.h"
#include "scenario.h"
#include "sync/rotation.h"

namespace tram::sync::test {
namespace {

class LostWork : public Scenario {
 protected:
  static std::vector<Hash> lost(Party& p) {
    return p.with([](Store& s) { return waiting_list(s, waiting::kLost); });
  }
  static std::uint64_t waiting(Party& p) {
    return p.with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); });
  }
  std::vector<std::string> notes_at_hub() {
    std::vector<std::string> found;
    for (const VersionRow& v : w.hub().versions(home, kNotes)) found.push_back(*v.value.get<std::string>());
    std::sort(found.begin(), found.end());
    return found;
  }
};

using Notes = std::vector<std::string>;

TEST_F(LostWork, WhatHasABadSignatureAloneIsSignedAgainAndLeaves) {
  const LogId log = w.a().log().log;
  std::vector<Hash> all;
  for (int i = 0; i < 3; ++i) all.push_back(w.a().write(home, {note(home, std::to_string(i))}));
  const Changeset whole = w.a().with([&](Store& s) { return s.changeset(all[1])->bytes; });
  flip(w.a(), all[1], Place::signature);
  w.request(w.a());
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset)) << "the disk is failing: never silent";
  EXPECT_EQ(w.a().with([&](Store& s) { return s.changeset(all[1])->bytes; }), whole);
  w.settle();
  EXPECT_EQ(notes_at_hub(), (Notes{"0", "1", "2"}));
  EXPECT_EQ(w.a().log().log, log);
  EXPECT_TRUE(lost(w.a()).empty());
}

TEST_F(LostWork, VerifyAndTheStartSignAgainToo) {
  const Hash mine = w.a().write(home, {note(home, "mine")});
  const Changeset whole = w.a().with([&](Store& s) { return s.changeset(mine)->bytes; });
  flip(w.a(), mine, Place::signature);
  EXPECT_TRUE(w.a().step(Mend{{mine}}).notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(w.a().with([&](Store& s) { return s.changeset(mine)->bytes; }), whole);
  flip(w.a(), mine, Place::signature);
  EXPECT_TRUE(w.a().step(Start{}).notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(w.a().with([&](Store& s) { return s.changeset(mine)->bytes; }), whole);
}

TEST_F(LostWork, OneBadByteLosesThatChangesetAloneAndTheLogGoesOnInANewOne) {
  for (const Place place : {Place::header, Place::body}) {
    for (std::size_t bad = 0; bad < 3; ++bad) {
      const std::string round = std::to_string(static_cast<int>(place)) + std::to_string(bad);
      const LogId log = w.a().log().log;
      const Notes before = notes_at_hub();
      std::vector<Hash> all;
      for (std::size_t i = 0; i < 3; ++i) all.push_back(w.a().write(home, {note(home, round + std::to_string(i))}));
      flip(w.a(), all[bad], place);
      w.settle();
      Notes expected = before;
      for (std::size_t i = 0; i < 3; ++i)
        if (i != bad) expected.push_back(round + std::to_string(i));
      std::sort(expected.begin(), expected.end());
      EXPECT_EQ(notes_at_hub(), expected) << round;
      EXPECT_NE(w.a().log().log, log) << "a new incarnation";
      EXPECT_EQ(waiting(w.a()), 0u);
      ASSERT_FALSE(lost(w.a()).empty());
      EXPECT_EQ(lost(w.a()).back(), all[bad]);
      w.a().write(home, {note(home, round + "later")});
      w.settle();
      EXPECT_EQ(notes_at_hub().size(), expected.size() + 1);
      w.expect_converged();
    }
  }
}

TEST_F(LostWork, AValueThatReplacedALostOneReplacesWhatThatOneHadReplaced) {
  const Hash bad = w.a().write(home, {set(home, kTitle, Value::text("lost"))});
  w.a().write(home, {set(home, kTitle, Value::text("kept"))});
  w.a().write(home, {set(home, kTitle, Value::text("newest"))});
  flip(w.a(), bad, Place::body);
  w.settle();
  const auto field = w.hub().field(home, kTitle);
  EXPECT_EQ(field->value, Value::text("newest"));
  EXPECT_FALSE(field->conflict);
  EXPECT_EQ(field->heads.size(), 1u);
}

TEST_F(LostWork, ByStickTheBundleHoldsWhatComesBeforeAndTheNextOneTheRest) {
  const auto bundle = [&] {
    return w.hub_takes(w.a().device, w.a().step(Prepare{1u << 20, true}).find<Send>()->frames, true);
  };
  w.a().write(home, {note(home, "before")});
  const Hash bad = w.a().write(home, {note(home, "bad")});
  w.a().write(home, {note(home, "after")});
  flip(w.a(), bad, Place::body);
  EXPECT_EQ(bundle().code, OutcomeCode::ok_new);
  EXPECT_EQ(notes_at_hub(), (Notes{"before"}));
  w.site_takes(w.a(), w.reply(w.a().device), true);
  EXPECT_EQ(lost(w.a()), std::vector{bad});
  EXPECT_EQ(bundle().code, OutcomeCode::ok_new);
  EXPECT_EQ(notes_at_hub(), (Notes{"after", "before"}));
}

TEST_F(LostWork, WhatTheHubHasAlreadyIsFetchedBack) {
  const Hash mine = w.a().write(home, {note(home, "mine")});
  w.hub_takes(w.a().device, w.request(w.a()));  // the answer was lost
  const Changeset whole = w.a().with([&](Store& s) { return s.changeset(mine)->bytes; });
  flip(w.a(), mine, Place::body);
  w.settle();
  EXPECT_TRUE(lost(w.a()).empty());
  EXPECT_EQ(w.a().with([&](Store& s) { return s.changeset(mine)->bytes; }), whole);
  EXPECT_EQ(notes_at_hub(), (Notes{"mine"}));
}

TEST_F(LostWork, ARotationThatIsLostLeavesTheKeyOfBefore) {
  const crypto::SigningKey& next = w.a().hold_key(0x71);
  Operation rotate;
  rotate.kind = OperationKind::key_rotate;
  rotate.statement = make_rotation(w.a().device, w.a().key, next);
  const Hash bad = w.a().write(RecordId{w.a().device.bytes}, {rotate});
  w.a().write(home, {note(home, "by the new key")});
  flip(w.a(), bad, Place::body);
  w.settle();
  EXPECT_EQ(notes_at_hub(), (Notes{"by the new key"}));
  EXPECT_EQ(lost(w.a()), std::vector{bad});
  w.expect_converged();
  // And one that stands after a lost changeset takes part.
  const Hash other = w.a().write(home, {note(home, "lost")});
  w.a().write(RecordId{w.a().device.bytes}, {rotate});
  w.a().write(home, {note(home, "later")});
  flip(w.a(), other, Place::body);
  w.settle();
  EXPECT_EQ(notes_at_hub(), (Notes{"by the new key", "later"}));
  EXPECT_EQ(waiting(w.a()), 0u);
}

TEST_F(LostWork, AnUnsentLogOpenIsNothingToMiss) {
  const Hash bad = w.a().write(home, {note(home, "lost")});
  w.a().write(home, {note(home, "kept")});
  flip(w.a(), bad, Place::body);
  w.exchange(w.a());  // a new log is open, nothing of it has left
  const Hash open = w.a().with([](Store& s) { return s.changeset_at(s.own_log()->log, 1)->hash; });
  flip(w.a(), open, Place::body);
  w.settle();
  EXPECT_EQ(notes_at_hub(), (Notes{"kept"}));
  EXPECT_EQ(waiting(w.a()), 0u);
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
