// The fence file: what was written comes back, and no other bytes are taken for it.
#include "station/store/fence.h"

#include "store_folder.h"
#include "store_rows.h"

namespace tram::station::test {
namespace {

class FenceTest : public ::testing::Test {
 protected:
  Fence fence(std::uint64_t seq) {
    return {.zone = id<ZoneId>(1),
            .device = id<DeviceId>(2),
            .incarnation = 0xFEDCBA9876543210,
            .seq = seq,
            .head_hash = hash_of(3),
            .machine = hash_of(4)};
  }
  std::filesystem::path file() const { return folder_.path() / "fence.bin"; }
  FenceState state() { return read_fence(folder_.path()).value().state; }
  Folder folder_;
};

TEST_F(FenceTest, RoundTrip) {
  EXPECT_EQ(state(), FenceState::absent);
  for (const std::uint64_t seq : {7, 8}) {
    ASSERT_TRUE(write_fence(folder_.path(), fence(seq)).has_value());
    const auto reading = read_fence(folder_.path()).value();
    EXPECT_EQ(reading.state, FenceState::present);
    EXPECT_EQ(reading.fence, fence(seq));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "fence.tmp"));
  EXPECT_EQ(file_content(file()).size(), kFenceBytes);
}

TEST_F(FenceTest, EveryBitFlipAndEveryPrefixIsDamage) {
  ASSERT_TRUE(write_fence(folder_.path(), fence(7)).has_value());
  const auto good = file_content(file());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1u << (bit % 8)));
    set_file_content(file(), bad);
    EXPECT_EQ(state(), FenceState::damaged) << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    set_file_content(file(), ByteView(good).first(size));
    EXPECT_EQ(state(), FenceState::damaged) << size;
  }
  auto longer = good;
  longer.push_back(0);
  set_file_content(file(), longer);
  EXPECT_EQ(state(), FenceState::damaged);
}

TEST_F(FenceTest, ATornWriteLeavesTheOldFence) {
  ASSERT_TRUE(write_fence(folder_.path(), fence(7)).has_value());
  set_file_content(folder_.path() / "fence.tmp", Bytes(40, 1));
  EXPECT_EQ(read_fence(folder_.path()).value().fence, fence(7));
  ASSERT_TRUE(write_fence(folder_.path(), fence(8)).has_value());
  EXPECT_EQ(read_fence(folder_.path()).value().fence, fence(8));
}

TEST_F(FenceTest, AFolderThatIsGoneIsAnError) {
  EXPECT_EQ(write_fence(folder_.path() / "gone", fence(7)).error(), errc::io_failed);
}

TEST_F(FenceTest, TheMachineIsKnownByAHash) {
  const auto place = folder_.path() / "machine-id";
  EXPECT_EQ(machine_id(place), sync::Hash{});
  set_file_content(place, bytes_of("0123456789abcdef0123456789abcdef\n"));
  const auto first = machine_id(place);
  EXPECT_NE(first, sync::Hash{});
  EXPECT_EQ(machine_id(place), first);
  set_file_content(place, bytes_of("0123456789abcdef0123456789abcdee\n"));
  EXPECT_NE(machine_id(place), first);
}

}  // namespace
}  // namespace tram::station::test
