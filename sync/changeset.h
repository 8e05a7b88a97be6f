// The changeset: one local transaction of one device on one home record, signed (sync design 2; docs/formats.md
// "Changeset"). Bytes are stored and forwarded verbatim and never re-serialised.
#pragma once
#include "crypto/sign.h"
#include "sync/errc.h"
#include "sync/operation.h"

namespace tram::sync {

inline constexpr std::size_t kHeaderBytes = 192;
inline constexpr std::uint16_t kLargestRole = 11;  // the program itself (directory.h, Role)
using HeaderBytes = ByteArray<kHeaderBytes>;

enum ChangesetFlag : std::uint16_t { kAllOrNothing = 1, kClockUnset = 2 };

struct Anchor {  // the newest receipt that the author had integrated
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
  ByteArray<8> hash{};  // first 8 bytes of the receipt's hash
  bool operator==(const Anchor&) const = default;
};

struct Header {
  std::uint8_t confidentiality = 0;  // class
  std::uint16_t flags = 0;
  ZoneId zone;
  DeviceId device;
  std::uint64_t incarnation = 0;
  std::uint64_t seq = 0;
  Hash prev{};
  std::uint64_t written_at = 0;  // 48-bit milliseconds << 16 | counter
  Anchor anchor;
  std::uint16_t schema_version = 1;
  std::uint16_t rules_epoch = 1;
  PersonId person;
  std::uint16_t role = 0;
  std::uint16_t op_count = 0;
  std::uint32_t body_len = 0;
  RecordId home;
  Hash body_hash{};
  bool operator==(const Header&) const = default;

  std::uint64_t written_ms() const { return written_at >> 16; }
  LogId log() const { return log_id(device, incarnation); }
};

// What of a header a program can read: beyond it a changeset is a newer program's (sync design 10).
struct HeaderReach {
  std::uint8_t format = 1;
  std::uint16_t flags = kAllOrNothing | kClockUnset;
  std::uint16_t largest_role = kLargestRole;
};
bool is_newer(const HeaderBytes& header, const HeaderReach& reach);

HeaderBytes encode_header(const Header& header);
// The fields as they lie, unchecked; all but magic and format.
Header header_fields(const HeaderBytes& bytes);
// Step 2 of the order of checks: magic, format, reserved flags, class, sizes. Zone is compared by the caller.
// Errors: bad_magic, too_new, class_refused (class above 2), bad_value, over_limit.
Result<Header> decode_header(ByteView bytes);  // precondition: 192 bytes

// A changeset as it lies in stores and on the wire.
struct Changeset {
  HeaderBytes header{};
  crypto::Signature signature{};
  Bytes body;
  bool operator==(const Changeset&) const = default;

  Hash hash() const;  // H(TRM1-changeset, header)
};

Hash body_hash(ByteView body);  // H(TRM1-body, body)
// Signs SIGMSG("changeset", header).
Changeset seal_changeset(const Header& header, Bytes body, const crypto::SigningKey& key);
[[nodiscard]] bool signature_verifies(const Changeset& changeset, const crypto::VerifyKey& key);

}  // namespace tram::sync
