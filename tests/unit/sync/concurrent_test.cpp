// Concurrent work of several sites, merged through the hub (sync design 3), and the answers to proposals. The scenarios
// S-C of section 14 have files of their own.
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Concurrent : public ::testing::Test {
 protected:
  // A case that a implements, b follows and c helps with: three bodies besides the hub's office.
  Concurrent() : home(w.new_case(w.a().organisation)) {
    w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
    w.settle();
  }
  ~Concurrent() override {
    w.settle();
    w.expect_converged();
  }
  void expect_everywhere(std::uint16_t field, const Value& value, bool conflict) {
    for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
      const auto row = p->field(home, field);
      ASSERT_TRUE(row) << p->code;
      EXPECT_EQ(row->value, value) << p->code;
      EXPECT_EQ(row->conflict, conflict) << p->code;
    }
  }
  void expect_outcome(const Hash& c, Outcome outcome, std::uint16_t operation = 0) {
    for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_EQ(name(p->outcome(c, operation)), name(outcome)) << p->code;
  }

  World w;
  const RecordId home;
};

TEST_F(Concurrent, TheAssigningSideOutranksTheFollowUpBodyWhateverTheClocksSay) {
  w.b().role = Role::follow_up;
  w.b().clock_offset_ms = 86'400'000;
  const Hash followed = w.b().write(home, {set(home, kPriority, Value::integer(2))});
  const Hash assigned = w.hub().write(home, {set(home, kPriority, Value::integer(1))});
  w.settle();
  expect_everywhere(kPriority, Value::integer(1), true);
  expect_outcome(followed, Outcome::overridden);
  expect_outcome(assigned, Outcome::applied);
}

TEST_F(Concurrent, CompletedAndCancelledConcurrentlyIsCancelledAndBothAreKept) {
  w.a().write(home, {happens(home, kStarted)});
  w.settle();
  const Hash started = w.a().write(home, {happens(home, kStarted)});
  const Hash cancelled = w.hub().write(home, {happens(home, kCancelled)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(p->field(home, kState)->event, kCancelled) << p->code;
    EXPECT_EQ(p->field(home, kState)->heads.size(), 2u) << p->code;
  }
  expect_outcome(started, Outcome::overridden);
  expect_outcome(cancelled, Outcome::applied);
}

// What the hub writes, it writes having seen every receipt: nothing before it is concurrent.
TEST_F(Concurrent, TheHubHasSeenWhatItReceipted) {
  w.a().write(home, {set(home, kTitle, Value::text("by a"))});
  w.settle();
  const Hash after = w.hub().write(home, {set(home, kTitle, Value::text("by hub"))});
  w.settle();
  expect_outcome(after, Outcome::applied);
}

// --- two authority changes of one site before a receipt ------------------------------------------------------------

TEST_F(Concurrent, ABodyMayChangeAuthorityTwiceBeforeItHearsOfTheFirst) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  w.settle();
  const Hash first = w.a().write(home, {give(home, kFollowing, w.c().organisation)});
  const Hash second = w.a().write(home, {give(home, kImplementing, w.b().organisation)});
  EXPECT_EQ(w.a().field(home, kImplementing, Layer::provisional)->value, Value::id(w.b().organisation));
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(first).reason), "none");
  EXPECT_EQ(name(w.hub().verdict(second).reason), "none");
  EXPECT_EQ(w.hub().field(home, kImplementing)->value, Value::id(w.b().organisation));
}

TEST(OwnHome, IsEditedByItsMakerBeforeTheFirstReceipt) {
  World w;
  Organisation below;
  below.id = organisation_id(kZone, "a.below");
  below.code = "a.below";
  below.parent = w.a().organisation;
  w.add_directory(below);
  w.settle();
  const auto n = filled<16>(0x55);
  const RecordId record = record_id(w.a().device, n);
  w.a().write(record, {create(record, n, kCase), give(record, kAssigning, w.a().organisation),
                       give(record, kImplementing, below.id)});
  const Hash edit = w.a().write(record, {set(record, kDeadline, Value::integer(7))});
  EXPECT_EQ(name(w.a().version(edit)->verdict), "admitted") << "judged with what is known here";
  ASSERT_TRUE(w.a().field(record, kDeadline, Layer::provisional));
  EXPECT_EQ(w.a().field(record, kDeadline, Layer::provisional)->value, Value::integer(7));
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(edit).verdict), "admitted");
  w.expect_converged();
}

// --- proposals -------------------------------------------------------------------------------------------------------

class Proposals : public Concurrent {
 protected:
  Proposals() {
    w.hub().write(home, {set(home, kDeadline, Value::integer(10))});
    w.settle();
    proposed_ = w.a().write(home, {set(home, kDeadline, Value::integer(30))});
    w.settle();
    proposal_ = version_id(proposed_, 0);
  }
  bool open(Party& p) {
    for (const VersionRow& v : p.with([](Store& s) { return s.versions_with_verdict(Verdict::proposal); }))
      if (v.id == proposal_) return !v.superseded;
    return false;
  }
  Hash proposed_{};
  VersionId proposal_;
};

