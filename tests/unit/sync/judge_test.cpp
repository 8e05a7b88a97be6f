// The verdict table of sync design 4, one named test per row, judged at the hub over a real store; afterwards the sites
// take the receipts in and must compute the same.
#include <gtest/gtest.h>

#include "sync/dispute.h"
#include "sync/waiting_list.h"
#include "world.h"

namespace tram::sync::test {
namespace {

constexpr auto kNobody = VersionId{};  // auth_base of a home whose authority never changed

class Judge : public ::testing::Test {
 protected:
  // A case assigned by the hub's office, implemented by a, known to everybody it concerns.
  Judge() : home(w.new_case(w.a().organisation)) { w.settle(); }
  ~Judge() override {
    w.settle();
    w.expect_converged();
  }
  static Forger::Options base(const VersionId& auth_base, const Anchor& anchor = {}) {
    Forger::Options o;
    o.auth_base = auth_base;
    o.anchor = anchor;
    return o;
  }
  // The newest receipt of the hub, as a site that integrated it states it.
  Anchor anchor_now() {
    return w.hub().with([](Store& s) {
      const auto row = s.receipt(1, meta_u64(s, meta::kHubSeq)).value();
      Anchor a{row.hub_epoch, row.hub_seq, {}};
      const Hash hash = receipt_hash(row.bytes);
      std::copy_n(hash.begin(), 8, a.hash.begin());
      return a;
    });
  }
  void expect(const Hash& changeset, Verdict verdict, Reason reason, std::uint16_t operation = 0) {
    const auto found = w.hub().verdict(changeset, operation);
    EXPECT_EQ(name(found.verdict), name(verdict));
    EXPECT_EQ(name(found.reason), name(reason));
  }
  void expect_admitted(const Hash& changeset, std::uint16_t operation = 0) {
    expect(changeset, Verdict::admitted, Reason::none, operation);
  }

  World w;
  const RecordId home;
};

TEST_F(Judge, NotGuardedAndInScopeIsAdmitted) {
  expect_admitted(w.forger_a().push(home, {set(home, kTitle, Value::text("x"))}));
}

TEST_F(Judge, GuardedWithTheHeadsAuthorityIsAdmitted) {
  expect_admitted(w.forger_a().push(home, {set(home, kPercent, Value::integer(10))}, base(kNobody)));
}

TEST_F(Judge, AnEmptyAuthBaseMeansRightAfterCreation) {
  expect_admitted(w.forger_a().push(home, {set(home, kPercent, Value::integer(10))}));
}

TEST_F(Judge, AStaleBaseIsAdmittedWhileTheAuthorIsStillAuthorised) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  ASSERT_FALSE(w.hub().auth_head(home).is_zero());
  expect_admitted(w.forger_a().push(home, {set(home, kPercent, Value::integer(10))}, base(kNobody)));
}

TEST_F(Judge, OutOfScopeIsTheSameForForeignAndUnknownHomes) {
  const Hash foreign = w.forger_b().push(home, {set(home, kTitle, Value::text("x"))});
  const RecordId nowhere = id<RecordId>(0xEE);
  const Hash unknown = w.forger_b().push(nowhere, {set(nowhere, kTitle, Value::text("x"))});
  expect(foreign, Verdict::quarantined, Reason::out_of_scope);
  expect(unknown, Verdict::quarantined, Reason::out_of_scope);
  EXPECT_EQ(w.hub().receipt(foreign)->exceptions, w.hub().receipt(unknown)->exceptions);
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("made"));
}

TEST_F(Judge, OutOfScopeIsToldToTheAuthorsOrganisationAlone) {
  const Hash foreign = w.forger_b().push(home, {set(home, kTitle, Value::text("x"))});
  w.settle();
  EXPECT_TRUE(w.b().receipt(foreign));
  EXPECT_FALSE(w.a().receipt(foreign));
  EXPECT_FALSE(w.a().with([&](Store& s) { return s.changeset(foreign); }));
}

