// The pieces of the container, one function per rule of bundle design 3, in the order of the bytes. Internal to
// tram_sync: sealing and opening are made of them, and the tests that play attackers build broken containers from
// them. Nothing here decides which step of 4.1 comes first; container_open.cpp does.
#pragma once
#include "crypto/keys.h"
#include "crypto/secret_stream.h"
#include "sync/container.h"
#include "sync/limits.h"

namespace tram::sync::parts {

// --- header (3.2; container_header.cpp) ------------------------------------------------------------------------------

inline constexpr std::size_t kSumAt = 120;  // header_sum covers [0, 120) and the stanzas
inline constexpr std::size_t kStanzasAt = 128;
inline constexpr std::size_t kStanzaBytes = 80;  // 32 bytes of file key in a sealed box
inline constexpr std::size_t kMacBytes = 32;
inline constexpr std::size_t kLongestHeader = 1440;                                    // 16 stanzas
inline constexpr std::size_t kSealedChunk = limits::kChunk + crypto::kStreamOverhead;  // 65,553
inline constexpr std::uint64_t kFileBody = 2'148'040'704;
inline constexpr std::uint64_t kNetworkBody = 8'388'368;

constexpr std::size_t header_length(std::size_t stanzas) {
  return kStanzasAt + kStanzaBytes * stanzas + kMacBytes;
}

struct Header {
  Profile profile = Profile::file;
  std::uint16_t stanzas = 0;
  std::uint64_t body_len = 0;
  ByteArray<32> bundle_rand{};
  crypto::StreamHeader stream{};
  ByteArray<32> key_commit{};

  std::size_t length() const { return header_length(stanzas); }
  std::uint64_t file_length() const {
    return length() + body_len + (profile == Profile::file ? kTrailerBytes : std::size_t{0});
  }
};
using Stanza = ByteArray<kStanzaBytes>;

// The whole header, with header_sum and header_mac.
Bytes encode_header(const Header& header, std::span<const Stanza> stanzas, const crypto::Secret<32>& file_key);
// Steps 2 and 3. `first` is the start of the file, at least min(file_size, 1440) bytes of it.
std::variant<Header, Refused> read_header(ByteView first, std::uint64_t file_size, Profile entrance);

ByteArray<8> header_sum(ByteView header);
Hash header_mac(ByteView header, const crypto::Secret<32>& file_key);
Hash header_hash(ByteView header);
ByteArray<32> key_commitment(const crypto::Secret<32>& file_key);
// "TRMEND1\n" and the unkeyed hash over header and body (3.6).
Bytes trailer(ByteView header_and_body);

// --- body (3.3) ------------------------------------------------------------------------------------------------------

crypto::Secret<32> stream_key(const crypto::Secret<32>& file_key);
ByteArray<40> chunk_associated(const Hash& header_hash, std::uint64_t chunk);
std::uint64_t chunk_count(std::uint64_t body_len);
std::uint64_t body_length(std::uint64_t plain_stream);
// The one length of the plain stream that a payload length has.
std::uint64_t stream_length(Profile profile, std::uint64_t payload_len);

// --- envelope and manifest (3.4; container_manifest.cpp) ------------------------------------------------------------

inline constexpr std::size_t kManifestFixed = 128;
inline constexpr std::size_t kRecipientBytes = 40;
inline constexpr std::size_t kFileFields = 128;
inline constexpr std::size_t kMostRecipients = 16;

constexpr std::size_t manifest_length(Profile profile, std::size_t recipients) {
  return kManifestFixed + kRecipientBytes * recipients + (profile == Profile::file ? kFileFields : 0);
}
// FILE: zero-filled to 1024. NETWORK: 8 + 168 + 64.
constexpr std::size_t envelope_length(Profile profile) {
  return profile == Profile::file ? 1024 : 8 + manifest_length(Profile::network, 1) + sizeof(crypto::Signature);
}

Bytes encode_manifest(const Manifest& manifest, Profile profile);
// Step 10: values and reserved bytes; nothing when one is wrong. Precondition: read_envelope() took these bytes.
std::optional<Manifest> decode_manifest(ByteView bytes, Profile profile);
Bytes encode_envelope(Profile profile, ByteView manifest, const crypto::Signature& signature);

// The envelope as it lies in chunk 0. Before the signature verifies only these fields are read (3.4).
struct Envelope {
  ByteView manifest;
  crypto::Signature signature{};
  std::uint8_t kind = 0;
  crypto::KeyId sender_key{};
  Hash aux{};  // FILE only
};
// Step 8 after decryption; nothing when magic, length or zero fill is wrong. The view lives as long as `stream`.
std::optional<Envelope> read_envelope(ByteView stream, Profile profile);

// --- payload (3.5, 3.7; payload.cpp) --------------------------------------------------------------------------------

inline constexpr std::size_t kFrameHead = 8;
inline constexpr std::uint64_t kFreePlain = 64ull << 20;  // FILE: plain_len <= 64 MiB + 200 x payload_len
inline constexpr std::uint64_t kMostRatio = 200;
inline constexpr std::uint64_t kFilePayload = (1ull << 31) - 1024;
inline constexpr std::uint64_t kMostWindow = 8ull << 20;

bool within_limits(Profile profile, std::uint64_t payload_len, std::uint64_t plain_len, std::uint64_t frames);
std::uint64_t frames_length(std::span<const Frame> frames);
void append_frames(Bytes& out, std::span<const Frame> frames);
// One zstd frame that states its content size, flushed at each segment; nothing when it would not be smaller.
std::optional<Bytes> compress_frames(std::span<const Frame> frames);
// Nothing unless `payload` is exactly one zstd frame of the form of 3.7 with plain_len bytes inside.
std::optional<Bytes> decompress(ByteView payload, std::uint64_t plain_len);
bool frame_allowed(FrameType type, BundleKind kind);
std::variant<std::vector<Frame>, Refused> decode_frames(ByteView plain, std::uint32_t count, BundleKind kind);

}  // namespace tram::sync::parts
