// Scenarios S-F (sync design 14): homes that enter and leave a body's scope.
#include <gtest/gtest.h>

#include "scenario.h"

namespace tram::sync::test {
namespace {

class Scopes : public Scenario {
 protected:
  std::size_t entries(Party& party, EntryType type, const RecordId& of) {
    return w.hub().with([&](Store& s) {
      std::size_t found = 0;
      s.each_entry(organisation_stream(kZone, party.organisation), 1, [&](const EntryRow& e) {
        if (e.type == type && type != EntryType::receipt) found += decode_scope_change(e.payload)->home == of;
        return true;
      });
      return found;
    });
  }
  bool in_scope(const RecordId& of, const OrganisationId& organisation) {
    for (const ScopeRow& row : w.hub().with([&](Store& s) { return s.scope(of); }))
      if (row.organisation == organisation && !row.to_seq) return true;
    return false;
  }
};

// Reassigned from a to c.
TEST_F(Scopes, S_F1_TheNewBodyGetsTheCompleteHomeAtOnce) {
  w.a().write(home, {note(home, "first"), set(home, kPercent, Value::integer(40))});
  w.a().write(home, {happens(home, kStarted)});
  const Hash proposed = w.a().write(home, {set(home, kDeadline, Value::integer(30))});
  w.hub().write(home, {add(home, kTags, Value::text("urgent"))});
  w.settle();
  EXPECT_FALSE(w.c().with([&](Store& s) { return s.record(home, Layer::confirmed); }));
  w.hub().write(home, {give(home, kImplementing, w.c().organisation)});
  w.exchange(w.c());
  EXPECT_EQ(w.c().field(home, kPercent)->value, Value::integer(40));
  EXPECT_EQ(w.c().field(home, kNotes)->heads, w.hub().field(home, kNotes)->heads);
  EXPECT_EQ(w.c().field(home, kTags)->heads, w.hub().field(home, kTags)->heads);
  EXPECT_EQ(w.c().field(home, kState)->event, kStarted);
  EXPECT_EQ(w.c().outcome(proposed), Outcome::proposal) << "open proposals too";
  EXPECT_FALSE(w.c().version(proposed)->superseded);
  EXPECT_EQ(w.c().auth_head(home), w.hub().auth_head(home));
  EXPECT_EQ(entries(w.c(), EntryType::scope_enter, home), 1u);
  // The body that left keeps it for reading, outside of its digest.
  w.settle();
  EXPECT_EQ(entries(w.a(), EntryType::scope_leave, home), 1u);
  EXPECT_EQ(w.a().field(home, kPercent)->value, Value::integer(40));
  w.c().write(home, {set(home, kPercent, Value::integer(50))});
  w.settle();
  EXPECT_EQ(w.a().field(home, kPercent)->value, Value::integer(40)) << "and hears no more of it";
}

// a edits offline after it lost the assignment.
TEST_F(Scopes, S_F2_LateWorkIsNotesThatApplyAndProposalsToTheNewBody) {
  w.hub().write(home, {give(home, kImplementing, w.c().organisation)});
  w.exchange(w.c());
  const Hash noted = w.a().write(home, {note(home, "late")});
  const Hash percent = w.a().write(home, {set(home, kPercent, Value::integer(100))});
  const Hash started = w.a().write(home, {happens(home, kStarted)});
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(noted).verdict), "admitted");
  for (const Hash& c : {percent, started}) {
    EXPECT_EQ(name(w.hub().verdict(c).verdict), "proposal");
    EXPECT_EQ(name(w.hub().verdict(c).reason), "handover");
    EXPECT_EQ(w.c().outcome(c), Outcome::proposal) << "the new body sees it";
  }
  EXPECT_EQ(w.c().field(home, kNotes)->heads.size(), 1u);
  EXPECT_FALSE(w.c().field(home, kPercent));
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u)
      << "its queue empties";
  for (const Hash& c : {noted, percent, started}) EXPECT_TRUE(w.a().receipt(c)) << "and it knows what became of it";
  EXPECT_EQ(w.a().outcome(noted), Outcome::applied);
  for (const Hash& c : {percent, started}) EXPECT_EQ(w.a().outcome(c), Outcome::proposal) << "and shows it";
}

// The answer was cut after the receipts: the stream that tells a of the loss comes another time.
TEST_F(Scopes, WorkIsShownAsJudgedAsSoonAsItsReceiptIsHere) {
  w.hub().write(home, {give(home, kImplementing, w.c().organisation)});
  const Hash percent = w.a().write(home, {set(home, kPercent, Value::integer(100))});
  ASSERT_EQ(w.a().field(home, kPercent, Layer::provisional)->value, Value::integer(100));
  w.hub_takes(w.a().device, w.request(w.a()));
  auto answer = w.reply(w.a().device);
  std::erase_if(answer, [&](const Frame& f) {
    return f.type == FrameType::stream && decode_stream(f)->stream != device_stream(kZone, w.a().device);
  });
  w.site_takes(w.a(), answer);
  ASSERT_TRUE(w.a().receipt(percent));
  EXPECT_EQ(name(w.a().version(percent)->verdict), "proposal");
  EXPECT_FALSE(w.a().field(home, kPercent, Layer::provisional)) << "not what it would have liked";
  w.settle();
  w.expect_converged();
}

// a both implements and follows; it loses one of the two.
TEST_F(Scopes, S_F5_ABodyInScopeForTwoReasonsStaysWhileOneRemains) {
  w.hub().write(home, {give(home, kFollowing, w.a().organisation)});
  w.settle();
  w.hub().write(home, {give(home, kImplementing, w.c().organisation)});
  w.hub().write(home, {note(home, "still for a")});
  w.settle();
  EXPECT_TRUE(in_scope(home, w.a().organisation));
  EXPECT_EQ(entries(w.a(), EntryType::scope_leave, home), 0u);
  EXPECT_EQ(entries(w.a(), EntryType::scope_enter, home), 1u);
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 1u);
  EXPECT_EQ(w.a().field(home, kImplementing)->value, Value::id(w.c().organisation));
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.settle();
  EXPECT_FALSE(in_scope(home, w.a().organisation)) << "both are gone";
  EXPECT_EQ(entries(w.a(), EntryType::scope_leave, home), 1u);
}

// A scope field passes through c within one changeset, which a program never writes but a device may.
TEST_F(Scopes, S_F9_AValueInBetweenGivesNoMembership) {
  w.hub().write(home, {give(home, kAssigning, w.a().organisation)});
  w.settle();
  Forger::Options current;
  current.auth_base = w.hub().auth_head(home);
  const Hash passed = w.forger_a().push(
      home, {give(home, kFollowing, w.c().organisation), give(home, kFollowing, w.b().organisation)}, current);
  for (const std::uint16_t i : {std::uint16_t{0}, std::uint16_t{1}})
    EXPECT_EQ(name(w.hub().verdict(passed, i).verdict), "admitted") << i;
  w.settle();
  EXPECT_EQ(w.hub().field(home, kFollowing)->value, Value::id(w.b().organisation));
  EXPECT_TRUE(in_scope(home, w.b().organisation));
  EXPECT_EQ(entries(w.b(), EntryType::scope_leave, home), 0u);
  EXPECT_FALSE(in_scope(home, w.c().organisation));
  EXPECT_EQ(entries(w.c(), EntryType::scope_enter, home), 0u);
  EXPECT_FALSE(w.c().with([&](Store& s) { return s.record(home, Layer::confirmed); }));
}

}  // namespace
}  // namespace tram::sync::test