// S-F2: work on notes written before the author knew that it had lost the assignment applies.
TEST_F(Judge, ScopeAtTheAnchorIsEnough) {
  const Anchor before = anchor_now();
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  Forger& f = w.forger_a();
  expect_admitted(f.push(home, {note(home, "late")}, base(kNobody, before)));
  const Anchor after = anchor_now();
  expect(f.push(home, {note(home, "too late")}, base(kNobody, after)), Verdict::quarantined, Reason::out_of_scope);
}

// The anchor never goes back within a log: an old one does not open the scope again.
TEST_F(Judge, AnAnchorThatGoesBackGivesNoScope) {
  const Anchor before = anchor_now();
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  Forger& f = w.forger_a();
  f.push(home, {note(home, "knows it")}, base(kNobody, anchor_now()));
  expect(f.push(home, {note(home, "claims not to")}, base(kNobody, before)), Verdict::quarantined,
         Reason::out_of_scope);
}

TEST_F(Judge, AnInventedAnchorGivesNoScope) {
  Forger& f = w.forger_a();
  f.push(home, {note(home, "in scope")}, base(kNobody, anchor_now()));
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  f.push(home, {note(home, "knows it")}, base(kNobody, anchor_now()));
  Anchor invented = anchor_now();
  invented.seq = 3;
  expect(f.push(home, {note(home, "invented")}, base(kNobody, invented)), Verdict::quarantined, Reason::out_of_scope);
}

// S-C4: the other fields of the changeset are applied.
TEST_F(Judge, WhatPolicyNeverAllowedIsAProposal) {
  w.hub().write(home, {set(home, kDeadline, Value::integer(5))});
  const Hash c = w.forger_a().push(
      home, {set(home, kDeadline, Value::integer(99)), set(home, kTitle, Value::text("y"))}, base(kNobody));
  expect(c, Verdict::proposal, Reason::no_authority, 0);
  expect_admitted(c, 1);
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) {
    EXPECT_EQ(p->field(home, kDeadline)->value, Value::integer(5)) << p->code;
    EXPECT_EQ(p->field(home, kTitle)->value, Value::text("y")) << p->code;
    EXPECT_EQ(p->outcome(c, 0), Outcome::proposal) << p->code;
  }
}

TEST_F(Judge, ARoleThatThePolicyDoesNotNameIsAProposal) {
  Forger::Options o = base(kNobody);
  o.role = Role::viewer;
  expect(w.forger_a().push(home, {set(home, kPercent, Value::integer(10))}, o), Verdict::proposal,
         Reason::no_authority);
}

TEST_F(Judge, ARoleAboveTheCeilingOfTheSiteIsAProposal) {
  Organisation a =
      w.hub().with([&](Store& s) { return *w.hub().engine->directory(s).organisation(w.a().organisation); });
  a.role_ceiling = role_bit(Role::viewer);
  w.add_directory(a);
  expect(w.forger_a().push(home, {set(home, kPercent, Value::integer(10))}, base(kNobody)), Verdict::proposal,
         Reason::no_authority);
}

TEST_F(Judge, WriterAndApproverAreTwoPersons) {
  const PersonId writer = id<PersonId>(0x0A), approver = id<PersonId>(0x0B);
  Forger& f = w.forger_a();
  Forger::Options o = base(kNobody);
  o.role = Role::approver;
  o.person = writer;
  const std::vector<Operation> done = {set(home, kWrittenBy, Value::id(writer)), happens(home, kDone)};
  expect(f.push(home, done, o), Verdict::proposal, Reason::same_person, 1);
  expect(f.push(home, {happens(home, kDone)}, o), Verdict::proposal, Reason::same_person);
  o.person = approver;
  expect_admitted(f.push(home, done, o), 1);
  EXPECT_EQ(w.hub().field(home, kState)->event, kDone);
}

// S-C7 as far as sync goes.
TEST_F(Judge, AnAuthorWhoLostTheAssignmentProposesToTheNewHolder) {
  const Anchor before = anchor_now();
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  const Hash c =
      w.forger_a().push(home, {set(home, kPercent, Value::integer(100)), note(home, "files")}, base(kNobody, before));
  expect(c, Verdict::proposal, Reason::handover, 0);
  expect_admitted(c, 1);
  w.settle();
  EXPECT_EQ(w.b().outcome(c, 0), Outcome::proposal) << "the new body sees it";
  EXPECT_EQ(w.b().field(home, kNotes)->heads.size(), 1u);
}

