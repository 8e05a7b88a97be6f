// Scenarios S-A (sync design 14): logs that lose, repeat or forge something.
#include <gtest/gtest.h>

#include "meddling.h"
#include "scenario.h"

namespace tram::sync::test {
namespace {

// Two bundles, seq 1-40 and 46-60; 41-45 never came.
TEST_F(Scenario, S_A7_AGapIsNamedAndTheNextStickFillsIt) {
  Forger& f = w.forger_a();
  std::vector<Changeset> log;
  for (int i = 1; i <= 60; ++i) log.push_back(f.sign(home, {note(home, std::to_string(i))}, {}));
  const auto bundle = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    return w.hub_takes(f.device, {encode_frame(f.segment({log.begin() + from - 1, log.begin() + to}))}, true);
  };
  EXPECT_EQ(bundle(1, 40).code, OutcomeCode::ok_new);
  const Taken held = bundle(46, 60);
  EXPECT_EQ(held.code, OutcomeCode::held_gap);
  EXPECT_EQ(held.missing, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{41, 45}}));
  EXPECT_TRUE(w.hub().receipt(log[39].hash()));
  EXPECT_FALSE(w.hub().receipt(log[45].hash())) << "nothing of a held bundle is used";
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 40u);
  // A later stick starts at the first changeset without a receipt.
  EXPECT_EQ(bundle(41, 60).receipted, 20u);
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 60u);
  EXPECT_EQ(bundle(46, 60).code, OutcomeCode::duplicate);
}

// A well-formed changeset with a forged signature arrives before the real one of the same seq.
TEST_F(Scenario, S_A8_AForgedSignatureNeverTakesTheSlotOfTheRealChangeset) {
  Forger& f = w.forger_a();
  const Changeset real = f.sign(home, {note(home, "real")}, {});
  Changeset forged = real;
  forged.signature[3] ^= 1;
  Changeset swapped = real;
  swapped.body[20] ^= 1;
  for (const Changeset& bad : {forged, swapped}) {
    EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({bad}))}).receipted, 0u);
    EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
    EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({bad}))}, true).code, OutcomeCode::bad_changeset);
    EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset_at(log_id(f.device, f.incarnation), 1); }));
  }
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({real}))}).receipted, 1u);
  EXPECT_EQ(w.hub().verdict(real.hash()).verdict, Verdict::admitted);
  // The same in the middle of a run: what is before it stands.
  const Changeset second = f.sign(home, {note(home, "second")}, {}), third = f.sign(home, {note(home, "third")}, {});
  Changeset bad = third;
  bad.signature[0] ^= 0x80;
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({second, bad}))}).receipted, 1u);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({third}))}).receipted, 1u);
}

class DamagedDisk : public Scenario {
 protected:
  static std::size_t fetching(Party& p) {
    return p.with([](Store& s) { return waiting_list(s, waiting::kFetch).size(); });
  }
};

TEST_F(DamagedDisk, S_A11_AFlippedBitInAnyChangesetIsFetchedAgain) {
  const Hash own = w.a().write(home, {note(home, "a's own")});
  w.settle();
  const Hash foreign = w.b().write(home, {note(home, "b's")});
  const Hash large = w.b().write(home, std::vector<Operation>(10, note(home, std::string(60'000, 'n'))));
  w.settle();
  w.a().write(home, {note(home, "and more after it")});
  w.settle();
  for (Party* damaged : {&w.a(), &w.hub()}) {
    for (const Hash& changeset : {own, foreign, large}) {
      for (const Place place : {Place::header, Place::signature, Place::body}) {
        const Changeset whole = stored(*damaged, changeset);
        flip(*damaged, changeset, place);
        EXPECT_TRUE(damaged->step(Mend{{changeset}}).notices(OutcomeCode::bad_changeset));
        EXPECT_EQ(fetching(*damaged), 1u);
        w.settle();
        EXPECT_EQ(stored(*damaged, changeset), whole) << damaged->code << ' ' << static_cast<int>(place);
        EXPECT_EQ(fetching(*damaged), 0u);
        w.expect_converged();
      }
    }
  }
}

TEST_F(DamagedDisk, S_A11_SeveralAtOnceAndWhatIsWholeIsLeftAlone) {
  std::vector<Hash> all;
  for (int i = 0; i < 5; ++i) all.push_back((i % 2 == 0 ? w.a() : w.b()).write(home, {note(home, std::to_string(i))}));
  w.settle();
  std::vector<Changeset> whole;
  for (const Hash& hash : all) whole.push_back(stored(w.a(), hash));
  for (const std::size_t i : {0u, 2u, 3u}) flip(w.a(), all[i], Place::body);
  w.a().step(Mend{all});
  EXPECT_EQ(fetching(w.a()), 3u);
  w.settle();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(stored(w.a(), all[i]), whole[i]) << i;
}

TEST_F(DamagedDisk, S_A11_ADamagedHeadIsFoundAtTheStart) {
  const Hash head = w.a().write(home, {note(home, "the newest")});
  w.settle();
  const Changeset whole = stored(w.a(), head);
  flip(w.a(), head, Place::body);
  w.a().restart();
  EXPECT_TRUE(w.a().step(Start{}).notices(OutcomeCode::bad_changeset));
  w.settle();
  EXPECT_EQ(stored(w.a(), head), whole);
}

TEST_F(DamagedDisk, S_A11_WhatComesInItsPlaceProvesItself) {
  const Hash foreign = w.b().write(home, {note(home, "b's")});
  w.settle();
  const Changeset whole = stored(w.a(), foreign);
  flip(w.a(), foreign, Place::body);
  flip(w.hub(), foreign, Place::body);  // the hub does not know it yet
  w.a().step(Mend{{foreign}});
  w.settle();
  EXPECT_NE(stored(w.a(), foreign), whole);
  EXPECT_EQ(fetching(w.a()), 1u) << "goes on asking";
  w.hub().step(Mend{{foreign}});
  w.settle();
  EXPECT_EQ(stored(w.hub(), foreign), whole);
  EXPECT_EQ(stored(w.a(), foreign), whole);
}

}  // namespace
}  // namespace tram::sync::test
