// Revoked devices: the cut-off, and honest work that comes late (sync design 4, bundle design 5.5; S-G1).
#include "sync/revocation.h"

#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Revoked : public ::testing::Test {
 protected:
  Revoked() : home(w.new_case(w.a().organisation)) { w.settle(); }
  ~Revoked() override {
    w.settle();
    w.expect_converged();
  }
  std::uint64_t hub_seq() {
    return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); });
  }
  void revoke(RevokeReason reason, std::uint64_t cut_off, const LogId& log = {}) {
    Revocation r;
    r.device = w.forger_a().device;
    r.reason = reason;
    r.log = log;
    r.epoch = reason == RevokeReason::retired ? 0 : 1;
    r.cut_off = cut_off;
    w.add_directory(r);
    Device entry = w.hub().with([&](Store& s) { return *w.hub().engine->directory(s).device(r.device); });
    entry.state = reason == RevokeReason::retired ? DeviceState::retired : DeviceState::revoked;
    w.add_directory(entry);
  }
  Taken bundle(std::vector<Changeset> changesets) {
    return w.hub_takes(w.forger_a().device, {encode_frame(w.forger_a().segment(std::move(changesets)))}, true);
  }
  void expect(const Hash& changeset, Verdict verdict, Reason reason) {
    EXPECT_EQ(name(w.hub().verdict(changeset).verdict), name(verdict));
    EXPECT_EQ(name(w.hub().verdict(changeset).reason), name(reason));
  }

  World w;
  const RecordId home;
};

// S-G1
TEST_F(Revoked, HonestWorkOfALostLaptopIsQuarantinedAndAdopted) {
  Forger& f = w.forger_a();
  const Hash before = f.push(home, {note(home, "before")});
  const Changeset late = f.sign(home, {note(home, "late"), set(home, kPercent, Value::integer(80))}, {});
  revoke(RevokeReason::lost, hub_seq());
  EXPECT_EQ(bundle({late}).code, OutcomeCode::held_review);
  expect(before, Verdict::admitted, Reason::none);
  expect(late.hash(), Verdict::quarantined, Reason::revoked);
  w.settle();
  EXPECT_EQ(w.a().outcome(late.hash()), Outcome::quarantined);
  EXPECT_FALSE(w.a().field(home, kPercent));
  w.a().role = Role::approver;
  Operation adopt;
  adopt.kind = OperationKind::adopt;
  adopt.target = late.hash();
  w.a().write(home, {adopt});
  w.settle();
  expect(late.hash(), Verdict::admitted, Reason::none);
  for (Party* p : {&w.hub(), &w.a()}) {
    EXPECT_EQ(p->field(home, kPercent)->value, Value::integer(80)) << p->code;
    EXPECT_EQ(p->version(late.hash())->person, id<PersonId>(0x0F)) << "the author keeps the credit";
  }
}

TEST_F(Revoked, ADeviceThatIsKnownAsRevokedHearsNothingByNetwork) {
  Forger& f = w.forger_a();
  const Changeset late = f.sign(home, {note(home, "late")}, {});
  revoke(RevokeReason::stolen, hub_seq());
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({late}))}).code, OutcomeCode::sender_revoked);
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(late.hash()); }));
  EXPECT_TRUE(w.reply(f.device).empty());
}

TEST_F(Revoked, ARetiredDeviceIsHeardUpToTheNumberItStatedAtAnyTime) {
  Forger& f = w.forger_a();
  f.push(home, {note(home, "one")});
  const Changeset stated = f.sign(home, {note(home, "two, on a stick when it retired")}, {});
  const Changeset beyond = f.sign(home, {note(home, "three")}, {});
  revoke(RevokeReason::retired, 2, log_id(f.device, f.incarnation));
  EXPECT_EQ(bundle({stated}).code, OutcomeCode::from_revoked);
  expect(stated.hash(), Verdict::admitted, Reason::none);
  EXPECT_EQ(bundle({stated}).code, OutcomeCode::duplicate);
  EXPECT_EQ(bundle({beyond}).code, OutcomeCode::held_review);
  expect(beyond.hash(), Verdict::quarantined, Reason::revoked);
  // It hears the fate of its work, and nothing of its organisation any more.
  std::size_t streams = 0;
  for (const Frame& frame : w.reply(f.device))
    if (frame.type == FrameType::stream) {
      ++streams;
      EXPECT_EQ(decode_stream(frame)->stream, device_stream(kZone, f.device));
    }
  EXPECT_GE(streams, 1u);
}