TEST_F(Judge, OfTwoAuthorityChangesTheFirstReceiptedWins) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  const VersionId head = w.hub().auth_head(home);
  Forger& f = w.forger_a();
  const Hash won = f.push(home, {give(home, kFollowing, w.b().organisation)}, base(head));
  const Hash lost = f.push(home, {give(home, kFollowing, w.c().organisation)}, base(head));
  expect_admitted(won);
  expect(lost, Verdict::proposal, Reason::lost_race);
  EXPECT_EQ(w.hub().auth_head(home), version_id(won, 0));
  EXPECT_EQ(w.hub().field(home, kFollowing)->value, Value::id(w.b().organisation));
}

TEST_F(Judge, SeveralAuthorityFieldsInOneChangesetShareTheBaseBeforeIt) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  const VersionId head = w.hub().auth_head(home);
  const Hash c = w.forger_a().push(home,
                                   {give(home, kFollowing, w.b().organisation), set(home, kDeadline, Value::integer(3)),
                                    give(home, kImplementing, w.c().organisation)},
                                   base(head));
  for (std::uint16_t i = 0; i < 3; ++i) expect_admitted(c, i);
  EXPECT_EQ(w.hub().auth_head(home), version_id(c, 2));
}

TEST_F(Judge, ABaseThatIsTheAuthorsOwnLostChangeIsJudgedAgainstTheRealHead) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  const VersionId head = w.hub().auth_head(home);
  Forger& f = w.forger_a();
  f.push(home, {give(home, kFollowing, w.b().organisation)}, base(head));
  const Hash lost = f.push(home, {give(home, kFollowing, w.c().organisation)}, base(head));
  const VersionId own = version_id(lost, 0);
  // Authorised under the real head: admitted.
  expect_admitted(f.push(home, {set(home, kDeadline, Value::integer(3))}, base(own)));
  // Not authorised there: linked to the change that lost.
  w.hub().step(LocalSave{home, {}, w.hub().person, w.hub().role, false});
  f.push(home, {give(home, kAssigning, w.c().organisation)}, base(w.hub().auth_head(home)));
  expect(f.push(home, {set(home, kDeadline, Value::integer(4))}, base(own)), Verdict::proposal,
         Reason::depends_on_lost_change);
}

TEST_F(Judge, AnUnknownBaseOrRecordIsMissing) {
  Forger& f = w.forger_a();
  expect(f.push(home, {set(home, kPercent, Value::integer(1))}, base(id<VersionId>(0xEE))), Verdict::quarantined,
         Reason::missing_base);
  const RecordId nowhere = id<RecordId>(0xEF);
  const Hash c = f.push(home, {set(nowhere, kTitle, Value::text("x")), set(home, kTitle, Value::text("y"))});
  expect(c, Verdict::quarantined, Reason::missing_base, 0);
  expect_admitted(c, 1);
  expect_admitted(f.push(home, {note(home, "the log goes on")}));
  // A base that is a version, but of no authority field.
  const Hash title = w.hub().write(home, {set(home, kTitle, Value::text("z"))});
  expect(f.push(home, {set(home, kPercent, Value::integer(1))}, base(version_id(title, 0))), Verdict::quarantined,
         Reason::missing_base);
}

TEST_F(Judge, ACreateOnceFieldIsSetOnlyWithItsRecord) {
  Forger& f = w.forger_a();
  expect(f.push(home, {set(home, kOrigin, Value::text("x"))}), Verdict::quarantined, Reason::create_once);
  const auto n = filled<16>(0x21);
  const RecordId update = f.new_record(0x21);
  const Hash made = f.push(home, {create(update, n, kUpdate, home), set(update, kUpdateText, Value::text("done it"))});
  expect_admitted(made, 0);
  expect_admitted(made, 1);
  expect(f.push(home, {set(update, kUpdateText, Value::text("edited"))}), Verdict::quarantined, Reason::create_once);
  expect(f.push(home, {create(update, n, kUpdate, home)}), Verdict::quarantined, Reason::create_once);
  EXPECT_EQ(w.hub().field(update, kUpdateText)->value, Value::text("done it"));
}

