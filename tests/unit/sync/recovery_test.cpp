// A device that is restored, rolled back or moved, and what is never signed twice (sync design 8; S-A1, S-A2).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Recovery : public ::testing::Test {
 protected:
  Recovery() : home(w.new_case(w.a().organisation)) { w.settle(); }
  Fence fence() {
    const Actions done = w.a().step(Prepare{1u << 20});
    return done.find<Send>()->fence;
  }
  bool suspended() {
    const auto flag = w.a().with([](Store& s) { return s.meta(meta::kSuspended); });
    return flag && !flag->empty();
  }
  Actions start(const std::optional<Fence>& f, bool foreign = false) { return w.a().step(Start{f, foreign}); }

  World w;
  const RecordId home;
  station::test::Folder backups;
};

TEST_F(Recovery, AFenceThatTheLogReachedIsFine) {
  w.a().write(home, {note(home, "one")});
  const Fence before = fence();
  EXPECT_EQ(before.seq, w.a().log().head_seq);
  EXPECT_FALSE(start(before).find<Notice>());
  w.a().write(home, {note(home, "two")});
  EXPECT_FALSE(start(before).find<Notice>());
  EXPECT_FALSE(start(std::nullopt).find<Notice>());
  EXPECT_FALSE(suspended());
}

TEST_F(Recovery, AFenceAheadOrOfAnotherBranchSuspendsTheLog) {
  w.a().write(home, {note(home, "one")});
  Fence ahead = fence();
  ++ahead.seq;
  Fence branch = fence();
  branch.head_hash = hash_of(1);
  Fence incarnation = fence();
  ++incarnation.incarnation;
  for (const Fence& f : {ahead, branch, incarnation}) {
    w.a().with([](Store& s) { s.put_meta(meta::kSuspended, {}); });
    EXPECT_TRUE(start(f).notices(OutcomeCode::restored));
    EXPECT_TRUE(suspended());
  }
  w.a().with([](Store& s) { s.put_meta(meta::kSuspended, {}); });
  EXPECT_TRUE(start(fence(), true).notices(OutcomeCode::restored)) << "another machine's fence";
}

// What could not be applied before the backup can be now, and the program answers it by itself: not in the old log.
TEST_F(Recovery, WhatAnEarlierProgramLeftIsNotAnsweredBeforeTheFenceWasLookedAt) {
  w.a().before_version = [](const VersionRow& v) {
    if (v.event == kHandedOver) throw std::runtime_error("a defect of this release");
  };
  const RecordId late = w.new_case(w.a().organisation);
  w.exchange(w.a());
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  w.a().write(home, {note(home, "left already")});
  const Fence left = fence();
  w.a().before_version = {};
  w.a().restore(copy);
  const std::uint64_t head = w.a().log().head_seq;
  EXPECT_TRUE(start(left).notices(OutcomeCode::restored));
  EXPECT_EQ(w.a().log().head_seq, head) << "nothing is signed under a number that is taken";
  w.settle();
  w.a().write(home, {note(home, "a person's save opens the next log")});
  w.settle();
  w.settle();
  EXPECT_EQ(w.hub().field(late, kState)->event, kAvailable) << "it is answered afterwards";
  w.expect_converged();
}

// S-A2, first half
TEST_F(Recovery, ARestoredDatabaseSignsItsNextSaveInANewIncarnation) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  w.a().write(home, {note(home, "lost 1")});
  w.a().write(home, {note(home, "lost 2")});
  w.settle();
  const Fence newest = fence();
  const LogRow old = w.a().log();
  w.a().restore(copy);
  EXPECT_TRUE(start(newest).notices(OutcomeCode::restored));
  const Actions quiet = w.a().step(Prepare{1u << 20});
  EXPECT_EQ(quiet.find<Send>()->to_seq, quiet.find<Send>()->from_seq - 1) << "nothing of the suspended log leaves";
  std::vector<Hash> saved;
  for (int i = 0; i < 5; ++i) saved.push_back(w.a().write(home, {note(home, "after " + std::to_string(i))}));
  const LogRow fresh = w.a().log();
  EXPECT_NE(fresh.log, old.log);
  EXPECT_EQ(fresh.head_seq, 6u);  // log.open and five saves
  EXPECT_FALSE(suspended());
  const auto open = w.a().with([&](Store& s) { return *s.changeset_at(fresh.log, 1); });
  const Operation first = decode_body(open.bytes.body)->operations.at(0);
  EXPECT_EQ(first.kind, OperationKind::log_open);
  EXPECT_EQ(first.old_log, old.log);
  EXPECT_LT(first.old_seq, old.head_seq);
  w.settle();
  for (const Hash& c : saved) EXPECT_EQ(w.hub().verdict(c).verdict, Verdict::admitted);
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 7u) << "the old branch and all five, each once";
  EXPECT_TRUE(w.hub().with([&](Store& s) { return s.log(old.log)->closed; }));
  // No number of the new log stands twice.
  std::uint64_t expected = 1;
  w.hub().with([&](Store& s) {
    s.each_changeset(fresh.log, 1, [&](const ChangesetRow& row) {
      EXPECT_EQ(row.seq, expected++);
      return true;
    });
  });
  EXPECT_EQ(expected, 7u);
  w.expect_converged();
}

