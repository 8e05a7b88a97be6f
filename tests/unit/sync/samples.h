// Fixed keys, ids and one sample of everything that has a format: what the format tests and the golden vectors of
// tests/vectors/sync are made of. Field and type numbers are synthetic (decisions 7).
#pragma once
#include <string>
#include <vector>

#include "sync/directory.h"
#include "sync/enrolment.h"
#include "sync/frames.h"
#include "sync/snapshot.h"

namespace tram::sync::test {

// An id, or any other byte array, of one repeated byte.
template <class T>
T id(std::uint8_t fill) {
  T made;
  made.bytes.fill(fill);
  return made;
}
template <std::size_t N>
ByteArray<N> filled(std::uint8_t fill) {
  ByteArray<N> made{};
  made.fill(fill);
  return made;
}
inline Hash hash_of(std::uint8_t fill) {
  return filled<32>(fill);
}

// A case of what a decoder refuses: these bytes, written over good ones at this place, and the code.
struct Refusal {
  const char* name;
  std::size_t offset;
  Bytes bytes;
  errc code;
};

// The Ed25519 key of 32 repeated bytes.
crypto::SigningKey key_of(std::uint8_t fill);

inline constexpr std::uint8_t kDeviceKey = 0x01, kRootKey = 0x02, kDirectoryKey = 0x03, kServiceKey = 0x04;
inline const ZoneId kZone = id<ZoneId>(0xD1);
inline const DeviceId kDevice = id<DeviceId>(0xA1);

Header sample_header();        // every field set, for sample_body()
Body sample_body();            // two operations
Changeset sample_changeset();  // signed by kDeviceKey

struct NamedOperation {
  std::string name;
  Operation operation;
};
// Every kind once, with and without its optional members, and an unknown kind.
std::vector<NamedOperation> sample_operations();
struct NamedValue {
  std::string name;
  Value value;
};
std::vector<NamedValue> sample_values();

Receipt sample_receipt(std::size_t exceptions);
std::vector<StreamEntry> sample_entries();  // receipt, scope_enter, scope_leave
StreamHead sample_head();                   // at the last of them

HubKeys sample_hub_keys();
Organisation sample_organisation();
Device sample_device();
Policy sample_policy();
CalendarEntry sample_calendar();
struct NamedEntry {
  std::string name;
  DirectoryEntry entry;
};
std::vector<NamedEntry> sample_directory();  // versions 1..5: one of each kind that has a body of its own

HelloToHub sample_hello_to_hub();
HelloToNode sample_hello_to_node();
HelloToNode sample_hello_with_resupply();
Have sample_have();
Have sample_have_with_earlier();
Have sample_have_loading();
// Of the stream of sample_entries(): its chunks are the bytes of sample_snapshot_entries(), cut after 100.
SnapshotManifest sample_manifest();
Bytes sample_snapshot_entries();
SnapshotPiece sample_snapshot_piece();  // the second chunk
ExchangeNotice sample_notice();
DeliveryRecord sample_delivery();
ChangesetSegment sample_changesets();
StreamSegment sample_stream();
ChangesetSegment sample_run();      // many changesets: what follows from others, and what does not
StreamSegment sample_stream_run();  // their receipts and scope changes
DirectorySegment sample_directory_segment();
EnrolmentRequest sample_enrolment();
inline constexpr std::string_view kEnrolmentCode = "0123456789ABCDEFGHJK";

}  // namespace tram::sync::test
