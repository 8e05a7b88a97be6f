// The audit log's chain: whatever is done to its rows is found, and the first bad row is named.
#include "station/store/audit.h"

#include "store_folder.h"
#include "store_rows.h"

namespace tram::station::test {
namespace {

class AuditTest : public OpenDatabase {
 protected:
  AuditTest() {
    for (std::uint64_t i = 1; i <= 5; ++i)
      (void)in_transaction([&] { return AuditLog(connection()).append(entry(i)); });
  }
  AuditEntry entry(std::uint64_t n) {
    return {.at_ms = 1000 + n,
            .person = id<PersonId>(1),
            .role = 2,
            .action = "login",
            .object = "lan",
            .result = "ok",
            .details = "row " + std::to_string(n)};
  }
  AuditFinding after(const char* sql) {
    connection().execute(sql);
    return verify_audit(connection());
  }
};

TEST_F(AuditTest, AnUntouchedLogHolds) {
  const auto finding = verify_audit(connection());
  EXPECT_EQ(finding.rows, 5u);
  EXPECT_FALSE(finding.first_bad);
  EXPECT_EQ(finding.head, AuditLog(connection()).head());
  const auto rows = AuditLog(connection()).rows(2, 2);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].entry.details, "row 2");
  EXPECT_EQ(rows[1].prev, rows[0].h);
}

TEST_F(AuditTest, EveryChangeIsFoundAtItsRow) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"UPDATE audit SET details = 'row x' WHERE number = 3", 3},
      {"UPDATE audit SET at_ms = 9 WHERE number = 1", 1},
      {"UPDATE audit SET person = zeroblob(16) WHERE number = 2", 2},
      {"UPDATE audit SET role = 3 WHERE number = 2", 2},
      {"UPDATE audit SET action = 'logout' WHERE number = 4", 4},
      // Text moved over the edge of two columns.
      {"UPDATE audit SET object = 'lano', result = 'k' WHERE number = 4", 4},
      {"UPDATE audit SET h = zeroblob(32) WHERE number = 5", 5},
      {"DELETE FROM audit WHERE number = 3", 3},
      {"DELETE FROM audit WHERE number = 1", 1},
      {"DELETE FROM audit WHERE number = 5", 5},  // cut off at the end
      {"DELETE FROM audit", 1},
      // Two rows change places, with their hashes.
      {"UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3; "
       "UPDATE audit SET number = 3 WHERE number = 99",
       2},
      // A row is taken out and the others close up.
      {"DELETE FROM audit WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4; "
       "UPDATE audit SET number = 4 WHERE number = 5",
       3},
  };
  for (const auto& [sql, first_bad] : cases) {
    connection().execute("BEGIN");
    const auto finding = after(sql);
    EXPECT_EQ(finding.first_bad, first_bad) << sql;
    EXPECT_EQ(finding.rows, first_bad - 1) << sql;
    connection().execute("ROLLBACK");
  }
  EXPECT_FALSE(verify_audit(connection()).first_bad);
}

TEST_F(AuditTest, AnAnchorFindsAChainThatWasMadeAnew) {
  const auto anchor = AuditLog(connection()).head();
  EXPECT_FALSE(verify_audit(connection(), anchor).first_bad);
  connection().execute("DELETE FROM audit; DELETE FROM app_meta WHERE name = 'audit_head'");
  for (std::uint64_t i = 1; i <= 5; ++i)
    (void)in_transaction([&] { return AuditLog(connection()).append(entry(i == 5 ? 6 : i)); });
  EXPECT_FALSE(verify_audit(connection()).first_bad);
  EXPECT_EQ(verify_audit(connection(), anchor).first_bad, 5u);
  EXPECT_EQ(verify_audit(connection(), AuditAnchor{.number = 7, .h = anchor.h}).first_bad, 6u);
}

TEST_F(AuditTest, ARowGoesWithItsAct) {
  const auto failed = database_->transact([&]() -> Result<void> {
    (void)AuditLog(connection()).append(entry(6));
    return errc::wrong_state;
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(verify_audit(connection()).rows, 5u);
  EXPECT_THROW((void)AuditLog(connection()).append(entry(6)), std::logic_error);
}

TEST_F(AuditTest, EscapesControlCharactersAndBoundsTexts) {
  auto hostile = entry(6);
  hostile.object = "a\x1b[2J\n\x7f";
  ASSERT_TRUE(in_transaction([&] { return AuditLog(connection()).append(hostile); }).has_value());
  EXPECT_EQ(AuditLog(connection()).rows(6, 1).at(0).entry.object, "a\\x1b[2J\\x0a\\x7f");
  auto large = entry(7);
  large.details.assign(4097, 'x');
  EXPECT_EQ(in_transaction([&] { return AuditLog(connection()).append(large); }).error(), errc::over_limit);
  EXPECT_EQ(verify_audit(connection()).rows, 6u);
}

}  // namespace
}  // namespace tram::station::test