TEST_F(Judge, OnlyItsDeviceMakesARecordId) {
  const RecordId others = record_id(w.a().device, filled<16>(0x21));
  expect(w.forger_a().push(home, {create(others, filled<16>(0x21), kUpdate, home)}), Verdict::quarantined,
         Reason::undecodable);
}

TEST_F(Judge, ACreationThatIsNotAllowedTakesItsFieldsAlong) {
  Forger& f = w.forger_b();
  const RecordId mine = f.new_record(0x21);
  const Hash c = f.push(mine, {create(mine, filled<16>(0x21), kCase), set(mine, kTitle, Value::text("x")),
                               give(mine, kAssigning, w.b().organisation)});
  for (std::uint16_t i = 0; i < 3; ++i) expect(c, Verdict::proposal, Reason::no_authority, i);
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.record(mine, Layer::confirmed); }));
}

TEST_F(Judge, ABodyAboveTheImplementingOneMayAssign) {
  Organisation below;
  below.id = organisation_id(kZone, "a.below");
  below.code = "a.below";
  below.parent = w.a().organisation;
  below.role_ceiling = ~0u;
  w.add_directory(below);
  Forger& f = w.forger_a();
  const auto make = [&](std::uint8_t n, const OrganisationId& implementing) {
    const RecordId record = f.new_record(n);
    return f.push(record, {create(record, filled<16>(n), kCase), give(record, kAssigning, w.a().organisation),
                           give(record, kImplementing, implementing)});
  };
  expect_admitted(make(0x31, below.id), 2);
  expect(make(0x32, w.b().organisation), Verdict::proposal, Reason::no_authority, 0);
}

TEST_F(Judge, AnUndecodableBodyIsQuarantinedAndTheLogGoesOn) {
  Forger& f = w.forger_a();
  Body body;
  body.operations = {note(home, "x")};
  Bytes longer = encode_body(body);
  longer.push_back(0);
  const struct {
    const char* name;
    Bytes bytes;
    std::uint16_t operations;
  } cases[] = {{"a byte after", longer, 1}, {"another count", encode_body(body), 2}, {"nothing", {}, 1}};
  for (const auto& c : cases) {
    const Hash pushed = f.push(f.sign_body(home, c.bytes, c.operations, {}));
    expect(pushed, Verdict::quarantined, Reason::undecodable);
    EXPECT_TRUE(w.hub().receipt(pushed)->quarantines_all()) << c.name;
  }
  expect_admitted(f.push(home, {note(home, "goes on")}));
  const auto listed = w.hub().with([](Store& s) { return s.versions_with_verdict(Verdict::quarantined); });
  EXPECT_EQ(listed.size(), 3u);
}

TEST_F(Judge, AnOperationThatDoesNotFitItsFieldIsUndecodable) {
  Forger& f = w.forger_a();
  expect(f.push(home, {add(home, kTitle, Value::text("x"))}), Verdict::quarantined, Reason::undecodable);
  expect(f.push(home, {set(home, kTags, Value::text("x"))}), Verdict::quarantined, Reason::undecodable);
}