TEST_F(Recovery, AFenceOfTheLogThatWasLeftIsFine) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  w.a().write(home, {note(home, "lost")});
  w.settle();
  const Fence newest = fence();
  w.a().restore(copy);
  start(newest);
  w.a().write(home, {note(home, "in the new log")});
  const LogId fresh = w.a().log().log;
  // Started again before anything of the new log left: the fence file still names the old one.
  EXPECT_FALSE(start(newest).find<Notice>());
  w.a().write(home, {note(home, "still in it")});
  EXPECT_EQ(w.a().log().log, fresh);
}

TEST_F(Recovery, AHubThatHoldsMoreOfTheLogSuspendsIt) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  w.a().write(home, {note(home, "lost")});
  w.settle();
  w.a().restore(copy);
  EXPECT_FALSE(start(std::nullopt).find<Notice>());
  w.site_takes(w.a(), w.reply(w.a().device));
  EXPECT_TRUE(w.last.notices(OutcomeCode::restored));
  EXPECT_TRUE(suspended());
}

// S-A1
TEST_F(Recovery, ARestoredDeviceGetsItsOwnChangesetsBackAndGoesOnInItsLog) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  std::vector<Hash> lost;
  for (int i = 0; i < 3; ++i) lost.push_back(w.a().write(home, {note(home, "lost " + std::to_string(i))}));
  w.settle();
  const Fence newest = fence();
  const LogRow before = w.a().log();
  w.a().restore(copy);
  EXPECT_TRUE(start(newest).notices(OutcomeCode::restored));
  ASSERT_TRUE(suspended());
  w.exchange(w.a());  // the hub leaves our own out; what is missing is asked for
  w.exchange(w.a());
  EXPECT_FALSE(suspended());
  EXPECT_EQ(w.a().log().log, before.log) << "the same incarnation, without a person";
  EXPECT_EQ(w.a().log().head_seq, before.head_seq);
  EXPECT_EQ(w.a().log().head_hash, before.head_hash);
  for (const Hash& c : lost) EXPECT_TRUE(w.a().with([&](Store& s) { return s.changeset(c); }));
  w.a().write(home, {note(home, "after")});
  EXPECT_EQ(w.a().log().head_seq, before.head_seq + 1);
  w.settle();
  EXPECT_FALSE(w.last.notices(OutcomeCode::fork));
  w.expect_converged();
}

// The whole machine was set back, its fence file with it, and a person saved before the hub was heard (V4): both
// histories are kept, each once, and what comes next goes into a new log.
TEST_F(Recovery, ABranchSignedUnderUsedNumbersIsKeptBesideWhatTheHubAccepted) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  const Hash accepted = w.a().write(home, {note(home, "accepted")});
  const LogId log = w.a().log().log;
  w.settle();
  w.a().restore(copy);
  EXPECT_FALSE(start(std::nullopt).find<Notice>());
  const Hash branch = w.a().write(home, {note(home, "signed again")});
  w.settle();
  const auto state = [&](const Hash& c) { return w.a().with([&](Store& s) { return s.changeset(c)->state; }); };
  EXPECT_EQ(state(accepted), ChangesetState::receipted);
  EXPECT_EQ(state(branch), ChangesetState::fork);
  for (const Hash& c : {accepted, branch}) EXPECT_EQ(w.hub().version(c)->verdict, Verdict::admitted);
  w.a().write(home, {note(home, "after")});
  EXPECT_NE(w.a().log().log, log);
  w.settle();
  w.expect_converged();
}

