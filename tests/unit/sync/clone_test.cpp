// Two machines under one identity (sync design 8): nothing is lost, and an administrator decides.
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Clone : public ::testing::Test {
 protected:
  Clone() : home(w.new_case(w.a().organisation)), f(w.forger_a()) {
    w.settle();
    f.push(home, {note(home, "before the copy")});
    first = {f.incarnation, f.seq, f.prev};
  }
  ~Clone() override {
    w.settle();
    w.expect_converged();
  }
  struct Place {
    std::uint64_t incarnation = 0, seq = 0;
    Hash prev{};
  };
  void go_to(const Place& place) {
    f.incarnation = place.incarnation;
    f.seq = place.seq;
    f.prev = place.prev;
  }
  // A log.open that recovers the first log, pushed.
  Hash recover(std::uint64_t incarnation) {
    go_to({incarnation, 0, {}});
    Operation open;
    open.kind = OperationKind::log_open;
    open.old_log = log_id(f.device, first.incarnation);
    open.old_seq = first.seq;
    open.old_hash = first.prev;
    Forger::Options o;
    o.person = {};
    o.role = Role::device;
    return f.push(RecordId{f.device.bytes}, {open}, o);
  }
  Frame hello(std::uint32_t flags = 0) {
    HelloToHub h;
    h.incarnation = f.incarnation;
    h.head_seq = f.seq;
    h.flags = flags;
    return encode_frame(h);
  }
  void expect(const Hash& changeset, Verdict verdict, Reason reason) {
    EXPECT_EQ(name(w.hub().verdict(changeset).verdict), name(verdict));
    EXPECT_EQ(name(w.hub().verdict(changeset).reason), name(reason));
  }
  bool told() { return (decode_hello_to_node(w.reply(f.device).front())->flags & kClone) != 0; }
  Anchor anchor_now() {
    return w.hub().with([](Store& s) {
      const auto row = s.receipt(1, meta_u64(s, meta::kHubSeq)).value();
      Anchor a{row.hub_epoch, row.hub_seq, {}};
      const Hash hash = receipt_hash(row.bytes);
      std::copy_n(hash.begin(), 8, a.hash.begin());
      return a;
    });
  }

  World w;
  const RecordId home;
  Forger& f;
  Place first;
  station::test::Folder folder;
};

TEST_F(Clone, AMachineThatGoesOnInAClosedLogIsQuarantinedAndGoesOnHearing) {
  recover(78);
  go_to(first);
  Forger::Options heard;
  heard.anchor = anchor_now();  // of the log that closed this one
  const Changeset copy = f.sign(home, {note(home, "by the copy")}, heard);
  w.hub_takes(f.device, {hello(), encode_frame(f.segment({copy}))});
  EXPECT_TRUE(w.last.notices(OutcomeCode::clone));
  expect(copy.hash(), Verdict::quarantined, Reason::clone);
  std::size_t streams = 0;
  for (const Frame& frame : w.reply(f.device)) streams += frame.type == FrameType::stream;
  EXPECT_GT(streams, 0u) << "both keep pulling";
  // It is adopted like any other quarantined work.
  w.settle();
  w.a().role = Role::approver;
  Operation adopt;
  adopt.kind = OperationKind::adopt;
  adopt.target = copy.hash();
  w.a().write(home, {adopt});
  w.settle();
  expect(copy.hash(), Verdict::admitted, Reason::none);
}

// Late, or recorded on the way and sent again by somebody else: a HELLO alone proves nothing.
TEST_F(Clone, ARequestThatNamesAClosedLogIsNoProof) {
  const Frame recorded = hello();
  recover(78);
  w.hub_takes(f.device, {recorded});
  EXPECT_FALSE(w.last.notices(OutcomeCode::clone));
  EXPECT_FALSE(told());
}

TEST_F(Clone, ALateBundleOfAClosedLogIsHonest) {
  const Changeset late = f.sign(home, {note(home, "on a stick")}, {});
  const Frame said = hello();
  const Frame bundle = encode_frame(f.segment({late}));
  recover(78);
  EXPECT_EQ(w.hub_takes(f.device, {said, bundle}, true).code, OutcomeCode::ok_new);
  expect(late.hash(), Verdict::admitted, Reason::none);
}

TEST_F(Clone, ABundleOfAClosedLogThatHeardOfTheNewOneIsNot) {
  recover(78);
  go_to(first);
  Forger::Options o;
  o.anchor = anchor_now();
  const Changeset copy = f.sign(home, {note(home, "by the copy, later")}, o);
  EXPECT_EQ(w.hub_takes(f.device, {hello(), encode_frame(f.segment({copy}))}, true).code, OutcomeCode::ok_new);
  expect(copy.hash(), Verdict::quarantined, Reason::clone);
}

TEST_F(Clone, OfTwoThatRecoverOneLogTheSecondWaitsForTheAdministrator) {
  expect(recover(78), Verdict::admitted, Reason::none);
  const Place second{f.incarnation, f.seq, f.prev};
  const Hash open = recover(79);
  expect(open, Verdict::quarantined, Reason::clone);
  EXPECT_TRUE(told());
  expect(f.push(home, {note(home, "by the second")}), Verdict::quarantined, Reason::clone);
  const Place copy{f.incarnation, f.seq, f.prev};
  go_to(second);
  expect(f.push(home, {note(home, "by the first")}), Verdict::admitted, Reason::none);
  // The administrator enters the device anew: from now on the second takes part.
  w.add_directory(w.hub().with([&](Store& s) { return *w.hub().engine->directory(s).device(f.device); }));
  go_to(copy);
  expect(f.push(home, {note(home, "kept")}), Verdict::admitted, Reason::none);
}

TEST_F(Clone, ADatabaseThatIsSetBackAndOnlyListensIsNoClone) {
  recover(78);
  go_to(first);
  w.hub_takes(f.device, {hello(kBehind)});
  EXPECT_FALSE(w.last.notices(OutcomeCode::clone));
  EXPECT_FALSE(told());
}

// The same backup restored twice: the second time the device finds the log of the first time, and goes on there.
TEST_F(Clone, ADeviceThatIsSetBackTwiceGoesOnInItsNewestLog) {
  w.a().backup(folder.path() / "copy");
  w.a().write(home, {note(home, "lost")});
  w.settle();
  const Fence newest = w.a().step(Prepare{1u << 20}).find<Send>()->fence;
  w.a().restore(folder.path() / "copy");
  w.a().step(Start{newest, false});
  w.a().write(home, {note(home, "in the second log")});
  w.settle();
  const LogRow second = w.a().log();
  const Fence of_second = w.a().step(Prepare{1u << 20}).find<Send>()->fence;
  w.a().restore(folder.path() / "copy");
  w.a().step(Start{of_second, false});
  for (int i = 0; i < 3; ++i) w.exchange(w.a());
  EXPECT_EQ(w.a().log().log, second.log);
  EXPECT_EQ(w.a().log().head_hash, second.head_hash);
  const Hash after = w.a().write(home, {note(home, "after both")});
  w.settle();
  expect(after, Verdict::admitted, Reason::none);
  EXPECT_FALSE(w.a().with([](Store& s) { return meta_u64(s, "clone_heard"); }));
}

}  // namespace
}  // namespace tram::sync::test
