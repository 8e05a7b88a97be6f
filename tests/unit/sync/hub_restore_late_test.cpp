// What comes to or from a restored hub out of turn (sync design 8): written meanwhile, of the old order, behind a hole.
#include "hub_restore_world.h"

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

}  // namespace
}  // namespace tram::sync::test