TEST_F(Proposals, AreListedUntilAnswered) {
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_TRUE(open(*p)) << p->code;
}

TEST_F(Proposals, AcceptedStandWithTheNewValueInOneChangeset) {
  w.hub().write(home, {answer(proposal_, ProposalAnswer::accept), set(home, kDeadline, Value::integer(30))});
  w.settle();
  expect_everywhere(kDeadline, Value::integer(30), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
  expect_outcome(proposed_, Outcome::proposal);  // its verdict never changes; the answer closes it
}

TEST_F(Proposals, DeclinedChangeNothing) {
  w.hub().write(home, {answer(proposal_, ProposalAnswer::decline)});
  w.settle();
  expect_everywhere(kDeadline, Value::integer(10), false);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
}

TEST_F(Proposals, AreWithdrawnByTheirAuthorsOrganisationAlone) {
  const Hash others = w.b().write(home, {answer(proposal_, ProposalAnswer::withdraw)});
  w.settle();
  EXPECT_EQ(w.hub().verdict(others).reason, Reason::no_authority);
  EXPECT_TRUE(open(w.hub()));
  w.a().write(home, {answer(proposal_, ProposalAnswer::withdraw)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(open(*p)) << p->code;
  expect_everywhere(kDeadline, Value::integer(10), false);
}

TEST_F(Proposals, AreNotAcceptedByThoseWhoCouldNotWriteTheField) {
  const Hash own = w.a().write(home, {answer(proposal_, ProposalAnswer::accept)});
  w.settle();
  EXPECT_EQ(w.hub().verdict(own).reason, Reason::no_authority);
  EXPECT_TRUE(open(w.hub()));
}

// Nothing to write back: a creation is entered anew by who may, and this one is declined.
class ProposedCreations : public Concurrent {
 protected:
  void expect_closed(const Hash& proposed, const Hash& answered) {
    EXPECT_EQ(name(w.hub().verdict(answered).verdict), "admitted");
    EXPECT_EQ(name(w.hub().verdict(proposed).verdict), "proposal");
    EXPECT_TRUE(w.hub().version(proposed)->superseded);
    EXPECT_EQ(w.hub().with([](Store& s) { return s.homes_waiting().size(); }), 0u);
  }
};

TEST_F(ProposedCreations, OfARecordAreDeclinedByWhoMightCreateIt) {
  const auto n = filled<16>(0x61);
  const RecordId update = record_id(w.b().device, n);
  const Hash proposed =
      w.b().write(home, {create(update, n, kUpdate, home), set(update, kUpdateText, Value::text("b"))});
  w.settle();
  ASSERT_EQ(name(w.hub().verdict(proposed, 1).verdict), "proposal");
  for (std::uint16_t i = 0; i < 2; ++i) {
    const Hash others = w.b().write(home, {answer(version_id(proposed, i), ProposalAnswer::decline)});
    w.settle();
    EXPECT_EQ(w.hub().verdict(others).reason, Reason::no_authority);
    const Hash declined = w.a().write(home, {answer(version_id(proposed, i), ProposalAnswer::decline)});
    w.settle();
    expect_closed(proposed, declined);
    EXPECT_TRUE(w.b().version(proposed, i)->superseded);
  }
}

TEST_F(ProposedCreations, OfAHomeAreDeclinedByTheHubsOffice) {
  const auto n = filled<16>(0x62);
  const RecordId paper = record_id(w.a().device, n);
  const Hash proposed = w.a().write(paper, {create(paper, n, kPaper)});
  w.settle();
  ASSERT_EQ(name(w.hub().verdict(proposed).verdict), "proposal");
  const Hash declined = w.hub().write(paper, {answer(version_id(proposed, 0), ProposalAnswer::decline)});
  w.settle();
  expect_closed(proposed, declined);
}

TEST_F(ProposedCreations, OfAHomeAreWithdrawnByTheirAuthor) {
  const auto n = filled<16>(0x63);
  const RecordId paper = record_id(w.a().device, n);
  const Hash proposed = w.a().write(paper, {create(paper, n, kPaper), set(paper, kPaperTitle, Value::text("mine"))});
  w.settle();
  ASSERT_EQ(name(w.hub().verdict(proposed).verdict), "proposal");
  const Hash withdrawn = w.a().write(paper, {answer(version_id(proposed, 0), ProposalAnswer::withdraw),
                                             answer(version_id(proposed, 1), ProposalAnswer::withdraw)});
  w.settle();
  expect_closed(proposed, withdrawn);
  EXPECT_TRUE(w.a().version(proposed, 1)->superseded);
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
}

TEST_F(Proposals, AnswersToWhatIsNoProposalHaveNoBase) {
  const Hash unknown = w.hub().write(home, {answer(id<VersionId>(0xEE), ProposalAnswer::decline)});
  EXPECT_EQ(w.hub().verdict(unknown).reason, Reason::missing_base);
}

}  // namespace
}  // namespace tram::sync::test
