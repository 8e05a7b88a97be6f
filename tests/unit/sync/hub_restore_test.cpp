// A hub set back to an older backup (sync design 8, S-H1, S-D8, S-H6; promise BK2): the sites send back what it lacks,
// and afterwards everything stands where it stood.
#include <gtest/gtest.h>

#include "hub_restore_world.h"
#include "sync/limits.h"
#include "sync/waiting_list.h"

namespace tram::sync::test {
namespace {

// S-H1
TEST_F(HubRestore, PutsBackWhatThreeDaysBroughtInTheOldOrder) {
  back_up();
  three_days();
  w.expect_converged();
  const Order before = order();
  EXPECT_TRUE(set_back().notices(OutcomeCode::hub_restored));
  EXPECT_EQ(hub_epoch(), 2u);
  EXPECT_EQ(recovery().awaited.size(), 3u);
  meet_all();
  ASSERT_TRUE(ended) << "by itself, when all three were heard";
  EXPECT_EQ(ended->epoch, 2u);
  EXPECT_GT(ended->restored, 10u);
  EXPECT_FALSE(recovery().active);
  expect_same_order(before);
  w.expect_converged();
  EXPECT_EQ(w.hub().verdict(denied).verdict, Verdict::proposal);
  EXPECT_EQ(w.hub().verdict(lost_scope).reason, Reason::out_of_scope);
  EXPECT_EQ(w.hub().with([&](Store& s) { return w.hub().engine->directory(s).version(); }), w.directory_version());
  // And everybody goes on.
  w.a().write(of_a, {note(of_a, "no longer in its scope, judged all the same")});
  w.b().write(of_a, {set(of_a, kPercent, Value::integer(77))});
  w.hub().write(of_a, {set(of_a, kDeadline, Value::integer(20'100))});
  w.settle();
  w.expect_converged();
  expect_gapless(2);
  EXPECT_EQ(w.b().field(of_a, kPercent)->value, Value::integer(77));
}

// Receipts that came before the hub's own changeset, of a log the hub itself had gone on with.
TEST_F(HubRestore, NeverSignsANumberOfItsOwnLogAgain) {
  back_up();
  three_days();
  const LogRow old = w.hub().log();
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_NE(w.hub().log().log, old.log);
  EXPECT_TRUE(w.hub().with([&](Store& s) { return s.log(old.log)->closed; }));
  const Hash fresh = w.hub().write(of_a, {note(of_a, "new log")});
  EXPECT_EQ(w.hub().receipt(fresh)->log, w.hub().log().log);
}

TEST_F(HubRestore, WritesNothingBeforeTheSitesWereHeard) {
  back_up();
  three_days();
  set_back();
  const auto newest = w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); });
  EXPECT_EQ(w.hub().save(of_a, {note(of_a, "x")}).find<Refuse>()->code, errc::recovering);
  EXPECT_EQ(w.hub().step(AddDirectory{{}}).find<Refuse>()->code, errc::recovering);
  const Hash pushed = w.b().write(of_b, {note(of_b, "while it recovers")});
  for (int i = 0; i < 3; ++i) exchange(w.b(), kBudget, 8 * kBudget);
  EXPECT_FALSE(w.b().receipt(pushed));
  EXPECT_EQ(w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); }), newest);
  EXPECT_EQ(recovery().held, 1u);
  EXPECT_EQ(recovery().awaited.size(), 2u);
  EXPECT_EQ(recovery().heard.size(), 1u);
  const Actions quiet = w.b().step(Prepare{kBudget});
  for (const Frame& f : quiet.find<Send>()->frames)
    EXPECT_NE(f.type, FrameType::changesets) << "what the hub holds is not sent again";
  EXPECT_EQ(quiet.find<Send>()->fence.seq, w.b().log().head_seq);
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->judged, 1u);
  EXPECT_EQ(w.b().receipt(pushed)->hub_epoch, 2u);
  EXPECT_EQ(w.hub().verdict(pushed).verdict, Verdict::admitted);
  w.expect_converged();
}

// What waits for another try of a later program waits for the end of the recovery, too.
TEST_F(HubRestore, WritesNothingWhenItStartsAgain) {
  back_up();
  three_days();
  set_back();
  const Hash pushed = w.b().write(of_b, {note(of_b, "while it recovers")});
  for (int i = 0; i < 3; ++i) exchange(w.b(), kBudget, 8 * kBudget);
  w.hub().with([&](Store& s) { put_waiting_list(s, waiting::kNotApplied, {pushed}); });
  w.hub().step(Start{});
  EXPECT_FALSE(w.hub().receipt(pushed));
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(w.hub().receipt(pushed)->hub_epoch, 2u);
  w.hub().step(Start{});
  w.settle();
  w.expect_converged();
}

