// A body that the directory tells to keep nothing (sync design 7, mode purge; docs/adr/0016): what it still holds of a
// home that left its scope, and when.
#include "sync/left_homes.h"

#include "files.h"
#include "scenario.h"
#include "sync/recovery.h"

namespace tram::sync::test {
namespace {

class LeftHomes : public Scenario {
 protected:
  LeftHomes() {
    keep(w.a(), false);
    w.settle();
  }
  void keep(Party& party, bool everything) {
    Organisation o =
        *w.hub().with([&](Store& s) { return w.hub().engine->directory(s).organisation(party.organisation); });
    o.parts = static_cast<std::uint16_t>(everything ? o.parts & ~kErasesOnLeave : o.parts | kErasesOnLeave);
    w.add_directory(o);
  }
  Hash move_to(Party& party) { return w.hub().write(home, {give(home, kImplementing, party.organisation)}); }
  // The exchange of a site whose changesets do not arrive.
  void hears(Party& site) {
    const Taken heard = w.hub_takes(site.device, without(w.request(site), FrameType::changesets));
    w.site_takes(site, w.reply(site.device, heard.have));
  }
  std::optional<LeftHome> stub(Party& party) {
    return party.with([&](Store& s) { return left_home(s, home); });
  }
  static bool holds(Party& party, const Hash& changeset) {
    return party.with([&](Store& s) { return s.changeset(changeset).has_value(); });
  }
  void expect_rows(Party& party, bool some) {
    party.with([&](Store& s) {
      EXPECT_EQ(!s.records_of_home(home, Layer::provisional).empty(), some) << party.code;
      EXPECT_EQ(!s.versions_of_home(home).empty(), some) << party.code;
      EXPECT_EQ(!s.fields_of_home(home).empty(), some) << party.code;
      EXPECT_EQ(s.home(home).has_value(), some) << party.code;
    });
  }
  // A backup of the hub that holds everything so far, and word of it at the site.
  void back_up() {
    w.hub().with([](Store& s) { note_durable(s, {1, meta_u64(s, meta::kHubSeq)}); });
    w.hub().write(other, {note(other, "news, so that a signed head goes out")});
    w.settle();
  }

