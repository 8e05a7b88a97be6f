// The reserve of a full disk and the way back (reliability design 2.2, S-D13).
#include "station/store/disk_reserve.h"

#include <sys/stat.h>

#include "station/store/app_meta.h"
#include "station/store/sqlite_limits.h"
#include "store_folder.h"

namespace tram::station::test {
namespace {

constexpr std::uint64_t kSmall = 256u << 10;

TEST(DiskReserve, IsOfRealBlocksAndGoesAtOnce) {
  const Folder folder;
  const std::filesystem::path file = folder.path() / "reserve";
  const DiskReserve reserve(file, kSmall);
  EXPECT_FALSE(reserve.there());
  ASSERT_TRUE(reserve.make());
  EXPECT_TRUE(reserve.there());
  struct stat entry {};
  ASSERT_EQ(::stat(file.c_str(), &entry), 0);
  EXPECT_GE(static_cast<std::uint64_t>(entry.st_blocks) * 512, kSmall);
  ASSERT_TRUE(reserve.make()) << "it is there";
  std::filesystem::resize_file(file, kSmall / 2);  // a program was killed while it made it
  EXPECT_FALSE(reserve.there());
  ASSERT_TRUE(reserve.make());
  reserve.give_up();
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(DiskReserve(folder.path() / "missing" / "reserve", kSmall).make().error(), errc::io_failed);
}

TEST(DiskReserve, ASmallDiskSetsLessAside) {
  struct Case {
    std::uint64_t disk, reserve;
  };
  for (const Case& c :
       {Case{0, 0}, Case{512ull << 20, 32ull << 20}, Case{1ull << 30, 64ull << 20}, Case{4ull << 40, 64ull << 20}})
    EXPECT_EQ(DiskReserve::size_for(c.disk), c.reserve) << c.disk;
}

class FullDisk : public OpenDatabase {
 protected:
  FullDisk() {
    database_.reset();
    database_ = std::move(Database::open(folder_.path(), {.clock = [this] { return now; }}).value());
    EXPECT_TRUE(put("before", 10));
    database_->keep_reserve(DiskReserve(reserve_file(), kSmall));
  }
  std::filesystem::path reserve_file() const { return folder_.path() / "reserve"; }
  bool reserved() const { return std::filesystem::exists(reserve_file()); }
  std::function<Result<void>()> writes(std::string name, std::size_t bytes) {
    return [this, name = std::move(name), bytes]() -> Result<void> {
      AppMeta(connection()).put(name, Bytes(bytes, 7));
      return {};
    };
  }
  Result<void> put(const std::string& name, std::size_t bytes) { return database_->transact(writes(name, bytes)); }
  void disk_has_pages_for(std::size_t bytes) {
    const auto pages = std::stoll(connection().pragma("page_count"));
    const auto size = std::stoll(connection().pragma("page_size"));
    connection().pragma("max_page_count=" + std::to_string(pages + static_cast<std::int64_t>(bytes) / size));
  }
  bool has(const std::string& name) { return AppMeta(connection()).get(name).has_value(); }

  std::chrono::steady_clock::time_point now{};
};

TEST_F(FullDisk, S_D13_AWriteIsRolledBackAndGoesOnWithoutARestartWhenSpaceReturns) {
  EXPECT_TRUE(reserved());
  disk_has_pages_for(0);
  EXPECT_EQ(put("large", 1u << 20).error(), errc::disk_full);
  EXPECT_TRUE(database_->full());
  EXPECT_FALSE(has("large"));
  EXPECT_TRUE(has("before"));
  EXPECT_FALSE(database_->failed()) << "a state, not the end";
  disk_has_pages_for(4u << 20);
  EXPECT_TRUE(put("large", 1u << 20));
  EXPECT_FALSE(database_->full());
}

TEST_F(FullDisk, WhatMustBeWrittenGetsTheReserveAndNothingElseDoes) {
  disk_has_pages_for(0);
  EXPECT_EQ(put("large", 1u << 20).error(), errc::disk_full);
  disk_has_pages_for(2u << 20);  // what the reserve gives back
  EXPECT_TRUE(database_->transact_on_reserve(writes("audit row", 1000)));
  EXPECT_TRUE(has("audit row"));
  EXPECT_FALSE(reserved());
  EXPECT_TRUE(database_->full());
  std::filesystem::create_directory(reserve_file());  // there is no room to make it again
  now += kProbeFullDisk;
  EXPECT_EQ(put("save", 10).error(), errc::disk_full);
  EXPECT_TRUE(database_->transact_on_reserve(writes("another audit row", 1000)));
  std::filesystem::remove(reserve_file());
  EXPECT_EQ(put("save", 10).error(), errc::disk_full) << "tried again every 10 s";
  now += kProbeFullDisk;
  EXPECT_TRUE(put("save", 10));
  EXPECT_TRUE(reserved());
  EXPECT_FALSE(database_->full());
}

TEST_F(FullDisk, TheProbeFindsSpaceWithoutAnybodySaving) {
  disk_has_pages_for(0);
  EXPECT_EQ(put("large", 1u << 20).error(), errc::disk_full);
  disk_has_pages_for(4u << 20);
  EXPECT_TRUE(database_->maintain());
  now += kProbeFullDisk;
  EXPECT_TRUE(database_->maintain());
  EXPECT_FALSE(database_->full());
}

}  // namespace
}  // namespace tram::station::test
