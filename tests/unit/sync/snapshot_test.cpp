// Snapshots between hub and site (sync design 8): what is in them, who gets one, and that what comes out is what the
// stream would have given. The named scenarios are scenario_snapshot_test.cpp's.
#include <gtest/gtest.h>

#include "snapshot_world.h"

namespace tram::sync::test {
namespace {

class Snapshots : public ::testing::Test {
 protected:
  Snapshots() { give_small_snapshots(w); }
  ~Snapshots() override {
    for (int i = 0; i < 3; ++i) w.settle();
    w.expect_converged();
  }
  World w;
};

TEST_F(Snapshots, ANewSiteIsFilledByOneAndGoesOnWithTheStream) {
  const auto homes = cases_of(w, w.c(), 6);
  auto frames = answer_to(w, w.c());
  EXPECT_GT(of_type(frames, FrameType::snapshot).size(), 4u);
  EXPECT_TRUE(of_type(frames, FrameType::stream).empty()) << "nothing comes twice";
  const Taken taken = w.site_takes(w.c(), frames);
  EXPECT_EQ(taken.snapshot_chunks, of_type(frames, FrameType::snapshot).size() - 1);
  EXPECT_EQ(cursor(w.c()), w.hub().with([&](Store& s) { return s.stream(stream_of(w.c()))->seq; }));
  for (const RecordId& home : homes) {
    EXPECT_EQ(w.c().field(home, kNotes)->heads.size(), 1u);
    EXPECT_FALSE(w.c().disputed(home));
  }
  EXPECT_FALSE(snapshot_at(w.c(), stream_of(w.c()))) << "used and thrown away";
  w.settle();  // what c says of its new cases by itself
  w.hub().write(homes[0], {note(homes[0], "later")});
  frames = answer_to(w, w.c());
  EXPECT_TRUE(of_type(frames, FrameType::snapshot).empty());
  w.site_takes(w.c(), frames);
  EXPECT_EQ(w.c().field(homes[0], kNotes)->heads.size(), 2u);
}

TEST_F(Snapshots, AllDevicesOfABodyShareOneAndItIsMadeAnewWhenItIsOld) {
  cases_of(w, w.c(), 4);
  const Have have = asks(w, w.c());
  const auto first = of_type(w.reply(w.c().device, have), FrameType::snapshot);
  EXPECT_EQ(of_type(w.reply(w.c().device, have), FrameType::snapshot), first);
  cases_of(w, w.c(), 4);
  const auto second = of_type(w.reply(w.c().device, have), FrameType::snapshot);
  EXPECT_GT(second.size(), first.size());
  EXPECT_NE(second[0], first[0]);
}

TEST_F(Snapshots, WhoeverIsNearlyThereGetsTheStream) {
  const auto homes = cases_of(w, w.c(), 3);
  w.settle();
  for (int i = 0; i < 3; ++i) w.hub().write(homes[0], {note(homes[0], "more")});
  EXPECT_TRUE(of_type(answer_to(w, w.c()), FrameType::snapshot).empty());
  w.hub().write(homes[0], {note(homes[0], "the fourth")});
  EXPECT_FALSE(of_type(answer_to(w, w.c()), FrameType::snapshot).empty());
  give_small_snapshots(w, {0, 1'000, 600});
  EXPECT_TRUE(of_type(answer_to(w, w.c()), FrameType::snapshot).empty()) << "switched off";
}

// A site that was away for a year takes the same path, and from where it stands.
TEST_F(Snapshots, ASiteThatWasAwayGetsTheRestOfItAndNothingComesBack) {
  const auto homes = cases_of(w, w.c(), 5);
  w.hub().write(homes[2], {add(homes[2], kTags, Value::text("removed meanwhile"))});
  w.hub().write(homes[2], {add(homes[2], kTags, Value::text("removed, and added again here"))});
  w.settle();
  const std::uint64_t before = cursor(w.c());
  w.hub().write(homes[2], {remove(homes[2], kTags, Value::text("removed meanwhile"))});
  w.hub().write(homes[2], {remove(homes[2], kTags, Value::text("removed, and added again here"))});
  // Homes 0 and 1 leave; 1 comes back; 2 is edited; 4 leaves.
  for (const RecordId& h : {homes[0], homes[1], homes[4]})
    w.hub().write(h, {give(h, kImplementing, w.a().organisation)});
  w.hub().write(homes[0], {note(homes[0], "not for c")});
  w.hub().write(homes[1], {note(homes[1], "while it was away")});
  w.hub().write(homes[1], {give(homes[1], kFollowing, w.c().organisation)});
  w.hub().write(homes[2], {set(homes[2], kTitle, Value::text("edited"))});
  const Hash own = w.c().write(homes[2], {note(homes[2], "written offline")});
  const Hash again = w.c().write(homes[2], {add(homes[2], kTags, Value::text("removed, and added again here"))});
  const Hash late = w.c().write(homes[0], {note(homes[0], "written offline, of a home that is gone")});
  w.now_ms += 365ull * 24 * 3600 * 1000;
  const auto frames = answer_to(w, w.c());
  ASSERT_FALSE(of_type(frames, FrameType::snapshot).empty());
  const auto manifest =
      decode_manifest(std::get<SignedManifest>(*decode_snapshot(of_type(frames, FrameType::snapshot)[0])).manifest);
  EXPECT_EQ(of_type(frames, FrameType::snapshot).size() - 1,
            manifest->chunks.size() - first_chunk(*manifest, before + 1));
  EXPECT_GT(first_chunk(*manifest, before + 1), 0u) << "not what it has already";
  w.site_takes(w.c(), frames);
  EXPECT_EQ(w.c().field(homes[2], kTitle)->value, Value::text("edited"));
  EXPECT_EQ(w.c().field(homes[1], kNotes)->heads.size(), 2u);
  EXPECT_EQ(w.c().field(homes[0], kNotes)->heads.size(), 1u) << "what left stays as it was";
  EXPECT_TRUE(w.c().receipt(own));
  w.settle();
  for (const Hash& c : {own, late, again}) EXPECT_TRUE(w.c().receipt(c));
  for (Party* p : {&w.c(), &w.hub()})
    EXPECT_EQ(p->field(homes[2], kTags)->heads, std::vector{version_id(again, 0)}) << "what was removed stays so";
  EXPECT_EQ(w.c().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
}

TEST_F(Snapshots, WhatLeftTheScopeIsNotInIt) {
  const auto homes = cases_of(w, w.c(), 5);
  w.hub().write(homes[0], {note(homes[0], "a secret of the other body")});
  w.hub().write(homes[0], {give(homes[0], kImplementing, w.a().organisation)});
  const auto frames = answer_to(w, w.c());
  std::string all;
  for (const Frame& f : of_type(frames, FrameType::snapshot)) all += std::string(f.bytes.begin(), f.bytes.end());
  EXPECT_EQ(all.find("a secret of the other body"), std::string::npos);
  w.site_takes(w.c(), frames);
  EXPECT_FALSE(knows(w.c(), homes[0]));
  EXPECT_TRUE(knows(w.c(), homes[1]));
}

TEST_F(Snapshots, ALongChangesetReachesOverSeveralChunks) {
  const auto homes = cases_of(w, w.c(), 3);
  const std::string text(5'000, 'x');
  w.hub().write(homes[1], {note(homes[1], text)});
  w.hub().write(homes[2], {note(homes[2], "after it")});
  const auto frames = answer_to(w, w.c());
  for (const Frame& f : of_type(frames, FrameType::snapshot)) EXPECT_LE(f.bytes.size(), 1'500u);
  w.site_takes(w.c(), frames);
  EXPECT_EQ(w.c().field(homes[1], kNotes)->heads.size(), 2u);
  EXPECT_EQ(w.c().field(homes[2], kNotes)->heads.size(), 2u);
}

TEST_F(Snapshots, ByStickOneIsWholeInEachFileAndTheStreamGoesOnAfterIt) {
  const auto homes = cases_of(w, w.c(), 4);
  w.hub_takes(w.c().device, w.request(w.c()));
  const auto first = w.reply(w.c().device);
  w.hub().write(homes[0], {note(homes[0], "later")});
  const auto second = w.reply(w.c().device);
  EXPECT_EQ(of_type(second, FrameType::snapshot), of_type(first, FrameType::snapshot));
  EXPECT_EQ(of_type(second, FrameType::stream).size(), 1u);
  EXPECT_EQ(w.site_takes(w.c(), second, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(w.c().field(homes[0], kNotes)->heads.size(), 2u);
  EXPECT_EQ(w.site_takes(w.c(), first, true).code, OutcomeCode::duplicate);
}

// The content that is to be gone is in no snapshot any more (S-I7).
TEST_F(Snapshots, ARedactedBodyGoesFromTheOnesThatAreThereToo) {
  const auto homes = cases_of(w, w.c(), 4);
  const Hash said = w.hub().write(homes[0], {note(homes[0], "to be removed")});
  const auto hold_it = [&](const std::vector<Frame>& frames) {
    std::string all;
    for (const Frame& f : frames) all += std::string(f.bytes.begin(), f.bytes.end());
    return all.find("to be removed") != std::string::npos;
  };
  EXPECT_TRUE(hold_it(answer_to(w, w.c())));
  Operation redaction;
  redaction.kind = OperationKind::redact;
  redaction.target = said;
  redaction.text = "Decree 13/2023, article 16";
  w.hub().write(homes[0], {redaction});
  EXPECT_FALSE(snapshot_at(w.hub(), stream_of(w.c())));
  const auto frames = answer_to(w, w.c());
  EXPECT_FALSE(of_type(frames, FrameType::snapshot).empty());
  EXPECT_FALSE(hold_it(frames));
  w.site_takes(w.c(), frames);
  EXPECT_TRUE(w.c().version(said)->value.is_absent());
  EXPECT_FALSE(w.c().disputed(homes[0]));
}

// ... and a site that holds the home from before hears of it, though the home has left meanwhile.
TEST_F(Snapshots, ARedactionReachesASiteThatTheHomeHasLeft) {
  const auto homes = cases_of(w, w.c(), 4);
  const Hash said = w.hub().write(homes[0], {note(homes[0], "to be removed")});
  w.settle();
  ASSERT_FALSE(w.c().version(said)->value.is_absent());
  Operation redaction;
  redaction.kind = OperationKind::redact;
  redaction.target = said;
  redaction.text = "Decree 13/2023, article 16";
  w.hub().write(homes[0], {redaction});
  w.hub().write(homes[0], {give(homes[0], kImplementing, w.a().organisation)});
  cases_of(w, w.c(), 3);
  ASSERT_FALSE(of_type(answer_to(w, w.c()), FrameType::snapshot).empty());
  w.exchange(w.c());
  EXPECT_TRUE(w.c().version(said)->value.is_absent());
}

// The sum is checked before anything stands; then the stream itself serves.
TEST_F(Snapshots, OneThatComesOutWrongChangesNothingAndTheStreamServes) {
  const auto homes = cases_of(w, w.c(), 4);
  const auto right = w.hub().with([&](Store& s) { return *s.stream(stream_of(w.c())); });
  StreamRow wrong = right;
  wrong.digest[0] ^= 1;
  w.hub().with([&](Store& s) { s.put_stream(wrong); });
  const auto frames = answer_to(w, w.c());
  w.hub().with([&](Store& s) { s.put_stream(right); });
  w.site_takes(w.c(), frames);
  EXPECT_TRUE(w.last.notices(OutcomeCode::digest_differs));
  EXPECT_EQ(cursor(w.c()), 0u);
  for (const RecordId& home : homes) EXPECT_FALSE(knows(w.c(), home));
  const auto next = answer_to(w, w.c());
  EXPECT_TRUE(of_type(next, FrameType::snapshot).empty());
  w.site_takes(w.c(), next);
  for (const RecordId& home : homes) EXPECT_TRUE(knows(w.c(), home));
}

// A database that was set back lacks own changesets: they come by the device's stream before the snapshot can stand.
TEST_F(Snapshots, ADeviceThatWasSetBackGetsItsOwnWorkBackFirst) {
  const auto homes = cases_of(w, w.c(), 2);
  w.settle();
  station::test::Folder folder;
  w.c().backup(folder.path() / "copy");
  std::vector<Hash> own;
  for (int i = 0; i < 4; ++i) own.push_back(w.c().write(homes[0], {note(homes[0], "own " + std::to_string(i))}));
  w.exchange(w.c());
  cases_of(w, w.c(), 3);
  w.c().restore(folder.path() / "copy");
  for (int i = 0; i < 4; ++i) w.exchange(w.c());
  for (const Hash& c : own) EXPECT_TRUE(w.c().receipt(c));
  EXPECT_EQ(w.c().field(homes[0], kNotes)->heads.size(), 5u);
}

// However small the budget of a line: the manifest, or one chunk, goes in every answer.
TEST_F(Snapshots, NothingOfItIsTooLargeForTheBudgetOfALine) {
  const auto homes = cases_of(w, w.c(), 4);
  constexpr std::size_t kTiny = 64;
  int rounds = 0;
  std::uint64_t chunks = 0;
  for (bool more = true; more;) {
    ASSERT_LT(++rounds, 60);
    const Taken heard = w.hub_takes(w.c().device, w.request(w.c()));
    const Actions made = w.hub().step(MakeReply{w.c().device, heard.have, kTiny, heard.notices});
    const Taken taken = w.site_takes(w.c(), made.find<Reply>()->frames);
    chunks += taken.snapshot_chunks;
    more = taken.more;
  }
  EXPECT_GT(chunks, 4u);
  for (const RecordId& home : homes) EXPECT_TRUE(knows(w.c(), home));
}

// Who has the entries and asks for one again gets that one: a snapshot would bring it nothing (S-A11).
TEST_F(Snapshots, ADamagedChangesetIsFetchedThoughTheReaderLacksManyEntries) {
  const auto homes = cases_of(w, w.c(), 4);
  const Hash damaged = w.hub().write(homes[0], {note(homes[0], "damaged on the disk")});
  w.settle();
  const auto flip = [&](Party& p) {
    p.with([&](Store& s) {
      ChangesetRow row = s.changeset(damaged).value();
      row.bytes.body[20] ^= 0x10;
      s.put_changeset(row);
    });
  };
  const auto body = [&](Party& p) { return p.with([&](Store& s) { return s.changeset(damaged)->bytes.body; }); };
  const Bytes whole = body(w.c());
  flip(w.c());
  cases_of(w, w.c(), 4);
  EXPECT_TRUE(w.c().step(Mend{{damaged}}).notices(OutcomeCode::bad_changeset));
  const auto frames = answer_to(w, w.c());
  EXPECT_TRUE(of_type(frames, FrameType::snapshot).empty());
  w.site_takes(w.c(), frames);
  EXPECT_EQ(body(w.c()), whole);
}

// One that was made of bytes damaged at the hub goes once they are put right.
TEST_F(Snapshots, OneOfDamagedBytesIsMadeAnewOnceTheyAreMended) {
  const auto homes = cases_of(w, w.c(), 2);
  w.hub().write(homes[0], {give(homes[0], kFollowing, w.a().organisation)});
  w.settle();
  const Hash damaged = w.a().write(homes[0], {note(homes[0], "damaged on the disk")});
  w.exchange(w.a());
  w.exchange(w.a());
  w.hub().with([&](Store& s) {
    ChangesetRow row = s.changeset(damaged).value();
    row.bytes.body[20] ^= 0x10;
    s.put_changeset(row);
  });
  cases_of(w, w.c(), 3);
  ASSERT_FALSE(of_type(answer_to(w, w.c()), FrameType::snapshot).empty());
  EXPECT_TRUE(w.hub().step(Mend{{damaged}}).notices(OutcomeCode::bad_changeset));
  w.exchange(w.a());
  w.exchange(w.a());
  EXPECT_FALSE(snapshot_at(w.hub(), stream_of(w.c())));
  const auto frames = answer_to(w, w.c());
  ASSERT_FALSE(of_type(frames, FrameType::snapshot).empty());
  w.site_takes(w.c(), frames);
  EXPECT_FALSE(w.last.notices(OutcomeCode::digest_differs));
  EXPECT_TRUE(w.c().receipt(damaged));
}

// A restored hub that still waits for a changeset makes none over the hole: its reader would wait with it.
TEST_F(Snapshots, NoneIsMadeOverAChangesetThatTheHubLacks) {
  cases_of(w, w.c(), 4);
  const Have have = asks(w, w.c());
  EntryRow row = w.hub().with([&](Store& s) { return s.entry(stream_of(w.c()), 3).value(); });
  ASSERT_EQ(row.type, EntryType::receipt);
  const Hash there = row.changeset;
  row.changeset = filled<32>(0x77);
  w.hub().with([&](Store& s) { s.put_entry(row); });
  for (int i = 0; i < 3; ++i) {
    const auto frames = w.reply(w.c().device, have);
    EXPECT_TRUE(of_type(frames, FrameType::snapshot).empty());
    EXPECT_FALSE(of_type(frames, FrameType::stream).empty()) << "the stream serves meanwhile";
  }
  row.changeset = there;
  w.hub().with([&](Store& s) { s.put_entry(row); });
  EXPECT_FALSE(of_type(w.reply(w.c().device, have), FrameType::snapshot).empty());
}

}  // namespace
}  // namespace tram::sync::test
