// The golden vectors that hold no frame of their own: derived ids, the digest of a scope, and a directory entry that no
// program of this version reads. Made by an independent implementation; a vector that was released never changes.
#include <gtest/gtest.h>

#include "samples.h"
#include "sync/engine.h"
#include "tests/unit/crypto/vector_file.h"
#include "world.h"

namespace tram::sync::test {
namespace {

using crypto::test::read_vector_file;
using crypto::test::VectorCase;

std::string derived(const VectorCase& v) {
  const std::string kind = v.text("kind");
  if (kind == "log") return log_id({v.array<16>("device")}, v.number("incarnation")).hex();
  if (kind == "record") return record_id({v.array<16>("device")}, v.array<16>("nonce")).hex();
  if (kind == "organisation") {
    const Bytes code = v.bytes("code");
    return organisation_id({v.array<16>("zone")}, as_text(code)).hex();
  }
  if (kind == "version")
    return version_id(v.array<32>("changeset"), static_cast<std::uint16_t>(v.number("operation"))).hex();
  if (kind == "organisation_stream") return organisation_stream({v.array<16>("zone")}, {v.array<16>("owner")}).hex();
  if (kind == "device_stream") return device_stream({v.array<16>("zone")}, {v.array<16>("owner")}).hex();
  return "no such kind";
}

TEST(GoldenDerived, IdsAreThoseOfTheFile) {
  for (const VectorCase& v : read_vector_file("sync/ids.txt", 10))
    EXPECT_EQ(derived(v), v.text("id")) << v.text("kind");
}

TEST(GoldenDerived, AnEntryThatIsNotReadIsKeptAsItCame) {
  for (const VectorCase& v : read_vector_file("sync/directory_unknown.txt", 1)) {
    const Bytes bytes = v.bytes("entry");
    const auto entry = decode_entry(bytes);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->version, v.number("version"));
    EXPECT_EQ(to_hex(entry->hash), v.text("hash"));
    EXPECT_EQ(entry->bytes, bytes);
    ASSERT_TRUE(std::holds_alternative<OpaqueEntry>(entry->body));
    EXPECT_EQ(static_cast<std::uint64_t>(entry->kind), v.number("kind"));
    EXPECT_EQ(std::get<OpaqueEntry>(entry->body).body, v.bytes("body"));
    crypto::Signature signature{};
    std::copy_n(bytes.begin() + 128, signature.size(), signature.begin());
    EXPECT_TRUE(crypto::verify(key_of(kDirectoryKey).public_key, "directory", {ByteView(bytes).first(112)}, signature));
  }
}

// The rows stand in a store of their own, in the scope of one body.
TEST(GoldenDerived, TheDigestOfAScopeIsTheSumOfItsRows) {
  const station::test::Folder folder;
  const auto database = station::Database::open(folder.path()).value();
  station::SqliteStore store(*database);
  const auto key = key_of(kDeviceKey);
  Identity self;
  self.zone = kZone;
  self.device_key = &key;
  const Engine engine(self, synthetic_schema());
  const auto home = id<RecordId>(0x31);
  const auto body = id<OrganisationId>(0x0B);
  const auto done = store.transact([&](Store& s) {
    s.put_scope({home, body, 1, std::nullopt});
    for (const VectorCase& v : read_vector_file("sync/digest.txt", 3)) {
      FieldRow row;
      row.record = {v.array<16>("record")};
      row.home = home;
      row.field = static_cast<std::uint16_t>(v.number("field"));
      row.event = static_cast<std::uint16_t>(v.number("event"));
      const Bytes heads = v.bytes("heads");
      for (std::size_t at = 0; at < heads.size(); at += 16)
        row.heads.push_back(VersionId::from(ByteView(heads).subspan(at, 16)));
      row.value = Value::decode(v.bytes("value")).value();
      s.put_field(row);
      EXPECT_EQ(to_hex(engine.digest(s, body)), v.text("sum")) << v.text("field");
    }
  });
  ASSERT_TRUE(done);
}

}  // namespace
}  // namespace tram::sync::test
