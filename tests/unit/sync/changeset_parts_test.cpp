// S-D6: a changeset larger than one segment goes in parts, goes on where a line dropped, and is applied whole.
#include <gtest/gtest.h>

#include "files.h"
#include "sync/limits.h"
#include "sync/parts.h"

namespace tram::sync::test {
namespace {

class ChangesetParts : public ::testing::Test {
 protected:
  ChangesetParts() {
    home = w.new_case(w.a().organisation);
    w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
    w.settle();
  }
  std::vector<Operation> notes(int count) {
    return std::vector<Operation>(static_cast<std::size_t>(count), note(home, std::string(60'000, 'n')));
  }
  std::size_t notes_at(Party& party) {
    const auto row = party.field(home, kNotes);
    return row ? row->heads.size() : 0;
  }
  std::vector<Frame> request(std::size_t budget) { return w.a().step(Prepare{budget}).find<Send>()->frames; }
  Taken answered(const std::vector<Frame>& frames) {
    return w.site_takes(w.a(), w.reply(w.a().device, w.hub_takes(w.a().device, frames).have));
  }

  static std::vector<Part> cut(const Changeset& changeset) {
    std::vector<Part> parts;
    for (std::uint32_t i = 0; i < parts_of(changeset); ++i) parts.push_back(part_of(changeset, changeset.hash(), i));
    return parts;
  }
  Taken take(const Forger& sender, const std::vector<Part>& parts, bool whole = false) {
    std::vector<Frame> frames;
    for (const Part& p : parts) frames.push_back(encode_frame(p));
    return w.hub_takes(sender.device, frames, whole);
  }

  World w;
  RecordId home;
};

TEST_F(ChangesetParts, TravelsInPartsAndIsAppliedWhole) {
  const Hash before = w.a().write(home, {set(home, kTitle, Value::text("before"))});
  const Hash large = w.a().write(home, notes(10));
  const Hash after = w.a().write(home, {set(home, kTitle, Value::text("after"))});
  const auto frames = request(1u << 20);
  EXPECT_EQ(only(frames, FrameType::part).size(), 3u);
  for (const Frame& f : frames) EXPECT_LE(f.bytes.size(), limits::kFrameBytes);
  answered(frames);
  w.settle();
  for (const Hash& h : {before, large, after}) EXPECT_EQ(w.a().outcome(h), Outcome::applied);
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_EQ(notes_at(*p), 10u) << p->code;
    EXPECT_EQ(p->field(home, kTitle)->value, Value::text("after")) << p->code;
    EXPECT_FALSE(p->with([&](Store& s) { return s.parts(w.a().device) || s.parts(w.hub().device); }))
        << p->code << " keeps parts that were used";
  }
  w.expect_converged();
}

// The largest changeset over the smallest line: one part in each exchange, every second answer lost.
TEST_F(ChangesetParts, GoesOnWhereTheLineDropped) {
  w.a().write(home, notes(60));
  const std::uint64_t seq = w.a().log().head_seq;
  std::size_t sent = 0;
  for (int i = 0; i < 60 && w.a().log().receipted_seq < seq; ++i) {
    const auto frames = request(300'000);
    sent += only(frames, FrameType::part).size();
    const Taken heard = w.hub_takes(w.a().device, frames);
    if (i % 2 == 0) w.site_takes(w.a(), w.reply(w.a().device, heard.have));
    const std::size_t there = notes_at(w.hub());
    EXPECT_TRUE(there == 0 || there == 60) << "nothing of it before it is whole";
  }
  EXPECT_EQ(notes_at(w.hub()), 60u);
  EXPECT_LE(sent, 2 * 14u);
  // Down to b, with a budget of one part an answer.
  for (int i = 0; i < 60 && notes_at(w.b()) == 0; ++i) {
    const Taken heard = w.hub_takes(w.b().device, w.request(w.b()));
    const Actions made = w.hub().step(MakeReply{w.b().device, heard.have, 300'000});
    EXPECT_LE(only(made.find<Reply>()->frames, FrameType::part).size(), 1u);
    if (i % 2 == 0) w.site_takes(w.b(), made.find<Reply>()->frames);
  }
  EXPECT_EQ(notes_at(w.b()), 60u);
  w.settle();
  w.expect_converged();
}

TEST_F(ChangesetParts, ABundleHoldsAllOfItWhateverTheHubHas) {
  w.a().write(home, notes(10));
  answered(request(300'000));  // the hub has one part
  EXPECT_EQ(only(request(1u << 20), FrameType::part).size(), 2u);
  const Actions made = w.a().step(by_stick());
  EXPECT_EQ(only(made.find<Send>()->frames, FrameType::part).size(), 3u);
  EXPECT_EQ(made.find<Send>()->to_seq, w.a().log().head_seq);
  EXPECT_EQ(w.hub_takes(w.a().device, made.find<Send>()->frames, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(notes_at(w.hub()), 10u);
  EXPECT_EQ(w.site_takes(w.b(), w.reply(w.b().device), true).code, OutcomeCode::ok_new);
  EXPECT_EQ(notes_at(w.b()), 10u);
}

// The first part already holds signed bytes of that number: a copy that was set back must not sign it again.
TEST_F(ChangesetParts, TheFenceCoversAChangesetOfWhichOnePartLeft) {
  w.a().write(home, notes(10));
  const Actions made = w.a().step(Prepare{300'000});
  ASSERT_EQ(only(made.find<Send>()->frames, FrameType::part).size(), 1u);
  EXPECT_EQ(made.find<Send>()->fence.seq, w.a().log().head_seq);
  EXPECT_TRUE(made.find<Send>()->more);
}

TEST_F(ChangesetParts, WrongBytesChangeNothingAndTheRightOnesAreTakenAfterwards) {
  const Changeset large = w.forger_a().sign(home, notes(10), {});
  const auto parts = cut(large);
  auto wrong = parts;
  wrong[2].bytes.back() ^= 1;
  EXPECT_EQ(take(w.forger_a(), wrong).receipted, 0u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(take(w.forger_a(), wrong, true).code, OutcomeCode::bad_changeset);
  auto other_header = parts;
  other_header[0].bytes[100] ^= 1;
  EXPECT_EQ(take(w.forger_a(), other_header).receipted, 0u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(notes_at(w.hub()), 0u);
  EXPECT_EQ(take(w.forger_a(), parts).receipted, 1u);
  EXPECT_EQ(notes_at(w.hub()), 10u);
  EXPECT_EQ(take(w.forger_a(), parts).receipted, 0u) << "again: nothing";
}

TEST_F(ChangesetParts, OneChangesetIsKeptPerSenderInAnyOrderOfItsParts) {
  const auto parts = cut(w.forger_a().sign(home, notes(10), {}));
  const auto others = cut(w.forger_b().sign(home, notes(5), {}));
  take(w.forger_a(), {parts[0], parts[1]});
  take(w.forger_b(), {others[0]});  // another sender's buffer
  Part stray = parts[0];
  stray.changeset = hash_of(9);
  take(w.forger_a(), {stray});  // drops what was kept: it starts anew
  EXPECT_EQ(take(w.forger_a(), {parts[2]}).receipted, 0u);
  EXPECT_EQ(take(w.forger_a(), {parts[0], parts[2], parts[1]}).receipted, 1u);
  EXPECT_EQ(take(w.forger_b(), {others[1]}).receipted, 1u);
  EXPECT_EQ(notes_at(w.hub()), 15u);
}

// What lies between the backup and the loss comes back from the sites: a large changeset in parts, old receipt and
// all, and the chunks of files.
TEST_F(ChangesetParts, ARestoredHubGetsItBackInPartsAndTheFilesToo) {
  const station::test::Folder backups;
  w.hub().backup(backups.path() / "hub");
  const Hash large = w.a().write(home, notes(10));
  const Bytes bytes = content(3);
  const RecordId file = attach(w.a(), home, bytes);
  for (int i = 0; i < 3; ++i) w.settle();
  const auto receipt = w.b().receipt(large);
  ASSERT_TRUE(receipt);
  ASSERT_EQ(file_at(w.hub(), file), bytes);
  w.hub().restore(backups.path() / "hub");
  w.hub().step(Start{});
  w.hub().step(StartRecovery{});
  EXPECT_EQ(notes_at(w.hub()), 0u);
  for (int i = 0; i < 4; ++i) w.settle();
  EXPECT_EQ(notes_at(w.hub()), 10u);
  EXPECT_EQ(w.hub().receipt(large)->hub_seq, receipt->hub_seq);
  EXPECT_EQ(w.hub().receipt(large)->hub_epoch, receipt->hub_epoch);
  EXPECT_EQ(file_at(w.hub(), file), bytes);
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
