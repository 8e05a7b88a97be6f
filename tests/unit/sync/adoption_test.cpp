// Two branches of one log, and adoption (sync design 8 and 3, kind 12; S-A2, S-G1).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Adoption : public ::testing::Test {
 protected:
  Adoption() : home(w.new_case(w.a().organisation)) { w.settle(); }
  ~Adoption() override {
    w.settle();
    w.expect_converged();
  }
  // Site a is set back without its fence file noticing: it signs numbers again that the hub holds.
  std::vector<Hash> branch(int lost, int saved) {
    const auto copy = backups.path() / "copy";
    w.a().backup(copy);
    for (int i = 0; i < lost; ++i) w.a().write(home, {note(home, "lost " + std::to_string(i))});
    w.settle();
    w.a().restore(copy);
    std::vector<Hash> own;
    for (int i = 0; i < saved; ++i) own.push_back(w.a().write(home, {note(home, "branch " + std::to_string(i))}));
    return own;
  }
  static std::set<std::string> notes(Party& p, const RecordId& record) {
    std::set<std::string> found;
    p.with([&](Store& s) {
      for (const VersionRow& v : s.live_versions(record, kNotes)) found.insert(*v.value.get<std::string>());
    });
    return found;
  }
  static Operation adopt(const Hash& changeset) {
    Operation op;
    op.kind = OperationKind::adopt;
    op.target = changeset;
    return op;
  }
  void expect(const Hash& changeset, Verdict verdict, Reason reason, std::uint16_t operation = 0) {
    const auto found = w.hub().verdict(changeset, operation);
    EXPECT_EQ(name(found.verdict), name(verdict));
    EXPECT_EQ(name(found.reason), name(reason));
  }
  void expect_complete(Party& p, int lost, int saved) {
    std::set<std::string> all;
    for (int i = 0; i < lost; ++i) all.insert("lost " + std::to_string(i));
    for (int i = 0; i < saved; ++i) all.insert("branch " + std::to_string(i));
    EXPECT_EQ(notes(p, home), all) << p.code;
  }
  // No hole and no break in any log of a.
  void expect_whole_logs() {
    w.a().with([](Store& s) {
      for (const LogRow& log : s.logs()) {
        if (!log.own) continue;
        std::uint64_t expected = 1;
        Hash prev{};
        s.each_changeset(log.log, 1, [&](const ChangesetRow& row) {
          EXPECT_EQ(row.seq, expected++);
          EXPECT_EQ(decode_header(row.bytes.header)->prev, prev);
          prev = row.hash;
          return true;
        });
        EXPECT_EQ(expected, log.head_seq + 1);
        EXPECT_EQ(log.receipted_seq, log.head_seq);
      }
    });
  }

  World w;
  const RecordId home;
  station::test::Folder backups;
};

// S-A2, second half: both branches are complete, each changeset once, and no person did anything.
TEST_F(Adoption, ADeviceAdoptsItsOwnBranch) {
  for (const auto& [lost, saved] : {std::pair(3, 3), std::pair(1, 5), std::pair(5, 1)}) {
    SCOPED_TRACE(lost);
    World fresh;
    const RecordId record = fresh.new_case(fresh.a().organisation);
    fresh.settle();
    const auto copy = backups.path() / std::to_string(lost);
    fresh.a().backup(copy);
    for (int i = 0; i < lost; ++i) fresh.a().write(record, {note(record, "lost " + std::to_string(i))});
    fresh.settle();
    const LogId old = fresh.a().log().log;
    fresh.a().restore(copy);
    std::vector<Hash> own;
    for (int i = 0; i < saved; ++i)
      own.push_back(fresh.a().write(record, {note(record, "branch " + std::to_string(i))}));
    fresh.settle();
    fresh.settle();
    EXPECT_NE(fresh.a().log().log, old) << "a new incarnation";
    for (Party* p : {&fresh.hub(), &fresh.a()}) {
      EXPECT_EQ(notes(*p, record).size(), static_cast<std::size_t>(lost + saved)) << p->code;
      for (const Hash& c : own) {
        EXPECT_EQ(name(p->verdict(c).verdict), "admitted") << p->code;
        EXPECT_EQ(p->version(c)->person, fresh.a().person) << "its author stays";
      }
    }
    EXPECT_TRUE(fresh.hub().with([](Store& s) { return s.versions_with_verdict(Verdict::quarantined); }).empty());
    EXPECT_EQ(fresh.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
    const std::uint64_t quiet = fresh.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); });
    fresh.settle();
    EXPECT_EQ(fresh.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); }), quiet) << "and then rests";
    fresh.expect_converged();
  }
}

TEST_F(Adoption, TheLogsAreWholeAgainAfterABranch) {
  branch(3, 4);
  w.settle();
  w.settle();
  expect_complete(w.hub(), 3, 4);
  expect_complete(w.a(), 3, 4);
  expect_whole_logs();
  w.a().write(home, {note(home, "after")});
  w.settle();
  EXPECT_EQ(notes(w.a(), home).size(), 8u);
}