  const RecordId other = w.new_case(w.a().organisation);
};

TEST_F(LeftHomes, S_F1_InModePurgeRowsAndChunksGoAndAStubRemains) {
  const Hash own = w.a().write(home, {note(home, "of a")});
  const Hash foreign = w.b().write(home, {note(home, "of b")});
  const RecordId file = attach(w.a(), home, content(2));
  for (int i = 0; i < 4; ++i) w.settle();
  const auto ids = w.a().with([&](Store& s) { return s.chunk_list(file); });
  ASSERT_EQ(chunks_at(w.b(), file), 2u);
  const Hash moved = move_to(w.c());
  w.settle();
  expect_rows(w.a(), false);
  EXPECT_FALSE(chunks_at(w.a(), file));
  for (const Hash& id : ids) EXPECT_FALSE(w.a().with([&](Store& s) { return s.has_chunk(home, id); }));
  const auto left = stub(w.a());
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->erased);
  EXPECT_EQ(left->left_ms, w.hub().receipt(moved)->hub_time_ms);
  // What others wrote goes once a backup of the hub holds it; what a wrote is its log, and stays.
  EXPECT_TRUE(holds(w.a(), foreign));
  back_up();
  EXPECT_FALSE(holds(w.a(), foreign));
  EXPECT_TRUE(holds(w.a(), own));
  // Nothing of it is gone where it belongs.
  for (Party* p : {&w.hub(), &w.b(), &w.c()}) {
    expect_rows(*p, true);
    EXPECT_EQ(p->field(home, kNotes)->heads.size(), 2u) << p->code;
    EXPECT_EQ(chunks_at(*p, file), 2u) << p->code;
    EXPECT_FALSE(stub(*p)) << p->code;
  }
}

TEST_F(LeftHomes, NothingGoesWhileOwnWorkWaitsForItsReceipt) {
  w.a().write(home, {note(home, "offline")});
  move_to(w.c());
  hears(w.a());
  ASSERT_TRUE(stub(w.a()));
  EXPECT_FALSE(stub(w.a())->erased);
  expect_rows(w.a(), true);
  w.exchange(w.a());
  EXPECT_TRUE(stub(w.a())->erased);
  expect_rows(w.a(), false);
  w.settle();
  EXPECT_EQ(w.c().field(home, kNotes)->heads.size(), 1u) << "and it was not lost";
}

// S-C7: nobody else has it.
TEST_F(LeftHomes, NothingGoesBeforeTheHubHasAllOfAnOwnFile) {
  const RecordId file = attach(w.a(), home, content(4));
  const RecordId late = attach(w.a(), home, content(2));
  move_to(w.c());
  const Taken heard = w.hub_takes(w.a().device, without(w.request(w.a()), FrameType::blob));
  w.site_takes(w.a(), w.reply(w.a().device, heard.have));
  ASSERT_TRUE(stub(w.a()));
  EXPECT_FALSE(stub(w.a())->erased);
  EXPECT_EQ(chunks_at(w.a(), file), 4u);
  for (int i = 0; i < 6; ++i) w.settle();
  EXPECT_TRUE(stub(w.a())->erased);
  expect_rows(w.a(), false);
  EXPECT_FALSE(chunks_at(w.a(), file));
  for (Party* p : {&w.hub(), &w.c()}) EXPECT_EQ(chunks_at(*p, file), 4u) << p->code;
  for (Party* p : {&w.hub(), &w.c()}) EXPECT_EQ(chunks_at(*p, late), 2u) << p->code;
}

// It was withdrawn meanwhile where the home is now.
TEST_F(LeftHomes, AnOwnFileThatTheHubWantsNoMoreIsNotWaitedFor) {
  const RecordId file = attach(w.a(), home, content(4));
  w.hub_takes(w.a().device, without(w.request(w.a()), FrameType::blob));
  move_to(w.c());
  Operation withdrawn = happens(file, kWithdrawn);
  withdrawn.field = kFileState;
  w.hub().write(home, {withdrawn});
  w.settle();
  w.settle();
  EXPECT_TRUE(stub(w.a())->erased);
  expect_rows(w.a(), false);
}

TEST_F(LeftHomes, AHomeThatComesBackIsWholeAgain) {
  w.b().write(home, {note(home, "of b")});
  const RecordId file = attach(w.b(), home, content(2));
  for (int i = 0; i < 4; ++i) w.settle();
  move_to(w.c());
  w.settle();
  back_up();
  w.c().write(home, {set(home, kPercent, Value::integer(70))});
  w.exchange(w.c());
  move_to(w.a());
  for (int i = 0; i < 4; ++i) w.settle();
  EXPECT_FALSE(stub(w.a()));
  EXPECT_EQ(w.a().field(home, kPercent)->value, Value::integer(70));
  EXPECT_EQ(w.a().field(home, kNotes)->heads, w.hub().field(home, kNotes)->heads);
  EXPECT_EQ(chunks_at(w.a(), file), 2u);
  move_to(w.c());
  w.settle();
  expect_rows(w.a(), false);
}

// Another device of the body wrote it after the home had left: it waits in quarantine, and can be adopted.
TEST_F(LeftHomes, WhatIsQuarantinedAfterwardsIsKept) {
  move_to(w.c());
  w.settle();
  Forger::Options unknown_anchor;
  unknown_anchor.anchor = {1, 9'999, {}};
  const Hash late = w.forger_a().push(home, {note(home, "too late")}, unknown_anchor);
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(late).verdict), "quarantined");
  back_up();
  EXPECT_TRUE(holds(w.a(), late));
  EXPECT_EQ(w.a().with([](Store& s) { return s.versions_with_verdict(Verdict::quarantined).size(); }), 1u);
}

TEST_F(LeftHomes, TheModeIsThatOfTheBodyWhenItLeaves) {
  keep(w.a(), true);
  move_to(w.c());
  w.settle();
  EXPECT_FALSE(stub(w.a()));
  expect_rows(w.a(), true);
}

}  // namespace

// The hub is set back to before the home left, and goes on without a: what had left is in scope again.
TEST(LeftHomesOfARestoredHub, ALeaveThatNeverWasGivesTheHomeBack) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  Organisation o =
      *w.hub().with([&](Store& s) { return w.hub().engine->directory(s).organisation(w.a().organisation); });
  o.parts |= kErasesOnLeave;
  w.add_directory(o);
  w.settle();
  w.a().write(home, {note(home, "of a")});
  w.hub().write(home, {note(home, "of the hub")});
  w.settle();
  station::test::Folder backups;
  w.hub().backup(backups.path() / "hub");
  w.hub().write(home, {give(home, kImplementing, w.c().organisation)});
  w.settle();
  ASSERT_TRUE(w.a().with([&](Store& s) { return left_home(s, home)->erased; }));
  w.hub().restore(backups.path() / "hub");
  w.hub().step(Start{});
  w.hub().step(StartRecovery{});
  w.hub().step(EndRecovery{});
  for (int i = 0; i < 3; ++i) w.settle();
  EXPECT_FALSE(w.a().with([&](Store& s) { return left_home(s, home); }));
  ASSERT_TRUE(w.a().field(home, kNotes));
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 2u);
  w.expect_converged();
}

}  // namespace tram::sync::test