// The hub could not apply one changeset of a log, which is in no stream then: after a restore its author alone has it,
// though what came after it has a receipt.
TEST_F(HubRestore, AsksForAChangesetThatNoStreamHolds) {
  back_up();
  w.hub().before_version = [](const VersionRow& row) {
    if (row.value == Value::text("poison")) throw std::runtime_error("an applier that fails");
  };
  const Hash bad = w.a().write(of_a, {set(of_a, kTitle, Value::text("poison"))});
  const Hash after = w.a().write(of_a, {note(of_a, "goes on")});
  w.settle();
  ASSERT_FALSE(w.hub().receipt(bad));
  ASSERT_TRUE(w.a().receipt(after));
  w.hub().before_version = {};
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  const Hash later_still = w.a().write(of_a, {note(of_a, "and on")});
  meet_all();
  EXPECT_EQ(w.hub().verdict(bad).verdict, Verdict::admitted);
  EXPECT_EQ(w.hub().verdict(later_still).verdict, Verdict::admitted);
  EXPECT_EQ(w.hub().with([&](Store& s) { return s.log(w.a().log().log)->receipted_seq; }), w.a().log().head_seq);
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
  w.expect_converged();
}

// Small budgets, lost answers and a hub that starts again at any time (S-H6).
TEST_F(HubRestore, ResumesAfterEveryCut) {
  back_up();
  three_days();
  const Order before = order();
  set_back();
  const std::uint64_t first = hub_epoch();
  const std::size_t budgets[] = {2'000, 3'000, 5'000};
  for (int i = 0; i < 120 && !ended; ++i) {
    Party& site = *sites()[static_cast<std::size_t>(i) % 3];
    exchange(site, budgets[static_cast<std::size_t>(i / 3) % 3], 4'000, i % 4 != 3);
    if (i % 7 == 6) w.hub().step(Start{});
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->epoch, first);
  meet_all();
  expect_same_order(before);
  w.expect_converged();
}

TEST_F(HubRestore, RecoversByStickAlone) {
  back_up();
  three_days();
  const Order before = order();
  set_back();
  for (int i = 0; i < 3; ++i)
    for (Party* site : sites()) exchange(*site, kBudget, 8 * kBudget, true, true);
  EXPECT_TRUE(ended);
  for (Party* site : sites()) exchange(*site, kBudget, 8 * kBudget, true, true);
  expect_same_order(before);
  w.expect_converged();
}

TEST_F(HubRestore, ChangesNothingForSitesWhenTheBackupIsTheNewest) {
  three_days();
  back_up();
  const Order before = order();
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->restored, 0u);
  EXPECT_EQ(ended->lost, 0u);
  expect_same_order(before);
  w.a().write(of_a, {note(of_a, "on")});
  w.settle();
  w.expect_converged();
}

// Homes that nobody but the hub held are gone; that is said, by number.
TEST_F(HubRestore, ListsWhatNobodyBrought) {
  back_up();
  const RecordId mine = w.new_case(w.a().organisation, false);  // never handed over
  w.a().write(of_a, {note(of_a, "kept")});
  w.settle();
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->lost, 1u);
  const Recovery r = recovery();
  ASSERT_EQ(r.lost.size(), 1u);
  EXPECT_EQ(r.lost[0].changeset, Hash{});
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.record(mine, Layer::confirmed); }));
  w.expect_converged();
}