// A branch longer than the hub's log, whole in one bundle: the evidence is kept, nothing is rolled back.
TEST_F(Adoption, ALongBranchByStickIsKeptAsEvidence) {
  const auto own = branch(1, 4);
  const auto up = w.request(w.a());
  EXPECT_EQ(w.hub_takes(w.a().device, up, true).code, OutcomeCode::ok_new);
  for (const Hash& c : own) expect(c, Verdict::quarantined, Reason::fork);
  EXPECT_EQ(w.hub_takes(w.a().device, up, true).code, OutcomeCode::duplicate);
  w.settle();
  w.settle();
  expect_complete(w.hub(), 1, 4);
}

TEST_F(Adoption, WhatIsQuarantinedLeavesTheScreenOnlyUntilItIsAdopted) {
  branch(2, 2);
  w.exchange(w.a());
  w.exchange(w.a());
  w.exchange(w.a());
  const auto shown = w.a().field(home, kNotes, Layer::provisional);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->heads.size(), 4u);
}

class ByPerson : public Adoption {
 protected:
  // A forged second branch of a hand-written log: no device adopts it.
  ByPerson() {
    Forger& f = w.forger_a();
    f.push(home, {note(home, "first")});
    --f.seq;
    f.prev = Hash{};
    const Changeset other = f.sign(home, {note(home, "second"), set(home, kDeadline, Value::integer(5))}, {});
    forked = f.push(other);
    w.settle();
  }
  Hash forked{};
};

TEST_F(ByPerson, AnApproverOfTheSameOrganisationAdopts) {
  expect(forked, Verdict::quarantined, Reason::fork);
  EXPECT_EQ(w.a().outcome(forked), Outcome::quarantined) << "listed at its author's organisation";
  w.a().role = Role::approver;
  const Hash act = w.a().write(home, {adopt(forked)});
  w.settle();
  expect(act, Verdict::admitted, Reason::none);
  expect(forked, Verdict::admitted, Reason::none, 0);
  expect(forked, Verdict::proposal, Reason::no_authority, 1);  // judged where the home stands now
  EXPECT_EQ(notes(w.a(), home), (std::set<std::string>{"first", "second"}));
  EXPECT_EQ(w.a().version(forked)->person, id<PersonId>(0x0F)) << "the author keeps the credit";
  // Twice is a no-op.
  const std::uint64_t before = w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); });
  w.a().write(home, {adopt(forked)});
  w.settle();
  EXPECT_EQ(w.hub().with([](Store& s) { return meta_u64(s, meta::kHubSeq); }), before + 1);
}

TEST_F(ByPerson, NobodyElseDoes) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  w.a().role = Role::operator_;
  const Hash by_operator = w.a().write(home, {adopt(forked)});
  w.b().role = Role::approver;
  const Hash by_other = w.b().write(home, {adopt(forked)});
  w.settle();
  expect(by_operator, Verdict::proposal, Reason::no_authority);
  expect(by_other, Verdict::proposal, Reason::no_authority);
  expect(forked, Verdict::quarantined, Reason::fork);
}

TEST_F(ByPerson, ADeviceAdoptsNoOtherDevicesBranch) {
  Forger::Options o;
  o.person = PersonId{};
  o.role = Role::device;
  Forger f(w, id<DeviceId>(0x72), 0x72, w.a().organisation);
  Device entry;
  entry.id = f.device;
  entry.site = f.organisation;
  entry.identity = f.key.public_key;
  w.add_directory(entry);
  expect(f.push(home, {adopt(forked)}, o), Verdict::proposal, Reason::no_authority);
  expect(forked, Verdict::quarantined, Reason::fork);
}

TEST_F(ByPerson, WhatIsUnknownOrOfAnotherHomeIsNotAdopted) {
  w.a().role = Role::approver;
  const Hash unknown = w.a().write(home, {adopt(hash_of(9))});
  const RecordId second = w.new_case(w.a().organisation);
  w.settle();
  const Hash elsewhere = w.a().write(second, {adopt(forked)});
  w.settle();
  expect(unknown, Verdict::quarantined, Reason::missing_base);
  expect(elsewhere, Verdict::quarantined, Reason::undecodable);
  expect(forked, Verdict::quarantined, Reason::fork);
}

TEST_F(ByPerson, WhatCannotBeReadIsNotAdopted) {
  Forger f(w, id<DeviceId>(0x72), 0x72, w.a().organisation);
  Device entry;
  entry.id = f.device;
  entry.site = f.organisation;
  entry.identity = f.key.public_key;
  w.add_directory(entry);
  const Hash unreadable = f.push(f.sign_body(home, {1, 2, 3}, 1, {}));
  w.settle();
  EXPECT_EQ(w.a().with([&](Store& s) { return s.version(version_id(unreadable, kAllOperations))->reason; }),
            Reason::undecodable)
      << "listed at its author's organisation too";
  w.a().role = Role::approver;
  w.a().write(home, {adopt(unreadable)});
  w.settle();
  expect(unreadable, Verdict::quarantined, Reason::undecodable);
}

}  // namespace
}  // namespace tram::sync::test
