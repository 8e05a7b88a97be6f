// One site, one hub and one stranger with fixed keys, and a forge: the sealing of a container with a hook at every
// place where an attacker, or a faulty program, could do something else.
#pragma once
#include <functional>

#include "sync/container_parts.h"

namespace tram::sync::test {

// Keys come from seeds of one repeated byte, ids are one repeated byte (tests/vectors/trb/cases.txt names them).
struct World {
  crypto::SigningKey site_identity, hub_service, stranger;
  crypto::DecryptionKey hub_current, hub_next, site_encryption, foreign;
  std::vector<crypto::DecryptionKey> hub_keys, site_keys;
  DeviceId site, hub;
  ZoneId deployment;
  ByteArray<16> request{};  // what the site's context expects as reply_to
};
const World& world();

inline constexpr Profile kFile = Profile::file, kNet = Profile::network;
inline constexpr std::uint64_t kNow = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

Frame frame(FrameType type, std::size_t size, std::uint8_t fill = 0x61);
// A request to the hub (FILE: a bundle up) with HELLO and one frame more; a response (FILE: a bundle down).
SealInput up(Profile profile, std::span<const Frame> frames);
SealInput down(Profile profile, std::span<const Frame> frames);
std::span<const Frame> small_frames();

OpenContext at_hub(Profile profile);
OpenContext at_site(Profile profile);

// The code of the outcome; ok_new when it opened.
OutcomeCode code_of(const std::variant<Opened, Refused>& outcome);
OutcomeCode open_code(ByteView bytes, const OpenContext& context);
std::string code(ByteView bytes, Profile profile);  // its name, at the hub

struct Forgery {
  SealInput input;
  const crypto::SigningKey* signer = nullptr;  // default: the site
  std::string purpose = "bundle";
  std::optional<Bytes> payload;  // default: the frames as they are, comp 0
  std::function<void(Manifest&)> manifest;
  std::function<void(Bytes&)> manifest_bytes;
  std::function<void(crypto::Signature&)> signature;
  std::function<void(Bytes&)> stream;  // before its length goes into the header; the envelope's place is still zero
  std::function<void(Bytes&)> plain;   // the same with the envelope, just before encryption
  std::function<void(std::vector<parts::Stanza>&, const crypto::Secret<32>&)> stanzas;
  std::function<std::uint8_t(std::uint64_t chunk, bool last)> tag;
};
Bytes forge(const Forgery& forgery);
Forgery forgery(Profile profile);  // of small_frames(), nothing forged yet

// What anybody can do to a FILE container without a key: make header_sum and trailer fit again.
void rebuild_public_sums(Bytes& file);

}  // namespace tram::sync::test
