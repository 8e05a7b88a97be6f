// The derived ids against their definitions (sync design 2), written out here byte by byte.
#include <gtest/gtest.h>

#include "samples.h"

namespace tram::sync::test {
namespace {

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts) append(all, part);
  return all;
}

// First 16 bytes of H(personal, all).
std::string derived(std::string_view personal, const Bytes& all) {
  return to_hex(ByteView(crypto::hash(personal, {all})).first(16));
}

TEST(Ids, LogIdIsOfDeviceAndIncarnation) {
  const Bytes incarnation = {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
  EXPECT_EQ(log_id(kDevice, 0x1122334455667788).hex(), derived("TRM1-log", joined({kDevice.view(), incarnation})));
  EXPECT_NE(log_id(kDevice, 1), log_id(kDevice, 2));
}

TEST(Ids, RecordIdIsOfDeviceAndNonce) {
  const auto nonce = filled<16>(9);
  EXPECT_EQ(record_id(kDevice, nonce).hex(), derived("TRM1-record", joined({kDevice.view(), nonce})));
  EXPECT_NE(record_id(kDevice, nonce), record_id(id<DeviceId>(0xA2), nonce));
}

TEST(Ids, OrganisationIdIsOfZoneAndCode) {
  EXPECT_EQ(organisation_id(kZone, "hy.ubnd").hex(), derived("TRM1-org", joined({kZone.view(), as_bytes("hy.ubnd")})));
  EXPECT_NE(organisation_id(kZone, "A"), organisation_id(id<ZoneId>(0xD2), "A"));
}

TEST(Ids, VersionIdIsOfChangesetAndOperation) {
  const Bytes index = {0x02, 0x01};
  EXPECT_EQ(version_id(hash_of(7), 0x0102).hex(), derived("TRM1-version", joined({hash_of(7), index})));
}

TEST(Ids, StreamIdsTellOrganisationsAndDevicesApart) {
  const Bytes organisation = {1}, device = {2};
  const auto owner = filled<16>(5);
  EXPECT_EQ(organisation_stream(kZone, OrganisationId{owner}).hex(),
            derived("TRM1-scope", joined({kZone.view(), organisation, owner})));
  EXPECT_EQ(device_stream(kZone, DeviceId{owner}).hex(), derived("TRM1-scope", joined({kZone.view(), device, owner})));
}

TEST(Ids, ReadBackTheirOwnHexOnly) {
  const auto whole = id<RecordId>(0xAB);
  EXPECT_EQ(RecordId::parse(whole.hex()), whole);
  EXPECT_FALSE(RecordId::parse(whole.hex() + "00"));
  EXPECT_FALSE(RecordId::parse(whole.hex().substr(2)));
  EXPECT_FALSE(RecordId::parse("zz" + whole.hex().substr(2)));
}

}  // namespace
}  // namespace tram::sync::test
