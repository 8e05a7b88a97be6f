// Rotation of a device's identity key (sync design 3, kind 13; S-G3, S-E10).
#include "sync/rotation.h"

#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class KeyRotation : public ::testing::Test {
 protected:
  KeyRotation() : home(w.new_case(w.a().organisation)) { w.settle(); }
  ~KeyRotation() override {
    w.settle();
    w.expect_converged();
  }
  static Operation rotate(const Bytes& statement) {
    Operation op;
    op.kind = OperationKind::key_rotate;
    op.statement = statement;
    return op;
  }
  Hash rotate_a(const crypto::SigningKey& fresh) {
    return w.a().write(RecordId{w.a().device.bytes}, {rotate(make_rotation(w.a().device, w.a().key, fresh))});
  }
  bool signed_by(Party& p, const Hash& changeset, const crypto::SigningKey& key) {
    const auto row = p.with([&](Store& s) { return s.changeset(changeset); });
    return row && signature_verifies(row->bytes, key.public_key);
  }
  crypto::VerifyKey entered(Party& p) {
    return p.with([&](Store& s) { return p.engine->directory(s).device(w.a().device)->identity; });
  }

  World w;
  const RecordId home;
};

// S-G3
TEST_F(KeyRotation, WorkBeforeAndAfterVerifiesUnderTheRightKey) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const auto& fresh = w.a().hold_key(0x91);
  const Hash before = w.a().write(home, {note(home, "before")});
  const Hash act = rotate_a(fresh);
  const Hash after = w.a().write(home, {note(home, "after")});
  EXPECT_TRUE(signed_by(w.a(), act, w.a().key)) << "the statement's changeset is the last of the old key";
  EXPECT_TRUE(signed_by(w.a(), after, fresh));
  w.settle();
  for (const Hash& c : {before, act, after}) EXPECT_EQ(name(w.hub().verdict(c).verdict), "admitted");
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(entered(*p), fresh.public_key) << p->code;
    EXPECT_TRUE(signed_by(*p, before, w.a().key)) << p->code;
    EXPECT_TRUE(signed_by(*p, after, fresh)) << p->code;
    EXPECT_EQ(p->field(home, kNotes)->heads.size(), 2u) << p->code;
  }
  EXPECT_LT(w.hub().receipt(before)->directory_version, w.hub().receipt(after)->directory_version);
}

// S-E10: the same by stick, where the hub hears of the new key by the bundle that it already signs in.
TEST_F(KeyRotation, ByStickTheWholeBundleIsTaken) {
  const auto& fresh = w.a().hold_key(0x91);
  w.a().write(home, {note(home, "before")});
  rotate_a(fresh);
  const Hash after = w.a().write(home, {note(home, "after")});
  EXPECT_EQ(w.hub_takes(w.a().device, w.request(w.a()), true).code, OutcomeCode::ok_new);
  EXPECT_EQ(w.hub().verdict(after).verdict, Verdict::admitted);
  EXPECT_EQ(w.site_takes(w.a(), w.reply(w.a().device), true).code, OutcomeCode::ok_new);
  EXPECT_EQ(entered(w.a()), fresh.public_key);
}

TEST_F(KeyRotation, TwiceIsTwoEntriesAndOldSignaturesStayCheckable) {
  const auto& second = w.a().hold_key(0x91);
  const Hash first_work = w.a().write(home, {note(home, "one")});
  rotate_a(second);
  w.settle();
  const auto& third = w.a().hold_key(0x92);
  w.a().write(RecordId{w.a().device.bytes}, {rotate(make_rotation(w.a().device, second, third))});
  w.settle();
  EXPECT_EQ(entered(w.b()), third.public_key);
  const auto keys = w.hub().with([&](Store& s) { return w.hub().engine->directory(s).identities(w.a().device); });
  EXPECT_EQ(keys, (std::vector{third.public_key, second.public_key, w.a().key.public_key}));
  // A container that the first key sealed is still known by it.
  const auto signer = w.hub().with([&](Store& s) { return w.hub().engine->directory(s).signer(w.a().key.id()); });
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->device, w.a().device);
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.settle();
  EXPECT_TRUE(signed_by(w.c(), first_work, w.a().key)) << "a body that enters later verifies the whole history";
}

TEST_F(KeyRotation, TheOldKeyGoesNoFurtherInItsLog) {
  Forger& f = w.forger_a();
  const crypto::SigningKey fresh = key_of(0x93);
  const RecordId self{f.device.bytes};
  f.push(home, {note(home, "before")});
  const Hash act = f.push(self, {rotate(make_rotation(f.device, f.key, fresh))});
  EXPECT_EQ(w.hub().verdict(act).verdict, Verdict::admitted);
  const Hash stolen = f.push(home, {note(home, "by the old key")});
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(stolen); }));
  // Another log that the old key signed may still come, late.
  f.incarnation = 78;
  f.seq = 0;
  f.prev = {};
  const Hash late = f.push(home, {note(home, "an older log, by a late stick")});
  EXPECT_EQ(w.hub().verdict(late).verdict, Verdict::admitted);
}

TEST_F(KeyRotation, AStatementThatIsNotOneIsQuarantined) {
  Forger& f = w.forger_a();
  const crypto::SigningKey fresh = key_of(0x93);
  const RecordId self{f.device.bytes};
  Bytes altered = make_rotation(f.device, f.key, fresh);
  altered[60] ^= 1;
  const struct {
    const char* name;
    RecordId where;
    Bytes statement;
  } cases[] = {{"altered", self, altered},
               {"of another device", self, make_rotation(w.a().device, f.key, fresh)},
               {"from a key that it never had", self, make_rotation(f.device, key_of(0x94), fresh)},
               {"to another device's key", self, make_rotation(f.device, f.key, w.b().key)},
               {"on a case", home, make_rotation(f.device, f.key, fresh)},
               {"nothing", self, {}}};
  for (const auto& c : cases) {
    const Hash pushed = f.push(c.where, {rotate(c.statement)});
    EXPECT_EQ(w.hub().verdict(pushed).reason, Reason::undecodable) << c.name;
  }
  Forger::Options nobody;
  nobody.person = PersonId{};
  const Hash alone = f.push(self, {rotate(make_rotation(f.device, f.key, fresh))}, nobody);
  EXPECT_EQ(w.hub().verdict(alone).reason, Reason::no_authority) << "the program signs no rotation by itself";
  EXPECT_EQ(w.hub().with([&](Store& s) { return w.hub().engine->directory(s).device(f.device)->identity; }),
            f.key.public_key);
}

TEST_F(KeyRotation, ADeviceThatWasSetBackSignsOnWithItsNewKey) {
  station::test::Folder folder;
  const auto& fresh = w.a().hold_key(0x91);
  w.a().backup(folder.path() / "copy");
  rotate_a(fresh);
  w.a().write(home, {note(home, "after")});
  w.settle();
  w.a().restore(folder.path() / "copy");
  w.exchange(w.a());
  w.exchange(w.a());
  w.exchange(w.a());
  const Hash next = w.a().write(home, {note(home, "after the restore")});
  EXPECT_TRUE(signed_by(w.a(), next, fresh));
  w.settle();
  EXPECT_EQ(w.hub().verdict(next).verdict, Verdict::admitted);
}

}  // namespace
}  // namespace tram::sync::test