TEST_F(Judge, ANewerFieldOrKindIsKept) {
  Forger& f = w.forger_a();
  Operation newer;
  newer.unknown_kind = 900;
  newer.unknown_payload = {1, 2, 3};
  const Hash c = f.push(home, {newer, set(home, 500, Value::text("x")), note(home, "y")}, {});
  expect_admitted(c, 0);
  expect_admitted(c, 2);
  // A field that not even the directory's policy knows is kept, but has no say: a missing row denies.
  EXPECT_EQ(w.hub().verdict(c, 1).verdict, Verdict::proposal);
  EXPECT_EQ(w.hub().verdict(c, 1).reason, Reason::no_authority);
  w.settle();
  const auto kept = w.a().with([&](Store& s) { return s.changeset(c); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(decode_body(kept->bytes.body)->operations[0], newer);
}

// A write may name as seen what it likes: only versions of its own record and field give way to it.
TEST_F(Judge, AWriteRetiresNothingOfAnotherField) {
  w.hub().write(home, {set(home, kDeadline, Value::integer(5))});
  w.settle();
  ASSERT_TRUE(w.hub().field(home, kDeadline));
  const VersionId deadline = w.hub().field(home, kDeadline)->winner;
  const VersionId state = w.hub().field(home, kState)->winner;
  Operation op = set(home, kTitle, Value::text("x"));
  op.seen = {deadline, state};
  const Hash c = w.forger_a().push(home, {op}, {});
  expect_admitted(c, 0);
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) {
    for (const VersionId& id : {deadline, state}) {
      const std::optional<VersionRow> row = p->with([&](Store& s) { return s.version(id); });
      ASSERT_TRUE(row) << p->code;
      EXPECT_FALSE(row->superseded) << p->code;
    }
  }
  w.expect_converged();
}

TEST_F(Judge, AnUnknownEventIsNoWayAroundThePolicy) {
  Operation op;
  op.kind = OperationKind::status_event;
  op.record = home;
  op.field = kState;
  op.event = 999;
  op.seen = w.hub().field(home, kState)->heads;
  const std::uint16_t before = w.hub().field(home, kState)->event;
  const Hash c = w.forger_a().push(home, {op}, {});
  EXPECT_EQ(w.hub().verdict(c).reason, Reason::no_authority);
  EXPECT_EQ(w.hub().field(home, kState)->event, before);
}

// S-C20
TEST_F(Judge, AllOrNothingWithOneUnauthorisedOperationIsOneProposal) {
  Forger::Options o = base(kNobody);
  o.flags = kAllOrNothing;
  const Hash c = w.forger_a().push(
      home, {set(home, kTitle, Value::text("half")), set(home, kDeadline, Value::integer(9)), note(home, "half")}, o);
  const std::vector<ReceiptException> one = {{kAllOperations, Verdict::proposal, Reason::all_or_nothing}};
  EXPECT_EQ(w.hub().receipt(c)->exceptions, one);
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) {
    EXPECT_EQ(p->field(home, kTitle)->value, Value::text("made")) << p->code;
    EXPECT_FALSE(p->field(home, kNotes)) << p->code;
    for (std::uint16_t i = 0; i < 3; ++i) EXPECT_EQ(p->outcome(c, i), Outcome::proposal) << p->code;
  }
  const Hash whole = w.forger_a().push(home, {set(home, kTitle, Value::text("whole")), note(home, "whole")}, o);
  EXPECT_TRUE(w.hub().receipt(whole)->exceptions.empty());
}

TEST_F(Judge, ARefusedPartOfAnAllOrNothingSaveShowsNoPartialEffectAtItsAuthor) {
  w.a().write(home, {set(home, kTitle, Value::text("half")), set(home, kDeadline, Value::integer(9))}, true);
  EXPECT_EQ(w.a().field(home, kTitle, Layer::provisional)->value, Value::text("made"));
}

// The policy at the receipt applies, not the one at writing (S-C18).
TEST_F(Judge, ThePolicyAtTheReceiptApplies) {
  const Hash before = w.forger_a().push(home, {set(home, kDeadline, Value::integer(1))}, base(kNobody));
  Policy policy = synthetic_policy(synthetic_schema());
  for (PolicyRow& row : policy.rows)
    if (row.type == kCase && row.field == kDeadline) {
      row.relations |= kRelationImplementing;
      row.roles |= role_bit(Role::operator_);
    }
  w.add_directory(policy);
  const Hash after = w.forger_a().push(home, {set(home, kDeadline, Value::integer(2))}, base(kNobody));
  expect(before, Verdict::proposal, Reason::no_authority);
  expect_admitted(after);
  EXPECT_LT(w.hub().receipt(before)->directory_version, w.hub().receipt(after)->directory_version);
}

