// Scenarios S-A (sync design 14): logs that lose, repeat or forge something.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tram::sync::test
