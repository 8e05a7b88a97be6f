// The simulated disk itself: what a power cut leaves, and SQLite on it. A disk that forgave everything would prove
// nothing.
#include "tests/simulation/disk/disk.h"

#include <gtest/gtest.h>

#include "station/store/database.h"
#include "station/store/sqlite_store.h"
#include "tests/simulation/disk/vfs.h"
#include "tests/unit/station/store_folder.h"

namespace tram::simulation {
namespace {

Bytes of(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

std::string content(Disk& disk, const std::string& name) {
  const Disk::Image image = disk.image();
  const auto at = image.find(name);
  return at == image.end() ? "(none)" : std::string(at->second.begin(), at->second.end());
}

// What a cut leaves of a file, over many disks.
std::set<std::string> outcomes(const std::function<void(Disk&)>& work) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Disk disk(seed, "d");
    work(disk);
    disk.cut_power();
    found.insert(content(disk, "x-wal"));
  }
  return found;
}

TEST(Disk, APowerCutKeepsWhatWasSyncedAndMayTearTheRest) {
  const auto found = outcomes([](Disk& disk) {
    const auto file = disk.open("x-wal", true);
    ASSERT_EQ(disk.write("x-wal", *file, 0, of("kept")), Io::ok);
    ASSERT_EQ(disk.sync("x-wal", *file), Io::ok);
    ASSERT_EQ(disk.write("x-wal", *file, 4, of("more")), Io::ok);
  });
  for (const std::string& left : found) EXPECT_TRUE(std::string("keptmore").starts_with(left)) << left;
  EXPECT_TRUE(found.contains("kept"));
  EXPECT_TRUE(found.contains("keptmore"));
  EXPECT_GT(found.size(), 2u) << "a write that was torn";
  EXPECT_FALSE(found.contains("(none)"));
}

TEST(Disk, AFileWhoseFolderWasNotSyncedMayBeGone) {
  const auto found = outcomes([](Disk& disk) { disk.open("x-wal", true); });
  EXPECT_EQ(found, (std::set<std::string>{"", "(none)"}));
}

TEST(Disk, ADeletionWithoutASyncOfTheFolderMayBeUndone) {
  for (const bool sync_folder : {false, true}) {
    const auto found = outcomes([&](Disk& disk) {
      const auto file = disk.open("x-wal", true);
      ASSERT_EQ(disk.write("x-wal", *file, 0, of("old")), Io::ok);
      ASSERT_EQ(disk.sync("x-wal", *file), Io::ok);
      ASSERT_EQ(disk.remove("x-wal", sync_folder), Io::ok);
    });
    EXPECT_EQ(found.contains("old"), !sync_folder);
    EXPECT_TRUE(found.contains("(none)"));
  }
}

TEST(Disk, AFailedSyncLosesItsWritesAlthoughTheNextOneSucceeds) {
  Disk disk(1, "d");
  const auto file = disk.open("x-wal", true);
  ASSERT_EQ(disk.sync("x-wal", *file), Io::ok);
  ASSERT_EQ(disk.write("x-wal", *file, 0, of("lost")), Io::ok);
  disk.fail_next_sync(true);
  EXPECT_EQ(disk.sync("x-wal", *file), Io::sync_failed);
  EXPECT_EQ(disk.sync("x-wal", *file), Io::ok);
  EXPECT_EQ(content(disk, "x-wal"), "lost") << "the page cache still shows it";
  disk.cut_power();
  EXPECT_EQ(content(disk, "x-wal"), "");
}

TEST(Disk, DiesAndFailsAtTheCallThatWasOrdered) {
  Disk disk(1, "d");
  const auto file = disk.open("x-wal", true);
  disk.fail_at(2);
  EXPECT_EQ(disk.write("x-wal", *file, 0, of("a")), Io::ok);
  EXPECT_EQ(disk.write("x-wal", *file, 0, of("b")), Io::failed);
  EXPECT_EQ(disk.write("x-wal", *file, 0, of("c")), Io::ok);
  disk.die_at(2);
  EXPECT_EQ(disk.sync("x-wal", *file), Io::ok);
  EXPECT_EQ(disk.sync("x-wal", *file), Io::failed);
  EXPECT_TRUE(disk.dead());
  EXPECT_EQ(disk.write("x-wal", *file, 0, of("d")), Io::failed);
  EXPECT_EQ(content(disk, "x-wal"), "c");
}

TEST(Disk, SeesAPageThatOvertakesTheWal) {
  Disk disk(1, "d");
  const auto wal = disk.open("x-wal", true);
  const auto database = disk.open("x", true);
  ASSERT_EQ(disk.write("x-wal", *wal, 0, of("page")), Io::ok);
  ASSERT_EQ(disk.sync("x-wal", *wal), Io::ok);
  ASSERT_EQ(disk.write("x", *database, 0, of("page")), Io::ok);
  EXPECT_EQ(disk.complaint(), "");
  ASSERT_EQ(disk.write("x-wal", *wal, 4, of("next")), Io::ok);
  ASSERT_EQ(disk.write("x", *database, 4, of("next")), Io::ok);
  EXPECT_NE(disk.complaint(), "");
}

class SqliteOnDisk : public ::testing::Test {
 protected:
  SqliteOnDisk() : disk(7, "station"), vfs(disk, "a simulated disk") { open(); }
  void open() {
    station::Database::Options options;
    options.vfs = vfs.name().c_str();
    auto opened = station::Database::open(folder.path(), options);
    ASSERT_TRUE(opened) << opened.error().message();
    database = std::move(*opened);
  }
  Result<void> put(std::string_view name) {
    return station::SqliteStore(*database).transact([&](sync::Store& s) { s.put_meta(name, of("x")); });
  }
  bool has(std::string_view name) { return station::SqliteStore(*database).meta(name).has_value(); }
  void die(bool power_fails) {
    disk.stop();
    database.reset();
    if (power_fails)
      disk.cut_power();
    else
      disk.start_process();
    open();
  }

  station::test::Folder folder;
  Disk disk;
  DiskVfs vfs;
  std::unique_ptr<station::Database> database;
};

TEST_F(SqliteOnDisk, AReaderSeesWhatTheWriterCommitted) {
  auto reader = database->open_reader();
  ASSERT_TRUE(reader);
  ASSERT_TRUE(put("a"));
  std::optional<Bytes> seen;
  ASSERT_TRUE(reader->read([&] { seen = station::SqliteStore(reader->connection()).meta("a"); }));
  EXPECT_TRUE(seen);
}

TEST_F(SqliteOnDisk, WhatWasCommittedOutlivesAPowerCut) {
  ASSERT_TRUE(put("a"));
  die(true);
  EXPECT_TRUE(has("a"));
}

// The process dies after the commit was written and before it was synced, starts again, and finds it.
TEST_F(SqliteOnDisk, WhatARecoveryFoundOutlivesAPowerCut) {
  ASSERT_TRUE(put("a"));
  disk.fail_next_sync(true);
  ASSERT_EQ(put("b").error(), station::errc::io_failed);
  die(false);
  ASSERT_TRUE(has("b")) << "read from the page cache";
  die(true);
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(has("b")) << "neither lost nor overwritten by what the WAL still holds";
}

TEST_F(SqliteOnDisk, AFullDiskUndoesOneTransaction) {
  disk.set_full(true);
  EXPECT_EQ(put("a").error(), station::errc::disk_full);
  disk.set_full(false);
  EXPECT_TRUE(put("b"));
  EXPECT_FALSE(has("a"));
}

}  // namespace
}  // namespace tram::simulation