// S-D8: a site that comes when the new epoch has begun.
TEST_F(HubRestore, JudgesAnewWhatComesTooLate) {
  back_up();
  three_days();
  const Hash at_b = w.b().write(of_b, {note(of_b, "b alone had a receipt for this")});
  w.exchange(w.b());
  const HubPlace former{w.b().receipt(at_b)->hub_epoch, w.b().receipt(at_b)->hub_seq};
  set_back();
  for (int i = 0; i < 3; ++i) {
    exchange(w.a(), kBudget, 8 * kBudget);
    exchange(w.c(), kBudget, 8 * kBudget);
  }
  EXPECT_FALSE(ended);
  const Actions by_operator = w.hub().step(EndRecovery{});
  ASSERT_TRUE(by_operator.find<RecoveryEnded>());
  EXPECT_GT(by_operator.find<RecoveryEnded>()->lost, 0u);
  w.a().write(of_a, {note(of_a, "the new epoch has begun")});
  exchange(w.a(), kBudget, 8 * kBudget);
  bool heard = false;
  for (int i = 0; i < 6; ++i) {
    exchange(w.b(), kBudget, 8 * kBudget);
    heard |= w.last.notices(OutcomeCode::hub_restored);
    EXPECT_FALSE(w.last.notices(OutcomeCode::hub_rollback));
  }
  EXPECT_TRUE(heard);
  w.settle();
  w.expect_converged();
  const auto fresh = w.hub().receipt(at_b);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->hub_epoch, 2u);
  EXPECT_EQ(w.b().receipt(at_b), fresh) << "the old receipt counts no more";
  const auto anew = recovery().judged_anew;
  EXPECT_TRUE(std::any_of(anew.begin(), anew.end(), [&](const JudgedAnew& j) {
    return j.changeset == at_b && j.former == former;
  })) << "and is shown";
  EXPECT_EQ(w.b().log().receipted_seq, w.b().log().head_seq);
  w.b().write(of_b, {note(of_b, "on")});
  w.settle();
  w.expect_converged();
}

TEST_F(HubRestore, TakesALateSiteThatCannotProveItsTail) {
  back_up();
  three_days();
  set_back();
  for (int i = 0; i < 3; ++i) exchange(w.a(), kBudget, 8 * kBudget);
  w.hub().step(EndRecovery{});
  w.b().with([](Store& s) {
    for (StreamRow row : s.streams()) {
      row.signed_head.clear();
      s.put_stream(row);
    }
  });
  for (int i = 0; i < 8; ++i) exchange(w.b(), kBudget, 8 * kBudget);
  w.settle();
  w.expect_converged();
}

TEST_F(HubRestore, InTheSameEpochIsARollback) {
  back_up();
  three_days();
  w.hub().restore(copy());
  w.hub().step(Start{});  // nobody told the hub that it was set back
  exchange(w.a(), kBudget, 8 * kBudget);
  EXPECT_TRUE(w.last.notices(OutcomeCode::hub_rollback));
  EXPECT_EQ(w.a().field(of_a, kNotes)->heads.size(), 3u) << "nothing is taken back";
}

TEST_F(HubRestore, TwiceFromOneBackupIsTwoEpochs) {
  back_up();
  three_days();
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  w.a().write(of_a, {note(of_a, "in epoch 2")});
  w.settle();
  const Order before = order();
  ended.reset();
  set_back();
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->epoch, 3u);
  expect_same_order(before);
  w.expect_converged();
  w.a().write(of_a, {note(of_a, "in epoch 3")});
  w.settle();
  w.expect_converged();
  expect_gapless(3);
}

// A site restored in the same days does not go on in its old log on the word of a hub that does not know yet.
TEST_F(HubRestore, DoesNotLiftTheSuspensionOfARestoredSite) {
  const auto old_a = backups.path() / "a";
  w.a().backup(old_a);
  back_up();
  three_days();
  w.a().restore(old_a);
  w.a().step(Start{std::nullopt, true});
  const LogId log = w.a().log().log;
  set_back();
  exchange(w.a(), kBudget, 8 * kBudget);
  const auto flag = w.a().with([](Store& s) { return s.meta(meta::kSuspended); });
  EXPECT_TRUE(flag && !flag->empty());
  w.a().write(of_a, {note(of_a, "a person saves first")});
  EXPECT_NE(w.a().log().log, log);
  w.settle();
  w.hub().step(EndRecovery{});
  w.settle();
  w.settle();
  w.expect_converged();
}

// --- what does not prove itself --------------------------------------------------------------------------------------

class ForgedResupply : public HubRestore {
 protected:
  ForgedResupply() {
    back_up();
    three_days();
    set_back();
    exchange(w.b(), kBudget, 8 * kBudget);  // it is asked
    const Actions prepared = w.b().step(Prepare{kBudget});
    for (const Frame& f : prepared.find<Send>()->frames) {
      const auto part = decode_resupply(f);
      if (!part || !std::holds_alternative<StreamSegment>(*part)) continue;
      const auto& segment = std::get<StreamSegment>(*part);
      if (segment.stream == organisation_stream(kZone, w.b().organisation)) good = segment;
    }
  }
  std::uint64_t entries_at_hub() {
    return w.hub().with([&](Store& s) { return s.stream(good.stream)->seq; });
  }
  Taken send(const StreamSegment& segment) { return w.hub_takes(w.b().device, {encode_resupply(segment)}); }
  StreamSegment good;
};

