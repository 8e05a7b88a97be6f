// Second receipts: work whose base arrives later, and adoption of what was quarantined (sync design 1, 3 and 4).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class SecondReceipt : public ::testing::Test {
 protected:
  // A case that a assigns and implements; a has a second device whose log is written by hand.
  SecondReceipt() : home(w.new_case(w.a().organisation)), other(w, id<DeviceId>(0x71), 0x71, w.a().organisation) {
    w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
    Device entry;
    entry.id = other.device;
    entry.site = other.organisation;
    entry.identity = other.key.public_key;
    w.add_directory(entry);
    w.settle();
  }
  ~SecondReceipt() override {
    w.settle();
    w.expect_converged();
  }
  Forger::Options base(const VersionId& auth_base) {
    Forger::Options o;
    o.auth_base = auth_base;
    return o;
  }
  void expect(const Hash& changeset, Verdict verdict, Reason reason, std::uint16_t operation = 0) {
    const auto found = w.hub().verdict(changeset, operation);
    EXPECT_EQ(name(found.verdict), name(verdict));
    EXPECT_EQ(name(found.reason), name(reason));
  }
  void expect_admitted(const Hash& changeset, std::uint16_t operation = 0) {
    expect(changeset, Verdict::admitted, Reason::none, operation);
  }
  std::uint64_t receipts() {
    return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); });
  }

  World w;
  const RecordId home;
  Forger other;
};

TEST_F(SecondReceipt, WorkWhoseAuthBaseArrivesLaterIsJudgedAgain) {
  Forger& f = w.forger_a();
  const Changeset change = f.sign(home, {give(home, kFollowing, w.c().organisation)}, base(w.hub().auth_head(home)));
  const VersionId later = version_id(change.hash(), 0);
  const Hash early = other.push(home, {set(home, kPercent, Value::integer(7))}, base(later));
  expect(early, Verdict::quarantined, Reason::missing_base);
  w.settle();
  EXPECT_EQ(w.a().outcome(early), Outcome::quarantined);
  expect_admitted(other.push(home, {note(home, "the log goes on")}));
  f.push(change);
  expect_admitted(change.hash());
  expect_admitted(early);
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.c()}) {
    EXPECT_EQ(p->field(home, kPercent)->value, Value::integer(7)) << p->code;
    EXPECT_EQ(p->version(early)->organisation, w.a().organisation) << p->code;
  }
  EXPECT_TRUE(w.hub().with([](Store& s) { return s.versions_with_verdict(Verdict::quarantined); }).empty());
}

TEST_F(SecondReceipt, OnlyWhatWasQuarantinedIsJudgedAgain) {
  Forger& f = w.forger_a();
  const auto n = filled<16>(0x21);
  const RecordId child = f.new_record(0x21);
  const Changeset creation = f.sign(home, {create(child, n, kCase, home)}, base(w.hub().auth_head(home)));
  const Hash mixed = other.push(home,
                                {set(child, kTitle, Value::text("of the child")),
                                 set(home, kTitle, Value::text("stands")), set(home, kDeadline, Value::integer(1))},
                                base(w.hub().auth_head(home)));
  expect(mixed, Verdict::quarantined, Reason::missing_base, 0);
  expect_admitted(mixed, 1);
  expect_admitted(mixed, 2);
  const std::uint64_t first = w.hub().version(mixed, 1)->hub_seq;
  w.hub().write(home, {set(home, kTitle, Value::text("later"))});
  f.push(creation);
  expect_admitted(mixed, 0);
  expect_admitted(mixed, 1);
  EXPECT_EQ(w.hub().version(mixed, 1)->hub_seq, first) << "it has its place in the order";
  EXPECT_GT(w.hub().version(mixed, 0)->hub_seq, first);
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) {
    EXPECT_EQ(p->field(child, kTitle)->value, Value::text("of the child")) << p->code;
    EXPECT_EQ(p->field(home, kTitle)->value, Value::text("later")) << p->code;
  }
}

TEST_F(SecondReceipt, WhatStillMissesItsBaseGetsNoSecondReceipt) {
  const Hash never = other.push(home, {set(id<RecordId>(0xEF), kTitle, Value::text("x"))});
  const std::uint64_t before = receipts();
  w.hub().write(home, {note(home, "one")});
  w.hub().write(home, {note(home, "two")});
  EXPECT_EQ(receipts(), before + 2);
  expect(never, Verdict::quarantined, Reason::missing_base);
}

TEST_F(SecondReceipt, AnAllOrNothingChangesetWaitsWholeForItsBase) {
  Forger& f = w.forger_a();
  const Changeset change = f.sign(home, {give(home, kFollowing, w.c().organisation)}, base(w.hub().auth_head(home)));
  Forger::Options o = base(version_id(change.hash(), 0));
  o.flags = kAllOrNothing;
  const Hash early = other.push(home, {set(home, kPercent, Value::integer(9)), note(home, "with it")}, o);
  EXPECT_TRUE(w.hub().receipt(early)->quarantines_all());
  EXPECT_FALSE(w.hub().field(home, kNotes));
  f.push(change);
  EXPECT_TRUE(w.hub().receipt(early)->exceptions.empty());
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 1u);
}

}  // namespace
}  // namespace tram::sync::test
