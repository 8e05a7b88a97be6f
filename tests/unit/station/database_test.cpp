// Opening rules, checks and checkpoints of the database (reliability design 2.1 and 2.2).
#include "station/store/database.h"

#include <sys/wait.h>
#include <unistd.h>

#include "station/store/app_meta.h"
#include "station/store/columns.h"
#include "station/store/sqlite_limits.h"
#include "station/store/sqlite_store.h"
#include "store_folder.h"
#include "store_rows.h"

namespace tram::station::test {
namespace {

class DatabaseTest : public OpenDatabase {
 protected:
  std::filesystem::path file() const { return DataFolder{folder_.path()}.database(); }
  // Other bytes each time: SQLite does not write a page again that stays the same.
  Result<void> put(std::string_view name, std::size_t bytes) {
    ++fill_;
    return SqliteStore(*database_).transact([&](sync::Store& s) { s.put_meta(name, Bytes(bytes, fill_)); });
  }
  std::uint8_t fill_ = 0;
  void stop_cleanly() {
    ASSERT_TRUE(database_->close().has_value());
    database_.reset();
  }
  std::size_t root_page(const std::string& table) {
    sqlite3* raw = nullptr;
    sqlite3_stmt* select = nullptr;
    sqlite3_open_v2(file().c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
    const std::string sql = "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'";
    sqlite3_prepare_v2(raw, sql.c_str(), -1, &select, nullptr);
    sqlite3_step(select);
    const auto page = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(raw);
    return static_cast<std::size_t>(page);
  }
  Error refusal() {
    database_.reset();
    auto opened = Database::open(folder_.path());
    return opened ? Error{} : opened.error();
  }
};

TEST_F(DatabaseTest, TheElevenLimitsHold) {
  const std::array<std::pair<int, int>, 11> expected = {{{SQLITE_LIMIT_LENGTH, 8'388'608},
                                                         {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                                         {SQLITE_LIMIT_COLUMN, 100},
                                                         {SQLITE_LIMIT_EXPR_DEPTH, 20},
                                                         {SQLITE_LIMIT_COMPOUND_SELECT, 8},
                                                         {SQLITE_LIMIT_VDBE_OP, 25'000},
                                                         {SQLITE_LIMIT_FUNCTION_ARG, 8},
                                                         {SQLITE_LIMIT_ATTACHED, 0},
                                                         {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
                                                         {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
                                                         {SQLITE_LIMIT_TRIGGER_DEPTH, 10}}};
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  for (auto* each : {&connection(), &reader->connection()})
    for (const auto& [limit, value] : expected) EXPECT_EQ(sqlite3_limit(each->handle(), limit, -1), value) << limit;
  EXPECT_EQ(sqlite3_hard_heap_limit64(-1), 256ll << 20);
}

TEST_F(DatabaseTest, ThePragmasAndSwitchesHold) {
  const std::pair<const char*, std::string> expected[] = {{"journal_mode", "wal"},
                                                          {"synchronous", "2"},
                                                          {"wal_autocheckpoint", "0"},
                                                          {"journal_size_limit", "67108864"},
                                                          {"cell_size_check", "1"},
                                                          {"foreign_keys", "1"},
                                                          {"temp_store", "2"},
                                                          {"trusted_schema", "0"},
                                                          {"mmap_size", "0"},
                                                          {"application_id", "1414676813"},
                                                          {"user_version", std::to_string(migrations().size())}};
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  for (auto* each : {&connection(), &reader->connection()}) {
    for (const auto& [name, value] : expected) EXPECT_EQ(each->pragma(name), value) << name;
    const std::pair<int, int> switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},     {SQLITE_DBCONFIG_DQS_DML, 0}};
    for (const auto& [option, value] : switches) {
      int is = -1;
      ASSERT_EQ(sqlite3_db_config(each->handle(), option, -1, &is), SQLITE_OK);
      EXPECT_EQ(is, value) << option;
    }
  }
  EXPECT_EQ(reader->connection().pragma("query_only"), "1");
  int no_checkpoint = -1;
  sqlite3_db_config(reader->connection().handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &no_checkpoint);
  EXPECT_EQ(no_checkpoint, 1);
}

TEST_F(DatabaseTest, FileAndFoldersAreForTheOwnerAlone) {
  using std::filesystem::perms;
  for (const auto& path : {file(), folder_.path() / "lock"})
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write) << path;
  for (const auto& path : {folder_.path() / "db", folder_.path() / "fence"})
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_all) << path;
}

TEST_F(DatabaseTest, ASecondOpenIsRefusedWhileTheFirstLives) {
  const auto second = Database::open(folder_.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error(), errc::busy);
  database_.reset();
  EXPECT_TRUE(Database::open(folder_.path()).has_value());
}

TEST(DataLock, RefusesASecondProcess) {
  const Folder folder;
  const auto opened = open_data_folder(folder.path()).value();
  const auto held = DataLock::acquire(opened);
  ASSERT_TRUE(held.has_value());
  const pid_t child = fork();
  if (child == 0) {
    const auto second = DataLock::acquire(opened);
    _exit(!second && second.error() == errc::busy ? 42 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

TEST(DataFolder, RefusesNetworkFileSystems) {
  const std::pair<std::int64_t, bool> cases[] = {{0x6969, true},      {0x517B, true},     {0xFF534D42, true},
                                                 {0xFE534D42, true},  {0xEF53, false},    {0x01021994, false},
                                                 {0x9123683E, false}, {0x58465342, false}};
  for (const auto& [type, refused] : cases) EXPECT_EQ(is_network_file_system(type), refused) << std::hex << type;
}

TEST_F(DatabaseTest, RefusesADatabaseThatIsALink) {
  stop_cleanly();
  std::filesystem::rename(file(), folder_.path() / "elsewhere");
  std::filesystem::create_symlink(folder_.path() / "elsewhere", file());
  EXPECT_EQ(refusal(), errc::not_local);
}

TEST_F(DatabaseTest, RefusesAFolderThatIsALink) {
  stop_cleanly();
  std::filesystem::rename(folder_.path() / "db", folder_.path() / "elsewhere");
  std::filesystem::create_directory_symlink(folder_.path() / "elsewhere", folder_.path() / "db");
  EXPECT_EQ(refusal(), errc::not_local);
}

TEST_F(DatabaseTest, ANewerSchemaIsRefusedAndLeftAsItWas) {
  stop_cleanly();
  meddle(file(), ("PRAGMA user_version=" + std::to_string(migrations().size() + 1)).c_str());
  const auto before = file_content(file());
  EXPECT_EQ(refusal(), errc::newer_schema);
  EXPECT_EQ(refusal().message(), "made by a newer version");
  EXPECT_EQ(file_content(file()), before);
}

TEST_F(DatabaseTest, AForeignDatabaseIsRefusedAndLeftAsItWas) {
  for (const char* sql : {"CREATE TABLE t(x)", "PRAGMA user_version=1", "PRAGMA application_id=7"}) {
    database_.reset();
    std::filesystem::remove_all(folder_.path() / "db");
    std::filesystem::create_directory(folder_.path() / "db");
    meddle(file(), sql);
    const auto before = file_content(file());
    EXPECT_EQ(refusal(), errc::foreign_database) << sql;
    EXPECT_EQ(file_content(file()), before) << sql;
  }
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsDamaged) {
  stop_cleanly();
  set_file_content(file(), Bytes(8192, 0x41));
  EXPECT_EQ(refusal(), errc::damaged);
}

TEST_F(DatabaseTest, ChecksAfterAnUncleanStopOnly) {
  EXPECT_FALSE(database_->checked_at_open());
  reopen();  // nothing was written: nothing to check
  EXPECT_FALSE(database_->checked_at_open());
  ASSERT_TRUE(put("name", 1).has_value());
  reopen();
  EXPECT_TRUE(database_->checked_at_open());
  stop_cleanly();
  reopen();
  EXPECT_FALSE(database_->checked_at_open());
}

// After a kill the WAL may hold what was never synced; nobody may build on it there (also SqliteOnDisk, test_disk).
TEST_F(DatabaseTest, WhatAnUncleanStopLeftInTheWalIsCarriedOverAtTheNextStart) {
  ASSERT_TRUE(put("name", 1).has_value());
  const Folder copy;
  const DataFolder there{copy.path()};
  std::filesystem::create_directories(there.database_folder());
  const auto wal = [](const std::filesystem::path& database) {
    return std::filesystem::path(database.string() + "-wal");
  };
  std::filesystem::copy_file(file(), there.database());
  std::filesystem::copy_file(wal(file()), wal(there.database()));
  ASSERT_GT(std::filesystem::file_size(wal(there.database())), 0u);
  const auto opened = Database::open(copy.path());
  ASSERT_TRUE(opened.has_value());
  EXPECT_LT(std::filesystem::file_size(wal(there.database())), std::filesystem::file_size(wal(file())));
  EXPECT_TRUE(SqliteStore(**opened).meta("name"));
}

TEST_F(DatabaseTest, ADamagedPageIsFoundAtTheNextStart) {
  ASSERT_TRUE(put("name", 1).has_value());
  database_.reset();  // unclean
  const auto root = root_page("homes");
  auto bytes = file_content(file());
  ASSERT_GE(bytes.size(), root * 4096);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>((root - 1) * 4096), 64, std::uint8_t{0xFF});
  set_file_content(file(), bytes);
  EXPECT_EQ(refusal(), errc::damaged);
}

TEST_F(DatabaseTest, ADamagedPageMetWhileRunningEndsService) {
  ASSERT_TRUE(put("name", 100'000).has_value());
  stop_cleanly();
  auto bytes = file_content(file());
  const auto root = root_page("meta");
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>((root - 1) * 4096), 64, std::uint8_t{0xFF});
  set_file_content(file(), bytes);
  reopen();
  EXPECT_FALSE(database_->checked_at_open());
  const auto read = SqliteStore(*database_).transact([](sync::Store& s) { (void)s.meta("name"); });
  EXPECT_EQ(read.error(), errc::damaged);
  EXPECT_EQ(database_->failed(), errc::damaged);
  EXPECT_EQ(database_->open_reader().error(), errc::damaged);
  EXPECT_EQ(put("other", 1).error(), errc::damaged);
  EXPECT_EQ(database_->close().error(), errc::damaged);
}

TEST(CheckpointRule, FollowsSizeAndRest) {
  using namespace std::chrono_literals;
  const struct {
    std::uint64_t bytes;
    bool pending;
    std::chrono::seconds rest;
    Checkpoint due;
  } cases[] = {
      {0, false, 3600s, Checkpoint::none},
      {4096, true, 59s, Checkpoint::none},
      {4096, true, 60s, Checkpoint::passive},
      {4u << 20, true, 0s, Checkpoint::none},
      {(4u << 20) + 1, true, 0s, Checkpoint::passive},
      {(4u << 20) + 1, false, 0s, Checkpoint::none},
      {32u << 20, true, 0s, Checkpoint::passive},
      {(32u << 20) + 1, false, 0s, Checkpoint::truncate},
      {(32u << 20) + 1, true, 0s, Checkpoint::truncate},
  };
  for (const auto& c : cases)
    EXPECT_EQ(checkpoint_due(c.bytes, c.pending, c.rest), c.due)
        << c.bytes << ' ' << c.pending << ' ' << c.rest.count();
}

TEST_F(DatabaseTest, CarriesTheWalOverWhenItGrows) {
  ASSERT_TRUE(put("small", 1000).has_value());
  EXPECT_TRUE(connection().wal_pending());
  ASSERT_TRUE(put("large", 5u << 20).has_value());
  EXPECT_FALSE(connection().wal_pending());
  ASSERT_TRUE(put("small", 2000).has_value());  // the WAL starts over
  EXPECT_LT(database_->wal_bytes(), 1u << 20);
}

TEST_F(DatabaseTest, TruncatesTheWalThatAReaderHeldOpen) {
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  ASSERT_TRUE(reader
                  ->read([&] {
                    SqliteStore(reader->connection()).meta("large");
                    for (int i = 0; i < 7; ++i) ASSERT_TRUE(put("large", 5u << 20).has_value());
                    EXPECT_GT(database_->wal_bytes(), 32u << 20);
                  })
                  .has_value());
  ASSERT_TRUE(database_->maintain().has_value());
  EXPECT_EQ(database_->wal_bytes(), 0u);
  EXPECT_EQ(std::filesystem::file_size(file().string() + "-wal"), 0u);
}

TEST_F(DatabaseTest, CarriesTheWalOverAfterAMinuteOfRest) {
  database_.reset();
  auto now = std::chrono::steady_clock::time_point{};
  database_ = std::move(Database::open(folder_.path(), {.clock = [&now] { return now; }}).value());
  ASSERT_TRUE(put("small", 1000).has_value());
  now += std::chrono::seconds(59);
  ASSERT_TRUE(database_->maintain().has_value());
  EXPECT_TRUE(connection().wal_pending());
  now += std::chrono::seconds(1);
  ASSERT_TRUE(database_->maintain().has_value());
  EXPECT_FALSE(connection().wal_pending());
}

TEST_F(DatabaseTest, OnlyTheWriterRunsCheckpoints) {
  ASSERT_TRUE(put("small", 1000).has_value());
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  EXPECT_THROW(reader->connection().checkpoint(SQLITE_CHECKPOINT_PASSIVE), SqliteFailure);
  { const auto gone = std::move(*reader); }
  EXPECT_TRUE(connection().wal_pending());
}

TEST_F(DatabaseTest, ClosesAfterItsReaders) {
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(database_->close().error(), errc::busy);
  { const auto gone = std::move(*reader); }
  EXPECT_TRUE(database_->close().has_value());
}

TEST_F(DatabaseTest, ALongReadEnds) {
  database_.reset();
  auto now = std::chrono::steady_clock::time_point{};
  const auto tick = [&now] { return now += std::chrono::milliseconds(100); };
  database_ = std::move(Database::open(folder_.path(), {.clock = tick}).value());
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  const auto forever = [&] {
    reader->connection().execute(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");
  };
  EXPECT_EQ(reader->read(forever).error(), errc::read_timeout);
  EXPECT_TRUE(reader->read([] {}).has_value());
}

TEST_F(DatabaseTest, AnErrorOfTheWorkRollsBack) {
  const auto refused = database_->transact([&]() -> Result<void> {
    AppMeta(connection()).put("name", Bytes{1});
    return errc::same_person;
  });
  EXPECT_EQ(refused.error(), errc::same_person);
  EXPECT_FALSE(AppMeta(connection()).get("name"));
}

}  // namespace
}  // namespace tram::station::test
