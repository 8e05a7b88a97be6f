// tests/vectors/station: what a station keeps outside its own tables' care - the fence file and the audit chain - byte
// for byte, made by an independent implementation. A vector that was released never changes.
#include "station/store/audit.h"
#include "station/store/fence.h"
#include "store_folder.h"
#include "store_rows.h"
#include "tests/unit/crypto/vector_file.h"

namespace tram::station::test {
namespace {

using crypto::test::read_vector_file;

TEST(StoreGolden, TheFenceFileIsWrittenAndReadByteForByte) {
  const Folder folder;
  const auto file = folder.path() / "fence.bin";
  for (const auto& v : read_vector_file("station/fence.txt", 2)) {
    const Fence fence{.zone = id<ZoneId>(0xD1),
                      .device = id<DeviceId>(0xA1),
                      .incarnation = v.number("incarnation"),
                      .seq = v.number("seq"),
                      .head_hash = v.array<32>("head"),
                      .machine = v.array<32>("machine")};
    ASSERT_TRUE(write_fence(folder.path(), fence).has_value());
    EXPECT_EQ(to_hex(file_content(file)), v.text("file"));
    set_file_content(file, v.bytes("file"));
    const auto reading = read_fence(folder.path()).value();
    EXPECT_EQ(reading.state, FenceState::present);
    EXPECT_EQ(reading.fence, fence);
  }
}

TEST(StoreGolden, TheMachineOfAFenceIsAHashOfItsId) {
  const Folder folder;
  const auto file = folder.path() / "machine-id";
  for (const auto& v : read_vector_file("station/machine.txt", 2)) {
    set_file_content(file, v.bytes("file"));
    EXPECT_EQ(to_hex(machine_id(file)), v.text("machine"));
  }
}

class AuditGolden : public OpenDatabase {};

TEST_F(AuditGolden, RowsAreChainedByteForByte) {
  for (const auto& v : read_vector_file("station/audit.txt", 3)) {
    SCOPED_TRACE(v.text("number"));
    const AuditEntry entry{.at_ms = v.number("at_ms"),
                           .person = {v.array<16>("person")},
                           .role = static_cast<std::uint16_t>(v.number("role")),
                           .action = v.text("action"),
                           .object = v.text("object"),
                           .result = v.text("result"),
                           .details = v.text("details")};
    const auto anchor = in_transaction([&] { return AuditLog(connection()).append(entry); });
    ASSERT_TRUE(anchor.has_value());
    EXPECT_EQ(anchor->number, v.number("number"));
    EXPECT_EQ(to_hex(anchor->h), v.text("h"));
    const auto row = AuditLog(connection()).rows(anchor->number, 1).at(0);
    EXPECT_EQ(to_hex(row.prev), v.text("prev"));
    EXPECT_EQ(to_hex(row.expected_h()), v.text("h"));
  }
  EXPECT_EQ(verify_audit(connection()).rows, 3u);
}

}  // namespace
}  // namespace tram::station::test
