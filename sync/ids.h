// Identities on the wire: 16 bytes each, of distinct types so that two of them cannot be swapped (sync design 2).
#pragma once
#include <compare>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/hash.h"

namespace tram::sync {

using crypto::Hash;

template <class Tag>
struct Id {
  ByteArray<16> bytes{};
  auto operator<=>(const Id&) const = default;
  bool is_zero() const { return *this == Id{}; }
  ByteView view() const { return bytes; }
  std::string hex() const { return to_hex(bytes); }
  // Precondition: at least 16 bytes.
  static Id from(ByteView from) {
    Id id;
    for (std::size_t i = 0; i < 16; ++i) id.bytes[i] = from[i];
    return id;
  }
  static std::optional<Id> parse(std::string_view hex) {
    const auto raw = from_hex(hex);
    if (!raw || raw->size() != 16) return std::nullopt;
    return from(*raw);
  }
};

using ZoneId = Id<struct ZoneTag>;                  // one installation; the container's deployment_id
using DeviceId = Id<struct DeviceTag>;              // names the key in the directory
using LogId = Id<struct LogTag>;                    // first 16 bytes of H(TRM1-log, device | incarnation)
using RecordId = Id<struct RecordTag>;              // first 16 bytes of H(TRM1-record, device | nonce)
using OrganisationId = Id<struct OrganisationTag>;  // first 16 bytes of H(TRM1-org, zone | code in NFC)
using PersonId = Id<struct PersonTag>;              // zero = the program itself
using VersionId = Id<struct VersionTag>;            // first 16 bytes of H(TRM1-version, changeset hash | u16 index)
using StreamId = Id<struct StreamTag>;              // first 16 bytes of H(TRM1-scope, zone | u8 kind | owner)

enum class StreamKind : std::uint8_t { organisation = 1, device = 2 };

LogId log_id(const DeviceId& device, std::uint64_t incarnation);
RecordId record_id(const DeviceId& device, const ByteArray<16>& nonce);
// Precondition: `code` is in NFC.
OrganisationId organisation_id(const ZoneId& zone, std::string_view code);
VersionId version_id(const Hash& changeset, std::uint16_t operation);
StreamId organisation_stream(const ZoneId& zone, const OrganisationId& organisation);
StreamId device_stream(const ZoneId& zone, const DeviceId& device);

}  // namespace tram::sync
