// The side buffer (sync design 2, S-A7): what comes behind a gap is kept, bounded, and used when the gap is filled.
#include <gtest/gtest.h>

#include "sync/limits.h"
#include "world.h"

namespace tram::sync::test {
namespace {

class SideBuffer : public ::testing::Test {
 protected:
  SideBuffer() : home(w.new_case(w.a().organisation)), f(w.forger_a()), log(log_id(f.device, f.incarnation)) {
    w.settle();
  }
  std::vector<Changeset> run(int count) {
    std::vector<Changeset> all;
    for (int i = 1; i <= count; ++i) all.push_back(f.sign(home, {note(home, std::to_string(i))}, {}));
    return all;
  }
  Taken push(std::vector<Changeset> changesets) {
    return w.hub_takes(f.device, {encode_frame(f.segment(std::move(changesets)))});
  }
  std::vector<std::uint64_t> aside() {
    return w.hub().with([&](Store& s) { return s.side_seqs(log); });
  }
  std::uint64_t need_from() { return decode_hello_to_node(w.reply(f.device).front())->need_from; }

  World w;
  const RecordId home;
  Forger& f;
  const LogId log;
};

TEST_F(SideBuffer, WhatCameBehindAGapIsUsedOnceItIsFilled) {
  const auto all = run(6);
  EXPECT_EQ(push({all[0]}).receipted, 1u);
  EXPECT_EQ(push({all[4], all[5]}).receipted, 0u);
  EXPECT_EQ(push({all[2]}).receipted, 0u);
  EXPECT_EQ(aside(), (std::vector<std::uint64_t>{3, 5, 6}));
  EXPECT_EQ(need_from(), 2u);
  EXPECT_EQ(push({all[1]}).receipted, 2u);
  EXPECT_EQ(need_from(), 4u);
  EXPECT_EQ(push({all[3]}).receipted, 3u);
  EXPECT_EQ(need_from(), 0u);
  EXPECT_TRUE(aside().empty());
  w.settle();
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 6u);
  w.expect_converged();
}

TEST_F(SideBuffer, WhatLiesInItGoesThroughEveryCheck) {
  const auto all = run(3);
  Changeset forged = all[1];
  forged.signature[0] ^= 1;
  push({forged});
  push({all[2]});
  EXPECT_EQ(aside(), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(push({all[0]}).receipted, 1u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_changeset));
  EXPECT_EQ(need_from(), 2u) << "asked for again";
  EXPECT_EQ(push({all[1]}).receipted, 2u);
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.changeset(forged.hash())->bytes == forged; }));
}

TEST_F(SideBuffer, ABundleBehindAGapIsHeldWholeAndLeavesNothingInIt) {
  const auto all = run(2);
  EXPECT_EQ(w.hub_takes(f.device, {encode_frame(f.segment({all[1]}))}, true).code, OutcomeCode::held_gap);
  EXPECT_TRUE(aside().empty());
}

TEST_F(SideBuffer, WhenItIsFullTheNewestIsDroppedAndAskedForAgain) {
  constexpr auto kMost = static_cast<int>(limits::kSideBufferChangesets);
  const auto all = run(kMost + 4);
  const auto from = [&](int first, int last) {
    return std::vector<Changeset>(all.begin() + first - 1, all.begin() + last);
  };
  push(from(3, kMost + 4));
  EXPECT_EQ(aside().size(), limits::kSideBufferChangesets);
  EXPECT_EQ(aside().front(), 3u);
  EXPECT_EQ(aside().back(), limits::kSideBufferChangesets + 2);
  push({all[1]});  // older: the newest makes room
  EXPECT_EQ(aside().front(), 2u);
  EXPECT_EQ(aside().back(), limits::kSideBufferChangesets + 1);
  EXPECT_EQ(push({all[0]}).receipted, limits::kSideBufferChangesets + 1);
  EXPECT_EQ(push(from(kMost + 2, kMost + 4)).receipted, 3u);
  EXPECT_EQ(need_from(), 0u);
}

TEST_F(SideBuffer, ItsBytesAreBoundedByLogAndInAll) {
  constexpr std::size_t kHead = 256, kHalf = 4u << 20;
  // Two rows of one log, as many bytes together.
  const auto fill = [&](const LogId& of, std::uint64_t seq, std::size_t bytes) {
    w.hub().with([&](Store& s) {
      for (const std::size_t size : {kHalf, bytes - kHalf}) {
        Changeset large;
        large.body.assign(size - kHead, 0);
        s.put_side({of, seq++, large});
      }
    });
  };
  const auto drop = [&](const LogId& of, const std::vector<std::uint64_t>& seqs) {
    w.hub().with([&](Store& s) {
      for (const std::uint64_t seq : seqs) s.delete_side(of, seq);
    });
  };
  const auto all = run(4);
  const std::size_t size = kHead + all[3].body.size();
  fill(log, 2, limits::kSideBufferBytes - size);
  push({all[3]});
  EXPECT_EQ(aside(), (std::vector<std::uint64_t>{2, 3, 4})) << "just fits";
  drop(log, {4});
  fill(log, 2, limits::kSideBufferBytes - size + 1);
  push({all[3]});
  EXPECT_EQ(aside(), (std::vector<std::uint64_t>{2, 3})) << "one byte too many";
  drop(log, {2, 3});
  for (std::uint8_t i = 1; i <= 8; ++i) fill(id<LogId>(i), 8, limits::kSideBufferTotal / 8 - (i == 1 ? size - 1 : 0));
  push({all[3]});
  EXPECT_TRUE(aside().empty()) << "one byte too many in all";
  drop(id<LogId>(8), {8, 9});
  push({all[3]});
  EXPECT_EQ(aside(), std::vector<std::uint64_t>{4});
}

}  // namespace
}  // namespace tram::sync::test
