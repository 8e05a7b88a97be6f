// Redaction (sync design 3, kind 10; S-I7): the content goes everywhere and never comes back; order, heads and digests
// stay.
#include "sync/redaction.h"

#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Redaction : public ::testing::Test {
 protected:
  Redaction() : home(w.new_case(w.a().organisation)) {
    w.settle();
    w.a().role = Role::approver;
    said = w.a().write(home, {note(home, kSecret), set(home, kTitle, Value::text("secret title"))});
    w.settle();
  }
  ~Redaction() override {
    w.settle();
    w.expect_converged();
  }
  static bool holds(Party& p, const Hash& changeset, std::string_view words) {
    const auto row = p.with([&](Store& s) { return s.changeset(changeset); });
    if (!row) return false;
    return std::search(row->bytes.body.begin(), row->bytes.body.end(), words.begin(), words.end()) !=
           row->bytes.body.end();
  }
  void expect_gone(Party& p) {
    EXPECT_FALSE(holds(p, said, "secret")) << p.code;
    for (std::uint16_t i = 0; i < 2; ++i) EXPECT_TRUE(p.version(said, i)->value.is_absent()) << p.code;
    EXPECT_TRUE(p.field(home, kTitle)->value.is_absent()) << p.code;
    EXPECT_EQ(p.field(home, kTitle)->winner, version_id(said, 1)) << p.code << ": the version stays";
    EXPECT_EQ(p.field(home, kNotes)->heads, std::vector{version_id(said, 0)}) << p.code;
    const auto row = *p.with([&](Store& s) { return s.changeset(said); });
    EXPECT_EQ(row.bytes.hash(), said) << p.code << ": header and chain stay";
    EXPECT_EQ(p.with([&](Store& s) { return redacted(s, said); }), Redacted::yes) << p.code;
  }

  static constexpr std::string_view kSecret = "secret note";
  World w;
  const RecordId home;
  Hash said{};
};

// S-I7
TEST_F(Redaction, TheContentGoesEverywhereAndDigestsStayEqual) {
  ASSERT_TRUE(holds(w.hub(), said, kSecret));
  const Hash act = w.a().write(home, {redaction(said)});
  EXPECT_TRUE(holds(w.a(), said, kSecret)) << "not before the hub's receipt";
  w.settle();
  EXPECT_EQ(w.hub().verdict(act).verdict, Verdict::admitted);
  for (Party* p : {&w.hub(), &w.a()}) expect_gone(*p);
  EXPECT_EQ(w.a().with([&](Store& s) { return redacted_by(s, said); }), act);
  w.a().write(home, {set(home, kTitle, Value::text("anew"))});
  w.settle();
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("anew"));
}

TEST_F(Redaction, ABodyThatEntersLaterFoldsTheSameFromTheOutline) {
  w.a().write(home, {redaction(said)});
  w.settle();
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  expect_gone(w.b());
}

TEST_F(Redaction, AuthorityAndWriterAreNoContent) {
  const RecordId other = w.new_case(w.a().organisation);
  const Hash made = w.hub().with([&](Store& s) { return s.record(other, Layer::confirmed)->changeset; });
  w.settle();
  w.hub().write(other, {redaction(made)});
  w.settle();
  EXPECT_TRUE(w.a().field(other, kTitle)->value.is_absent());
  EXPECT_EQ(w.a().field(other, kImplementing)->value, Value::id(w.a().organisation));
  w.hub().write(other, {give(other, kImplementing, w.b().organisation)});
  w.settle();
  EXPECT_EQ(w.b().field(other, kState)->event, kAvailable) << "the new body folds the home from its outline";
}

TEST_F(Redaction, ADeviceThatWasSetBackDoesNotBringTheContentBack) {
  station::test::Folder folder;
  w.a().backup(folder.path() / "copy");
  w.a().write(home, {redaction(said)});
  w.settle();
  w.a().restore(folder.path() / "copy");
  ASSERT_TRUE(holds(w.a(), said, kSecret));
  w.settle();
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) expect_gone(*p);
}

TEST_F(Redaction, ADeviceThatLostTheChangesetGetsTheOutline) {
  station::test::Folder folder;
  const RecordId other = w.new_case(w.a().organisation);
  w.settle();
  w.a().backup(folder.path() / "copy");
  const Hash lost = w.a().write(other, {note(other, "secret too")});
  w.settle();
  w.hub().write(other, {redaction(lost)});
  w.settle();
  w.a().restore(folder.path() / "copy");
  w.settle();
  w.settle();
  EXPECT_TRUE(w.a().with([&](Store& s) { return s.changeset(lost); }));
  EXPECT_FALSE(holds(w.a(), lost, "secret too"));
  EXPECT_EQ(w.a().with([&](Store& s) { return redacted(s, lost); }), Redacted::yes);
}

TEST_F(Redaction, OnlyTheAuthorsOrganisationOrTheHubsOfficeRedactsAndWithAGround) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  w.b().role = Role::approver;
  const Hash by_other = w.b().write(home, {redaction(said)});
  const Hash without_ground = w.a().write(home, {redaction(said, "")});
  const Hash unknown = w.a().write(home, {redaction(hash_of(7))});
  w.a().role = Role::operator_;
  const Hash by_operator = w.a().write(home, {redaction(said)});
  w.settle();
  EXPECT_EQ(w.hub().verdict(by_other).reason, Reason::no_authority);
  EXPECT_EQ(w.hub().verdict(by_operator).reason, Reason::no_authority);
  EXPECT_EQ(w.hub().verdict(without_ground).reason, Reason::undecodable);
  EXPECT_EQ(w.hub().verdict(unknown).reason, Reason::missing_base);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_TRUE(holds(*p, said, kSecret)) << p->code;
  w.hub().write(home, {redaction(said)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) EXPECT_FALSE(holds(*p, said, kSecret)) << p->code;
}

TEST_F(Redaction, AConflictStaysOneAndLosesItsWords) {
  w.hub().write(home, {set(home, kTitle, Value::text("by the hub"))});
  const Hash mine = w.a().write(home, {set(home, kTitle, Value::text("secret side"))});
  w.settle();
  ASSERT_TRUE(w.hub().field(home, kTitle)->conflict);
  w.a().write(home, {redaction(mine)});
  w.settle();
  for (Party* p : {&w.hub(), &w.a()}) EXPECT_TRUE(p->field(home, kTitle)->conflict) << p->code;
}

// What is no outline is damage, whoever sends it.
TEST(Outline, HoldsNoContentAndIsNotWhatWasSigned) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  Forger& f = w.forger_a();
  const Changeset signed_one = f.sign(home, {note(home, "words")}, {});
  EXPECT_FALSE(is_outline(signed_one));
  Changeset altered = signed_one;
  altered.body.back() ^= 1;
  EXPECT_FALSE(is_outline(altered)) << "other words";
  Body outline = decode_body(signed_one.body).value();
  outline.operations[0].value = Value();
  Changeset good = signed_one;
  good.body = encode_body(outline);
  good.body.resize(signed_one.body.size());
  EXPECT_TRUE(is_outline(good));
  Changeset shorter = good;
  shorter.body.pop_back();
  EXPECT_FALSE(is_outline(shorter)) << "another length";
  Changeset padded = good;
  padded.body.back() = 1;
  EXPECT_FALSE(is_outline(padded)) << "something in the padding";
  // Signed as such it is what its author wrote: unreadable, not redacted.
  EXPECT_FALSE(is_outline(f.sign_body(home, good.body, 1, {})));
}

}  // namespace
}  // namespace tram::sync::test
