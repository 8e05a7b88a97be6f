// SqliteStore under the contract of every back end, and what only SQLite does.
#include "station/store/sqlite_store.h"

#include "station/store/columns.h"
#include "store_contract_attachments.h"
#include "store_contract_records.h"
#include "store_folder.h"
#include "sync/limits.h"

namespace tram::station::test {
namespace {

class SqliteBackEnd {
 public:
  SqliteBackEnd() : database_(std::move(Database::open(folder_.path()).value())), store_(*database_) {}
  Store& store() { return store_; }
  Result<void> transact(const std::function<void(Store&)>& step) { return store_.transact(step); }

 private:
  Folder folder_;
  std::unique_ptr<Database> database_;
  SqliteStore store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, SqliteBackEnd);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreRecordsContract, SqliteBackEnd);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreAttachmentsContract, SqliteBackEnd);

class SqliteStoreTest : public OpenDatabase {
 protected:
  SqliteStore store() { return SqliteStore(*database_); }
};

TEST_F(SqliteStoreTest, EveryQueryCompiles) {
  ASSERT_GT(query_names().size(), 60u);
  for (const auto name : query_names()) EXPECT_NO_THROW(Statement(connection(), query(name))) << name;
}

TEST_F(SqliteStoreTest, SurvivesReopening) {
  ASSERT_TRUE(store().transact([](Store& s) { s.put_changeset(changeset_row(1, 2, 3)); }).has_value());
  reopen();
  EXPECT_EQ(content(store().changeset(hash_of(1)).value()), content(changeset_row(1, 2, 3)));
}

TEST_F(SqliteStoreTest, TakesTheLargestBody) {
  auto row = changeset_row(1, 2, 3);
  row.bytes.body.assign(limits::kBodyBytes, 0xAB);
  ASSERT_TRUE(store().transact([&](Store& s) { s.put_changeset(row); }).has_value());
  EXPECT_EQ(store().changeset(hash_of(1)).value().bytes, row.bytes);
}

TEST_F(SqliteStoreTest, RefusesAWriteOutsideATransaction) {
  auto direct = store();
  EXPECT_THROW(direct.put_meta("name", Bytes{1}), std::logic_error);
  EXPECT_THROW(direct.savepoint([] {}), std::logic_error);
  EXPECT_FALSE(direct.meta("name"));
}

TEST_F(SqliteStoreTest, RefusesATransactionInsideATransaction) {
  auto outer = store();
  EXPECT_THROW((void)outer.transact([&](Store&) { (void)outer.transact([](Store&) {}); }), std::logic_error);
  EXPECT_TRUE(outer.transact([](Store& s) { s.put_meta("later", Bytes{1}); }).has_value());
}

TEST_F(SqliteStoreTest, TwoChangesetsNeverShareAPlaceInALog) {
  EXPECT_THROW((void)store().transact([](Store& s) {
    s.put_changeset(changeset_row(1, 2, 3));
    s.put_changeset(changeset_row(4, 2, 3));
  }),
               ConstraintBroken);
  EXPECT_FALSE(store().changeset(hash_of(1)));
}

TEST_F(SqliteStoreTest, AReaderSeesOneSnapshotAndCannotWrite) {
  ASSERT_TRUE(store().transact([](Store& s) { s.put_meta("name", Bytes{1}); }).has_value());
  auto reader = database_->open_reader();
  ASSERT_TRUE(reader.has_value());
  const auto read = reader->read([&] {
    SqliteStore snapshot(reader->connection());
    EXPECT_EQ(snapshot.meta("name"), Bytes{1});
    ASSERT_TRUE(store().transact([](Store& s) { s.put_meta("name", Bytes{2}); }).has_value());
    EXPECT_EQ(snapshot.meta("name"), Bytes{1});
    EXPECT_THROW(snapshot.put_meta("name", Bytes{3}), SqliteFailure);
    EXPECT_THROW((void)snapshot.transact([](Store&) {}), std::logic_error);
  });
  EXPECT_TRUE(read.has_value());
  EXPECT_EQ(store().meta("name"), Bytes{2});
}

TEST_F(SqliteStoreTest, AFullDiskUndoesTheStepAndTheStoreGoesOn) {
  ASSERT_TRUE(store().transact([](Store& s) { s.put_meta("before", Bytes{1}); }).has_value());
  const auto pages = std::stoll(connection().pragma("page_count"));
  connection().pragma("max_page_count=" + std::to_string(pages + 2));
  const auto full = store().transact([](Store& s) {
    s.put_meta("small", Bytes{1});
    s.put_meta("large", Bytes(1u << 20, 7));
  });
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error(), errc::disk_full);
  EXPECT_FALSE(database_->failed());
  EXPECT_EQ(store().meta("before"), Bytes{1});
  EXPECT_FALSE(store().meta("small"));
  connection().pragma("max_page_count=1000000");
  EXPECT_TRUE(store().transact([](Store& s) { s.put_meta("large", Bytes(1u << 20, 7)); }).has_value());
}

// A step that swallows the failure must not go on writing outside of the transaction that SQLite took back.
TEST_F(SqliteStoreTest, NothingIsWrittenAfterATransactionWasLost) {
  const auto failed = store().transact([&](Store& s) {
    s.put_meta("inside", Bytes{1});
    sqlite3_exec(connection().handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    EXPECT_THROW(s.put_meta("outside", Bytes{2}), StoreFailure);
    EXPECT_THROW(s.savepoint([] {}), StoreFailure);
  });
  EXPECT_EQ(failed.error(), errc::io_failed);
  EXPECT_FALSE(store().meta("inside"));
  EXPECT_FALSE(store().meta("outside"));
}

TEST_F(SqliteStoreTest, AStoredValueThatCannotBeReadIsDamage) {
  ASSERT_TRUE(store().transact([](Store& s) { s.put_field(field_row(1, 2, Layer::confirmed, "x")); }).has_value());
  connection().execute("UPDATE fields SET value = x'ff'");
  const auto read = store().transact([](Store& s) { (void)s.field(id<RecordId>(1), 2, Layer::confirmed); });
  EXPECT_EQ(read.error(), errc::damaged);
  EXPECT_EQ(database_->failed(), errc::damaged);
  EXPECT_EQ(store().transact([](Store& s) { s.put_meta("more", {}); }).error(), errc::damaged);
}

}  // namespace
}  // namespace tram::station::test
