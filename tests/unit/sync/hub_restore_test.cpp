// A hub set back to an older backup (sync design 8, S-H1, S-D8, S-H6; promise BK2): the sites send back what it lacks,
// and afterwards everything stands where it stood.
#include <gtest/gtest.h>

#include "sync/limits.h"
#include "sync/recovery.h"
#include "sync/waiting_list.h"
#include "world.h"

namespace tram::sync::test {
namespace {

constexpr std::uint64_t kHour = 60ull * 60 * 1000;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::size_t kBudget = 1u << 20;

class HubRestore : public ::testing::Test {
 protected:
  HubRestore() : of_a(w.new_case(w.a().organisation)), of_b(w.new_case(w.b().organisation)) { w.settle(); }

  std::vector<Party*> sites() { return {&w.a(), &w.b(), &w.c()}; }
  void back_up() { w.hub().backup(copy()); }
  std::filesystem::path copy() { return backups.path() / "hub"; }
  Actions set_back() {
    w.hub().restore(copy());
    w.hub().step(Start{});
    return w.hub().step(StartRecovery{});
  }
  Recovery recovery() {
    return w.hub().with([&](Store& s) { return recovery_of(s, w.hub().engine->directory(s)); });
  }
  std::uint64_t hub_epoch() {
    return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubEpoch); });
  }
  // One request and one response with these budgets; `answered` false = the response is lost.
  void exchange(Party& site, std::size_t up, std::size_t down, bool answered = true, bool whole = false) {
    const Actions prepared = site.step(Prepare{up, whole});
    const Taken heard = w.hub_takes(site.device, prepared.find<Send>()->frames, whole);
    const Actions made = w.hub().step(MakeReply{site.device, whole ? std::nullopt : heard.have, down});
    if (made.find<RecoveryEnded>()) ended = *made.find<RecoveryEnded>();
    if (answered) w.site_takes(site, made.find<Reply>()->frames, whole);
  }
  void meet_all(int rounds = 3) {
    for (int i = 0; i < rounds; ++i)
      for (Party* site : sites()) exchange(*site, kBudget, 8 * kBudget);
  }

  // Three days of work of everybody: each kind of verdict, a reassignment, a new case, a new body in the directory.
  void three_days() {
    for (int day = 0; day < 3; ++day) {
      w.now_ms += kDay;
      w.a().write(of_a, {note(of_a, "a " + std::to_string(day)), set(of_a, kPercent, Value::integer(10 * day))});
      w.b().write(of_b, {note(of_b, "b " + std::to_string(day)), set(of_b, kTitle, Value::text("by b"))});
      w.hub().write(of_b, {set(of_b, kDeadline, Value::integer(20'000 + day))});
      w.settle();
    }
    denied = w.a().write(of_a, {set(of_a, kDeadline, Value::integer(1))});  // a proposal
    w.hub().write(of_a, {give(of_a, kImplementing, w.b().organisation)});
    w.a().write(of_a, {set(of_a, kPercent, Value::integer(99))});  // a proposal, too: handed over
    later = w.new_case(w.c().organisation);
    w.settle();
    w.c().write(later, {happens(later, kStarted)});
    w.b().write(of_a, {note(of_a, "b has it now")});
    lost_scope = w.forger_a().push(later, {note(later, "not in scope")});  // quarantined whole
    Organisation o;
    o.id = organisation_id(kZone, "new");
    o.code = "new";
    o.parent = w.hub().organisation;
    o.parts = kImplementing;
    w.add_directory(o);
    w.settle();
  }

  struct Order {
    std::map<HubPlace, Bytes> receipts;
    std::map<StreamId, std::vector<Hash>> chains;
    std::map<std::string, std::string> digests;
  };
  Order order() {
    Order found;
    w.hub().with([&](Store& s) {
      for (const StreamRow& stream : s.streams())
        s.each_entry(stream.id, 1, [&](const EntryRow& row) {
          found.chains[stream.id].push_back(row.chain);
          if (const auto r = decode_receipt(row.payload); row.type == EntryType::receipt && r)
            found.receipts[{r->hub_epoch, r->hub_seq}] = row.payload;
          return true;
        });
      for (Party* site : sites()) found.digests[site->code] = to_hex(w.hub().engine->digest(s, site->organisation));
    });
    return found;
  }
  // All of it stands where it stood, and nothing else.
  void expect_same_order(const Order& before) {
    const Order now = order();
    for (const auto& [place, bytes] : before.receipts) {
      const auto at = now.receipts.find(place);
      ASSERT_NE(at, now.receipts.end()) << "receipt " << place.seq;
      EXPECT_EQ(to_hex(at->second), to_hex(bytes));
    }
    for (const auto& [stream, chains] : before.chains) {
      const auto at = now.chains.find(stream);
      ASSERT_NE(at, now.chains.end());
      EXPECT_EQ(at->second.size(), chains.size()) << stream.hex();
      EXPECT_EQ(at->second, chains) << stream.hex();
    }
    EXPECT_EQ(now.digests, before.digests);
  }
  // The new epoch counts on without a hole.
  void expect_gapless(std::uint32_t epoch) {
    w.hub().with([&](Store& s) {
      const std::uint64_t newest = meta_u64(s, meta::kHubSeq);
      std::uint64_t first = 1;
      while (first <= newest && !s.receipt(epoch, first)) ++first;
      for (std::uint64_t seq = first; seq <= newest; ++seq) EXPECT_TRUE(s.receipt(epoch, seq)) << seq;
      EXPECT_LE(first, newest);
      EXPECT_FALSE(s.receipt(epoch - 1, first)) << "a number of two epochs";
    });
  }

  World w;
  const RecordId of_a, of_b;
  RecordId later;
  Hash denied{}, lost_scope{};
  station::test::Folder backups;
  std::optional<RecoveryEnded> ended;
};

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
