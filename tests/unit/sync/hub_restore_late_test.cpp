// What comes to or from a restored hub out of turn (sync design 8): written meanwhile, of the old order, behind a hole.
#include "hub_restore_world.h"
#include "snapshot_world.h"

namespace tram::sync::test {
namespace {

// What it says of its log in the manifest must fit: the hub holds changesets that have no receipt yet, and the bundle
// begins before them.
TEST_F(HubRestore, ABundleWrittenMeanwhileBeginsAtTheFirstChangesetWithoutAReceipt) {
  back_up();
  set_back();
  w.a().write(of_a, {note(of_a, "held")});
  exchange(w.a(), kBudget, 8 * kBudget);
  w.a().write(of_a, {note(of_a, "after it")});
  for (const bool by_stick : {false, true}) {
    const Actions prepared = w.a().step(Prepare{kBudget, by_stick});
    const Send& send = *prepared.find<Send>();
    EXPECT_EQ(send.from_seq, w.a().log().head_seq - (by_stick ? 1 : 0));
    EXPECT_EQ(send.to_seq, w.a().log().head_seq);
    const LogId log = w.a().log().log;
    const auto before = w.a().with([&](Store& s) { return s.changeset_at(log, send.from_seq - 1); });
    ASSERT_TRUE(before);
    EXPECT_EQ(send.before, before->hash) << by_stick;
  }
  meet_all();
}

// Written before the hub was set back, it arrives when the new order holds other entries.
TEST_F(HubRestore, AStickOfTheOldOrderChangesNothing) {
  exchange(w.b(), kBudget, 8 * kBudget, true, true);
  back_up();
  for (int i = 0; i < 3; ++i) w.hub().write(of_b, {note(of_b, "lost " + std::to_string(i))});
  const Actions made = w.hub().step(MakeReply{w.b().device, std::nullopt, kBudget});
  const auto late = made.find<Reply>()->frames;
  set_back();
  w.hub().step(EndRecovery{});
  w.hub().write(of_b, {note(of_b, "in its place")});
  meet_all();
  const auto heads = [&] { return w.b().field(of_b, kNotes)->heads; };
  ASSERT_EQ(heads().size(), 1u);
  const auto before = heads();
  const Actions heard = w.b().step(Incoming{w.hub().device, late, true});
  EXPECT_EQ(name(heard.find<Taken>()->code), "duplicate");
  EXPECT_FALSE(heard.notices(OutcomeCode::hub_rollback));
  EXPECT_EQ(heads(), before);
  meet_all();
  EXPECT_EQ(heads(), before);
  w.expect_converged();
}

// What a wrote first nobody else heard of, and is judged anew; what it wrote next b brought back with its receipt.
TEST_F(HubRestore, ALogGoesOnBehindAHoleThatItsDeviceFilledLate) {
  const RecordId shared = w.new_case(w.a().organisation);
  w.hub().write(shared, {give(shared, kFollowing, w.b().organisation)});
  meet_all();
  back_up();
  const Hash alone = w.a().write(of_a, {note(of_a, "nobody else heard of it")});
  const Hash known = w.a().write(shared, {note(shared, "b heard of it")});
  meet_all();
  set_back();
  exchange(w.b(), kBudget, 8 * kBudget);
  exchange(w.b(), kBudget, 8 * kBudget);
  w.hub().step(EndRecovery{});
  const Hash next = w.a().write(of_a, {note(of_a, "afterwards")});
  meet_all(4);
  EXPECT_EQ(w.hub().receipt(known)->hub_epoch, 1u);
  for (const Hash& c : {alone, next}) {
    ASSERT_TRUE(w.hub().receipt(c));
    EXPECT_EQ(w.hub().receipt(c)->hub_epoch, 2u);
  }
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
  w.expect_converged();
}

// What b wrote after it had seen a's title comes first in the new epoch, and a's title is judged anew behind it.
TEST_F(HubRestore, WhatWasSeenBeforeItIsJudgedAnewStaysRetired) {
  const RecordId shared = w.new_case(w.a().organisation);
  w.hub().write(shared, {give(shared, kFollowing, w.b().organisation)});
  meet_all();
  back_up();
  const Hash seen = w.a().write(shared, {set(shared, kTitle, Value::text("by a"))});
  meet_all();
  const Hash later = w.b().write(shared, {set(shared, kTitle, Value::text("by b"))});
  set_back();
  w.hub().step(EndRecovery{});
  for (int i = 0; i < 2; ++i) exchange(w.b(), kBudget, 8 * kBudget);
  ASSERT_FALSE(w.hub().receipt(seen));
  for (int i = 0; i < 3 && !w.hub().receipt(seen); ++i) exchange(w.a(), kBudget, 8 * kBudget);
  ASSERT_TRUE(w.hub().receipt(seen) && w.hub().receipt(later));
  EXPECT_EQ(w.hub().field(shared, kTitle)->heads.size(), 1u) << "at once, not when somebody's digest differs";
  meet_all(3);
  EXPECT_GT(w.hub().receipt(seen)->hub_seq, w.hub().receipt(later)->hub_seq);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(p->field(shared, kTitle)->heads.size(), 1u) << p->code;
    EXPECT_EQ(p->field(shared, kTitle)->value, Value::text("by b")) << p->code;
  }
  w.expect_converged();
}

// a stands in the old order, and the hub answers its stick with a snapshot of the new one: that does not fit, and is no
// alarm. What a has stands in a bundle that the hub cannot take in yet, and the next answer begins there.
TEST_F(HubRestore, ASiteOfTheOldOrderIsBroughtOnByStickThoughSnapshotsAreGiven) {
  give_small_snapshots(w);
  exchange(w.a(), kBudget, 8 * kBudget, true, true);
  back_up();
  const Hash lost = w.a().write(of_a, {note(of_a, "its receipt is lost")});
  exchange(w.a(), kBudget, 8 * kBudget);
  set_back();
  w.hub().step(EndRecovery{});
  for (int i = 0; i < 6; ++i) w.hub().write(of_a, {note(of_a, "of the new order " + std::to_string(i))});
  const Hash next = w.a().write(of_a, {note(of_a, "and on")});
  const auto asked = w.a().step(Prepare{kBudget, true});
  EXPECT_EQ(name(w.hub_takes(w.a().device, asked.find<Send>()->frames, true).code), "held_gap");
  const auto answer = w.hub().step(MakeReply{w.a().device, std::nullopt, 8 * kBudget}).find<Reply>()->frames;
  const Actions heard = w.a().step(Incoming{w.hub().device, answer, true});
  EXPECT_FALSE(heard.notices(OutcomeCode::digest_differs));
  for (int i = 0; i < 3; ++i) exchange(w.a(), kBudget, 8 * kBudget, true, true);
  for (const Hash& c : {lost, next}) {
    ASSERT_TRUE(w.hub().receipt(c));
    EXPECT_EQ(w.hub().receipt(c)->hub_epoch, 2u);
  }
  meet_all();
  w.expect_converged();
}

// It came whole before the site heard of the new order.
TEST_F(HubRestore, ASnapshotOfTheNewOrderIsNoAlarmAtASiteOfTheOldOne) {
  give_small_snapshots(w);
  exchange(w.a(), kBudget, 8 * kBudget, true, true);
  back_up();
  w.a().write(of_a, {note(of_a, "its receipt is lost")});
  exchange(w.a(), kBudget, 8 * kBudget);
  set_back();
  w.hub().step(EndRecovery{});
  for (int i = 0; i < 6; ++i) w.hub().write(of_a, {note(of_a, "of the new order " + std::to_string(i))});
  const auto answer = w.hub().step(MakeReply{w.a().device, std::nullopt, 8 * kBudget}).find<Reply>()->frames;
  ASSERT_FALSE(of_type(answer, FrameType::snapshot).empty());
  const Actions heard = w.a().step(Incoming{w.hub().device, answer, true});
  EXPECT_FALSE(heard.notices(OutcomeCode::digest_differs));
  meet_all(4);
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