TEST_F(Revoked, OneBundleMayLieOnBothSidesOfTheCutOff) {
  Forger& f = w.forger_a();
  const Changeset one = f.sign(home, {note(home, "one")}, {});
  const Changeset two = f.sign(home, {note(home, "two")}, {});
  revoke(RevokeReason::retired, 1, log_id(f.device, f.incarnation));
  EXPECT_EQ(bundle({one, two}).code, OutcomeCode::held_review);
  expect(one.hash(), Verdict::admitted, Reason::none);
  expect(two.hash(), Verdict::quarantined, Reason::revoked);
}

TEST_F(Revoked, WorkOfACompromisedDeviceAfterTheMomentIsFlaggedAndStands) {
  Forger& f = w.forger_a();
  const Hash trusted = f.push(home, {note(home, "trusted")});
  const std::uint64_t from = hub_seq();
  const Hash suspect = f.push(home, {note(home, "suspect")});
  const Changeset late = f.sign(home, {note(home, "late")}, {});
  revoke(RevokeReason::compromised, from);
  EXPECT_EQ(bundle({late}).code, OutcomeCode::held_review);
  expect(trusted, Verdict::admitted, Reason::none);
  expect(suspect, Verdict::admitted, Reason::none);
  expect(late.hash(), Verdict::quarantined, Reason::revoked);
  const auto listed = w.hub().with([&](Store& s) { return suspect_work(s, w.hub().engine->directory(s), 10); });
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].changeset, suspect);
  EXPECT_EQ(listed[1].changeset, late.hash());
}

TEST_F(Revoked, TheStatedLogIsTheLastOneTheDeviceSpokeOf) {
  const LogRow log = w.a().log();
  w.a().write(home, {note(home, "not sent yet")});
  const auto up = w.request(w.a());
  w.hub_takes(w.a().device, {up.front()});  // HELLO alone: the rest was lost
  const StatedLog stated = w.hub().with([&](Store& s) { return stated_log(s, w.a().device); });
  EXPECT_EQ(stated.log, log.log);
  EXPECT_EQ(stated.seq, log.head_seq + 1);
}

TEST(RevocationEntry, ComesBackAndIsRefusedWithAnUnknownReason) {
  Revocation r;
  r.device = id<DeviceId>(1);
  r.reason = RevokeReason::compromised;
  r.epoch = 2;
  r.cut_off = 77;
  const auto entry = make_entry(kZone, 2, hash_of(1), 5, r, key_of(kDirectoryKey));
  EXPECT_EQ(entry.kind, EntryKind::revoke);
  const auto back = decode_entry(entry.bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->body, entry.body);
  for (const std::uint8_t reason : {std::uint8_t{0}, std::uint8_t{5}}) {
    Revocation bad = r;
    bad.reason = static_cast<RevokeReason>(reason);
    EXPECT_FALSE(decode_entry(make_entry(kZone, 2, hash_of(1), 5, bad, key_of(kDirectoryKey)).bytes));
  }
  for (const RevokeReason reason :
       {RevokeReason::retired, RevokeReason::lost, RevokeReason::stolen, RevokeReason::compromised})
    EXPECT_EQ(revoke_reason_named(name(reason)), reason);
  EXPECT_FALSE(revoke_reason_named("mislaid"));
}

}  // namespace
}  // namespace tram::sync::test