TEST_F(ForgedResupply, IsPutBackWhenItIsGood) {
  ASSERT_FALSE(good.entries.empty());
  EXPECT_GT(send(good).resupplied, 0u);
  EXPECT_EQ(entries_at_hub(), good.entries.back().entry.seq);
}

TEST_F(ForgedResupply, OfAnAlteredVerdictIsRefused) {
  StreamSegment bad = good;
  for (CarriedEntry& e : bad.entries)
    if (e.entry.type == EntryType::receipt) e.entry.payload[16] ^= 1;
  const std::uint64_t before = entries_at_hub();
  send(bad);
  EXPECT_TRUE(w.last.notices(OutcomeCode::hub_rollback));
  EXPECT_EQ(entries_at_hub(), before);
}

TEST_F(ForgedResupply, UnderAnotherKeyIsRefused) {
  StreamSegment bad = good;
  bad.signature = crypto::sign(key_of(kDeviceKey), "stream-head", {bad.head});
  send(bad);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_signature));
}

TEST_F(ForgedResupply, OfAnothersStreamIsRefused) {
  const std::uint64_t before = entries_at_hub();
  w.hub_takes(w.a().device, {encode_resupply(good)});
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_content));
  EXPECT_EQ(entries_at_hub(), before);
}

TEST_F(ForgedResupply, WithAnotherChangesetKeepsTheReceiptOnly) {
  StreamSegment bad = good;
  Hash changed{};
  for (CarriedEntry& e : bad.entries) {
    if (!e.changeset || changed != Hash{}) continue;
    e.changeset->body.back() ^= 1;
    changed = decode_receipt(e.entry.payload)->changeset;
  }
  send(bad);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(changed); }));
  EXPECT_EQ(entries_at_hub(), good.entries.back().entry.seq) << "the entries themselves are proved";
}

TEST_F(ForgedResupply, ThatNobodyAskedForIsIgnored) {
  w.hub().step(EndRecovery{});
  const std::uint64_t before = entries_at_hub();
  EXPECT_EQ(send(good).resupplied, 0u);
  EXPECT_EQ(entries_at_hub(), before);
}

// --- durable_through -------------------------------------------------------------------------------------------------

TEST_F(HubRestore, StreamHeadsSayWhatABackupHolds) {
  const auto newest = [&] { return w.hub().with([](Store& s) { return HubPlace{1, meta_u64(s, meta::kHubSeq)}; }); };
  EXPECT_EQ(w.a().with([](Store& s) { return durable_through(s); }), HubPlace{});
  const HubPlace held = newest();
  w.hub().with([&](Store& s) { note_durable(s, held); });
  w.hub().with([&](Store& s) { note_durable(s, {1, 1}); });
  w.a().write(of_a, {note(of_a, "news")});
  w.settle();
  EXPECT_EQ(w.a().with([](Store& s) { return durable_through(s); }), held) << "an older backup takes nothing back";
}

// Its author's device was enrolled after the backup: the work is kept aside until a site brings that entry.
TEST_F(HubRestore, KeepsTheWorkOfAnUnknownDeviceAsideUntilItsEntryComes) {
  back_up();
  Forger late(w, id<DeviceId>(0x71), 0x71, w.a().organisation);
  Device entry;
  entry.id = late.device;
  entry.site = late.organisation;
  entry.identity = late.key.public_key;
  w.add_directory(entry);
  const Hash work = late.push(of_a, {note(of_a, "of the new device")});
  w.settle();
  ASSERT_TRUE(w.a().receipt(work));
  const Order before = order();
  set_back();
  const auto aside = [&] { return w.hub().with([](Store& s) { return s.side_total(); }); };
  for (int round = 0; round < 3 && aside() == 0; ++round) {
    auto frames = w.request(w.a());
    std::erase_if(frames, [](const Frame& f) { return f.type == FrameType::resupply && f.bytes.front() == 2; });
    const Taken heard = w.hub_takes(w.a().device, frames);
    w.site_takes(w.a(), w.reply(w.a().device, heard.have, heard.notices));
  }
  EXPECT_GT(aside(), 0u);
  meet_all();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->lost, 0u);
  EXPECT_EQ(aside(), 0u);
  expect_same_order(before);
  EXPECT_EQ(w.hub().verdict(work).verdict, Verdict::admitted);
}

}  // namespace
}  // namespace tram::sync::test
