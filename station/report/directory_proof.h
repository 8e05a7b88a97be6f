// The part of the directory that travels inside report.tsig, so that a signature can be checked years later and on a PC
// that never enrolled (bundle design 7.2): the DEVICE entry of the signer, and the hub's keys in the form of the key
// file (5.2) with fewer entries: each HUB_KEYS entry that changed the root, the one under which the DEVICE entry was
// made, and the one in force. Because entries between them are left out, this is not sync::decode_key_file's chain.
#pragma once
#include <optional>

#include "station/report/report_fault.h"
#include "sync/directory.h"

namespace tram::station {

struct DirectoryProof {
  std::uint64_t version = 0;  // of the directory when the report was signed
  sync::Hash hash{};          // of its newest entry
  Bytes device_record;
  Bytes hub_keys;
};

struct ProvedDevice {
  sync::Device device;
  sync::ZoneId zone;
  std::uint8_t zone_kind = 0;  // as the HUB_KEYS in force says
  crypto::VerifyKey root{};    // the first root key, which all hangs on
};

// UNKNOWN_SENDER if the directory has no such device.
ReportResult<DirectoryProof> directory_proof(const sync::Directory& directory, const crypto::VerifyKey& first_root,
                                             const sync::DeviceId& device);

// The DEVICE entry as it lies, not yet believed. BAD_CONTENT.
ReportResult<sync::DirectoryEntry> decode_device_record(ByteView bytes);

// ROOT_CHAIN: the keys do not follow from the first root, or that is not `expected_root`. BAD_SIGNATURE: the record is
// not signed by the directory key in force before it. WRONG_ZONE. SENDER_REVOKED: the record says so itself.
ReportResult<ProvedDevice> check_directory_proof(const DirectoryProof& proof,
                                                 const std::optional<crypto::VerifyKey>& expected_root);

}  // namespace tram::station
