// The container: one sealed, signed file or message (bundle design 3; docs/formats.md "Container"). Whole in memory;
// a bundle aims at 256 MiB. Sealing draws its randomness from libsodium, so the simulator seeds that.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "crypto/sign.h"
#include "sync/ids.h"
#include "sync/outcome_code.h"

namespace tram::sync {

enum class Profile : std::uint8_t { file = 1, network = 2 };
enum class BundleKind : std::uint8_t { up = 1, down = 2, sideways = 3, enrolment_request = 4, enrolment_answer = 5 };
enum class ZoneKind : std::uint8_t { open = 0, closed = 1, practice = 2 };
enum class ClockQuality : std::uint8_t { unset = 0, device = 1, network = 2, hub_corrected = 3 };
enum class RecipientRole : std::uint8_t { hub_current = 1, hub_next = 2, escrow = 3, device = 4 };

// Frame types (3.5); one numbering for files and exchanges.
enum class FrameType : std::uint16_t {
  hello = 1,
  have = 2,
  changesets = 3,
  stream = 4,
  directory = 5,
  snapshot = 6,
  blob = 7,
  report = 8,
  delivery = 9,
  resupply = 10,
  rotate = 11,
  want = 12,
  enrol = 13,
  part = 14,
  notice = 15,
  // 16 is left free: a golden container holds it as a type that is too new
  ticket = 17,
};

struct Frame {
  FrameType type = FrameType::hello;
  Bytes bytes;
  bool operator==(const Frame&) const = default;
};

struct Recipient {
  RecipientRole role = RecipientRole::device;
  DeviceId device;           // zero for escrow
  crypto::EncryptKey key{};  // its id stands in the manifest
};
struct ListedRecipient {
  RecipientRole role = RecipientRole::device;
  DeviceId device;
  crypto::KeyId key{};
  bool operator==(const ListedRecipient&) const = default;
};

struct Manifest {
  BundleKind kind = BundleKind::up;
  bool compressed = false;
  ClockQuality clock = ClockQuality::device;
  ZoneKind zone = ZoneKind::open;
  ZoneId deployment;
  crypto::KeyId sender_key{};
  DeviceId sender_device;
  ByteArray<16> reply_to{};
  std::uint64_t created_ms = 0;
  std::uint64_t payload_len = 0;  // as carried
  std::uint64_t plain_len = 0;    // before compression
  std::uint64_t directory_version = 0;
  ByteArray<16> directory_hash{};
  std::uint32_t frame_count = 0;
  std::uint8_t max_class = 0;
  std::vector<ListedRecipient> recipients;
  // FILE only:
  Hash payload_hash{};
  LogId log;
  std::uint64_t log_from_seq = 0;
  std::uint64_t log_to_seq = 0;
  Hash aux{};
  Hash log_tip_hash{};
  bool operator==(const Manifest&) const = default;
};

// What a sender states; sealing fills in keys' ids, lengths, counts and hashes.
struct SealInput {
  Profile profile = Profile::file;
  Manifest manifest;  // kind, clock, zone, deployment, sender_device, reply_to, created_ms, directory_*, max_class,
                      // log_*, aux
  std::vector<Recipient> recipients;
  std::span<const Frame> frames;
  bool compress = true;  // comp 0 is taken when it does not shrink, and always when max_class is above 0 (3.7)
};
struct Sealed {
  Bytes bytes;
  Hash header_hash{};
  ByteArray<32> bundle_rand{};
};
// Preconditions: 1..16 recipients (NETWORK: 1), each frame within kFrameBytes; nothing when the limits of 3.7 are
// broken.
std::optional<Sealed> seal_container(const SealInput& input, const crypto::SigningKey& sender);

// Crockford base 32 of the first 10 bytes of bundle_rand, in fours (3.8), and the 8.3 name made of it.
std::string bundle_code(const ByteArray<32>& bundle_rand);
std::string bundle_file_name(const ByteArray<32>& bundle_rand);

// --- opening ---------------------------------------------------------------------------------------------------------

// What the directory says of a sender's signing key at step 9.
struct SenderKey {
  crypto::VerifyKey key{};
  DeviceId device;
  bool is_hub = false;
  bool revoked = false;
};

struct OpenContext {
  Profile profile = Profile::file;
  std::span<const crypto::DecryptionKey> keys;  // current first
  std::size_t current_keys = 1;                 // keys[current_keys..] are retired: KEY_RETIRED
  DeviceId own_device;
  ZoneId deployment;  // zero before enrolment: any deployment is taken
  ZoneKind zone = ZoneKind::open;
  bool at_hub = false;
  std::uint64_t now_ms = 0;                                              // for CLOCK_SUSPECT
  std::optional<ByteArray<16>> expected_reply_to;                        // NETWORK response: else EXCHANGE_MISMATCH
  std::function<bool(const Hash& header_hash)> finished;                 // step 4, FILE; may be empty
  std::function<std::optional<SenderKey>(const crypto::KeyId&)> sender;  // step 9; kind 4 uses the key in aux instead
  std::function<bool(const Manifest&)> enrolment_open;  // kind 4: is there an open invitation; may be empty = no
  std::function<bool(BundleKind, const SenderKey&)> kind_allowed;  // step 12
};

struct Opened {
  Manifest manifest;
  std::vector<Frame> frames;
  Hash header_hash{};
  ByteArray<32> bundle_rand{};
  SenderKey sender;
  std::vector<OutcomeCode> warnings;  // 1xx codes
};
struct Refused {
  OutcomeCode code = OutcomeCode::tampered;
  std::string detail;            // for the log, never for the peer
  std::uint64_t have_bytes = 0;  // TRUNCATED: x of y
  std::uint64_t want_bytes = 0;
  Hash header_hash{};  // DUPLICATE
};
// Steps 2 to 14 of 4.1 as far as bytes go (frames and their types by kind; changesets, directory and streams inside are
// the engine's). Nothing of a refused container may be used. NETWORK runs without steps 4, 7 and 13 and trailer.
std::variant<Opened, Refused> open_container(ByteView bytes, const OpenContext& context);

// `bundle check`: steps 2, 3 and the trailer, without any key.
struct Inspection {
  OutcomeCode code = OutcomeCode::ok_new;
  std::string bundle_code;
  std::uint64_t have_bytes = 0;
  std::uint64_t want_bytes = 0;
  std::uint16_t stanzas = 0;
};
Inspection inspect_container(ByteView bytes);
// The same from the first bytes of a file whose size is known (1,440 reach for every header): steps 2 and 3 only, so
// that a foreign or broken file is refused before it is read.
Inspection inspect_header(ByteView first, std::uint64_t file_size);

// Parts of the format that tests and the scan use.
std::uint64_t padme(std::uint64_t length);  // 3.3; precondition: length >= 2
inline constexpr ByteArray<8> kContainerMagic = {0x89, 0x54, 0x52, 0x4D, 0x0D, 0x0A, 0x1A, 0x0A};
inline constexpr std::size_t kTrailerBytes = 40;

}  // namespace tram::sync