// S-C21
TEST(Dispute, AVerdictThatANodeComputesOtherwiseMarksTheHomeAndStaysInForce) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  const Hash c = w.forger_a().push(home, {set(home, kDeadline, Value::integer(9))});
  ASSERT_EQ(w.hub().verdict(c).reason, Reason::no_authority);
  // A dishonest hub: it rewrites the newest receipt of its streams as "admitted" and signs the chain anew.
  const auto stream = organisation_stream(kZone, w.a().organisation);
  w.hub().with([&](Store& s) {
    Receipt lie = decode_receipt(s.receipt_of_changeset(c)->bytes).value();
    lie.exceptions.clear();
    StreamRow row = *s.stream(stream);
    EntryRow entry = *s.entry(stream, row.seq);
    ASSERT_EQ(entry.changeset, c);
    entry.payload = encode_receipt(lie);
    const Hash before = s.entry(stream, row.seq - 1)->chain;
    entry.chain = next_chain(before, {entry.type, entry.seq, entry.payload});
    row.chain = entry.chain;
    s.put_entry(entry);
    s.put_stream(row);
  });
  w.site_takes(w.a(), w.reply(w.a().device));
  EXPECT_TRUE(w.last.notices(OutcomeCode::receipt_strange));
  EXPECT_TRUE(w.a().disputed(home));
  EXPECT_EQ(w.a().field(home, kDeadline)->value, Value::integer(9)) << "the hub's verdict stays in force";
  // Alarms at both ends: the site says it with its next request, once.
  w.hub_takes(w.a().device, w.request(w.a()));
  EXPECT_TRUE(w.last.notices(OutcomeCode::receipt_strange));
  EXPECT_TRUE(w.hub().disputed(home));
  w.site_takes(w.a(), w.reply(w.a().device));
  for (const Frame& f : w.request(w.a())) EXPECT_NE(f.type, FrameType::notice);
  // A person settles it: what was folded by then is disputed no more, not even by a fold anew.
  EXPECT_TRUE(w.a().with([&](Store& s) { return settle_dispute(s, home); }));
  w.a().with([&](Store& s) {
    HomeRow row = *s.home(home);
    row.poisoned = true;
    s.put_home(row);
    add_waiting(s, waiting::kNotApplied, c);
  });
  w.a().step(Start{});
  EXPECT_FALSE(w.a().disputed(home));
  EXPECT_EQ(w.a().field(home, kDeadline)->value, Value::integer(9));
}

// A dispute at site a about something that is not wrong: as if an earlier release had judged by other rules.
RecordId disputed_home(World& w) {
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) p->with([&](Store& s) { mark_disputed(s, home); });
  return home;
}

void fold_again_at_a(World& w, const RecordId& home) {
  w.a().before_version = [](const VersionRow& v) {
    if (v.layer == Layer::confirmed) throw std::runtime_error("an applier that fails");
  };
  w.hub().write(home, {note(home, "poison")});
  w.settle();
  w.a().before_version = {};
  w.a().step(Start{});
}

TEST(Dispute, IsSettledByAFoldThatAgrees) {
  World w;
  const RecordId home = disputed_home(w);
  fold_again_at_a(w, home);
  EXPECT_FALSE(w.a().disputed(home));
}

// At each end by the person who answers for it there.
TEST(Dispute, IsSettledByAPerson) {
  World w;
  const RecordId home = disputed_home(w);
  for (Party* p : {&w.hub(), &w.a()}) {
    EXPECT_TRUE(p->with([&](Store& s) { return settle_dispute(s, home); }));
    EXPECT_FALSE(p->disputed(home));
    EXPECT_FALSE(p->with([&](Store& s) { return settle_dispute(s, home); })) << "nothing is disputed";
  }
}

TEST(Dispute, AnAlarmAboutAHomeThatTheSenderNeverSawIsPassedOver) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  ExchangeNotice notice;
  notice.code = static_cast<std::uint16_t>(OutcomeCode::receipt_strange);
  notice.subject = home.bytes;
  w.hub_takes(w.b().device, {encode_frame(notice)});
  EXPECT_FALSE(w.last.notices(OutcomeCode::receipt_strange));
  EXPECT_FALSE(w.hub().disputed(home));
}

}  // namespace
}  // namespace tram::sync::test