// What the fence saw leave may be on a stick under way: its numbers are never given twice.
TEST_F(Recovery, AFenceAheadOfTheHubKeepsTheLogClosed) {
  w.a().write(home, {note(home, "one")});
  Fence ahead = fence();
  ++ahead.seq;
  start(ahead);
  ASSERT_TRUE(suspended());
  const LogId log = w.a().log().log;
  w.exchange(w.a());
  EXPECT_TRUE(suspended());
  w.a().write(home, {note(home, "two")});
  EXPECT_NE(w.a().log().log, log);
  w.settle();
  w.expect_converged();
}

// Set back twice, the second time to before the log that the fence names: what it says no longer covers the older log,
// whose last changeset is on a stick under way.
TEST_F(Recovery, AFenceOfALogThatIsNotHereKeepsTheOlderOneClosed) {
  const auto copy = backups.path() / "copy";
  w.a().backup(copy);
  w.a().write(home, {note(home, "on a stick under way")});
  const Fence first = fence();
  w.a().restore(copy);
  start(first);
  w.a().write(home, {note(home, "in the new log")});
  const Fence second = fence();
  ASSERT_NE(second.incarnation, first.incarnation);
  w.settle();
  w.a().restore(copy);
  EXPECT_TRUE(start(second).notices(OutcomeCode::restored));
  w.exchange(w.a());
  w.exchange(w.a());
  EXPECT_TRUE(suspended());
  w.a().write(home, {note(home, "in a third")});
  EXPECT_NE(w.a().log().incarnation, first.incarnation);
  w.settle();
  w.expect_converged();
}

TEST_F(Recovery, ARefusedSaveOpensNoIncarnation) {
  Fence ahead = fence();
  ++ahead.seq;
  start(ahead);
  const LogRow before = w.a().log();
  const Actions done = w.a().save(home, {set(home, 999, Value::text("x"))});
  ASSERT_TRUE(done.find<Refuse>());
  EXPECT_EQ(done.find<Refuse>()->code, errc::unknown_field);
  EXPECT_EQ(w.a().log().log, before.log);
  EXPECT_TRUE(suspended());
}

// --- reassignment ----------------------------------------------------------------------------------------------------

// Several moves end in the last one, whatever the old body wrote in between.
TEST_F(Recovery, ABodyThatGetsAHomeBackMissesNothing) {
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  w.settle();
  w.b().write(home, {note(home, "by b"), set(home, kPercent, Value::integer(60))});
  w.settle();
  w.a().write(home, {note(home, "a knows that it left")});
  w.settle();
  w.b().write(home, {note(home, "by b again")});
  w.hub().write(home, {give(home, kImplementing, w.a().organisation)});
  w.settle();
  EXPECT_EQ(w.a().field(home, kPercent)->value, Value::integer(60));
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), w.hub().field(home, kNotes)->heads.size());
  w.expect_converged();
}

// --- what a save refuses ---------------------------------------------------------------------------------------------

TEST_F(Recovery, ASaveThatCannotBeSignedIsRefusedWithItsReason) {
  const RecordId nowhere = id<RecordId>(0xEE);
  const RecordId other = w.new_case(w.a().organisation);
  w.settle();
  const struct {
    const char* name;
    std::vector<Operation> operations;
    errc code;
  } cases[] = {
      {"nothing", {}, errc::over_limit},
      {"unknown record", {set(nowhere, kTitle, Value::text("x"))}, errc::unknown_record},
      {"record of another home", {set(other, kTitle, Value::text("x"))}, errc::unknown_record},
      {"unknown field", {set(home, 999, Value::text("x"))}, errc::unknown_field},
      {"other kind of value", {set(home, kTitle, Value::integer(1))}, errc::value_kind},
      {"create-once later", {set(home, kOrigin, Value::text("x"))}, errc::no_authority},
      {"one field twice", {set(home, kTitle, Value::text("x")), set(home, kTitle, Value::text("y"))}, errc::bad_value},
      {"text not in NFC", {set(home, kTitle, Value::text("a\u0306"))}, errc::bad_value},
      {"another device's id", {create(nowhere, filled<16>(1), kUpdate, home)}, errc::bad_value},
      {"above the cap", std::vector<Operation>(70, note(home, std::string(60'000, 'x'))), errc::body_too_large}};
  const std::uint64_t head = w.a().log().head_seq;
  for (const auto& c : cases) {
    const Actions done = w.a().save(home, c.operations);
    ASSERT_TRUE(done.find<Refuse>()) << c.name;
    EXPECT_EQ(name(done.find<Refuse>()->code), name(c.code)) << c.name;
  }
  EXPECT_EQ(w.a().log().head_seq, head);
}

}  // namespace
}  // namespace tram::sync::test
