// Sealing a container (bundle design 3): payload, manifest, header with stanzas, chunks, trailer. The order is forced:
// the signature covers the header's hash, and the header states the body's length and the stream's start.
#include <cstring>
#include <utility>

#include "crypto/random.h"
#include "crypto/sealed_box.h"
#include "sync/container_parts.h"

namespace tram::sync {
namespace {

using parts::Stanza;

std::size_t stanza_count(Profile profile, std::size_t recipients) {
  if (profile == Profile::network) return 1;
  return recipients <= 4 ? 4 : recipients <= 8 ? 8 : 16;
}

// A number below `bound` (at most 16) without bias: the excess of a byte is thrown away.
std::size_t draw_below(std::size_t bound) {
  const std::size_t usable = 256 - 256 % bound;
  ByteArray<1> byte{};
  do crypto::random_bytes(byte);
  while (byte[0] >= usable);
  return byte[0] % bound;
}

Stanza seal_stanza(const crypto::EncryptKey& to, ByteView key) {
  Stanza stanza{};
  const Bytes sealed = crypto::seal(to, key);
  std::copy_n(sealed.begin(), stanza.size(), stanza.begin());
  return stanza;
}

// Real stanzas and dummies, shuffled: a finder learns neither number nor order of the recipients (threat 16).
std::vector<Stanza> make_stanzas(const crypto::Secret<32>& file_key, std::span<const Recipient> recipients,
                                 std::size_t count) {
  std::vector<Stanza> stanzas;
  for (const Recipient& r : recipients) stanzas.push_back(seal_stanza(r.key, file_key.view()));
  while (stanzas.size() < count) {
    ByteArray<32> noise{};
    crypto::random_bytes(noise);
    stanzas.push_back(seal_stanza(crypto::DecryptionKey::generate().public_key, noise));
  }
  for (std::size_t i = stanzas.size(); i > 1; --i) std::swap(stanzas[i - 1], stanzas[draw_below(i)]);
  return stanzas;
}

// The payload behind room for the envelope. comp 1 only where it shrinks, betrays nothing and stays within the ratio
// that a receiver accepts (3.7).
struct Payload {
  Bytes stream;
  bool compressed = false;
};
Payload encode_payload(const SealInput& input, std::uint64_t plain_len) {
  Payload out;
  out.stream.resize(parts::envelope_length(input.profile));
  if (input.compress && input.manifest.max_class == 0 && plain_len > 0) {
    const auto packed = parts::compress_frames(input.frames);
    if (packed && parts::within_limits(input.profile, packed->size(), plain_len, input.frames.size())) {
      append(out.stream, *packed);
      out.compressed = true;
      return out;
    }
  }
  out.stream.reserve(out.stream.size() + plain_len);
  parts::append_frames(out.stream, input.frames);
  return out;
}

Manifest complete_manifest(const SealInput& input, const crypto::SigningKey& sender) {
  Manifest m = input.manifest;
  m.sender_key = sender.id();
  m.frame_count = static_cast<std::uint32_t>(input.frames.size());
  m.recipients.clear();
  for (const Recipient& r : input.recipients)
    m.recipients.push_back({r.role, r.device, crypto::key_id(crypto::KeyAlgorithm::x25519, r.key)});
  return m;
}

bool sizes_fit(const SealInput& input, std::uint64_t plain_len) {
  const std::size_t most = input.profile == Profile::file ? parts::kMostRecipients : 1;
  if (input.recipients.empty() || input.recipients.size() > most || input.frames.size() > limits::kFrames) return false;
  for (const Frame& frame : input.frames)
    if (frame.bytes.size() > limits::kFrameBytes) return false;
  return plain_len <= (input.profile == Profile::file ? limits::kFilePlain : limits::kNetworkPlain);
}

}  // namespace

std::optional<Sealed> seal_container(const SealInput& input, const crypto::SigningKey& sender) {
  const std::uint64_t plain_len = parts::frames_length(input.frames);
  if (!sizes_fit(input, plain_len)) return std::nullopt;

  auto [stream, compressed] = encode_payload(input, plain_len);
  const std::size_t envelope_len = parts::envelope_length(input.profile);
  const ByteView payload = ByteView(stream).subspan(envelope_len);
  if (!parts::within_limits(input.profile, payload.size(), plain_len, input.frames.size())) return std::nullopt;

  Manifest manifest = complete_manifest(input, sender);
  manifest.compressed = compressed;
  manifest.payload_len = payload.size();
  manifest.plain_len = plain_len;
  if (input.profile == Profile::file) manifest.payload_hash = crypto::hash("TRM1-payload", {payload});
  const Bytes manifest_bytes = parts::encode_manifest(manifest, input.profile);
  // A statement that every receiver would refuse as BAD_CONTENT never leaves.
  if (!parts::decode_manifest(manifest_bytes, input.profile)) return std::nullopt;
  stream.resize(parts::stream_length(input.profile, manifest.payload_len));

  crypto::Secret<32> file_key;
  crypto::random_bytes(file_key.writable());
  crypto::StreamEncryptor encryptor(parts::stream_key(file_key));
  parts::Header header;
  header.profile = input.profile;
  header.body_len = parts::body_length(stream.size());
  header.stream = encryptor.header();
  header.key_commit = parts::key_commitment(file_key);
  crypto::random_bytes(header.bundle_rand);
  const auto stanzas = make_stanzas(file_key, input.recipients, stanza_count(input.profile, input.recipients.size()));
  header.stanzas = static_cast<std::uint16_t>(stanzas.size());

  Sealed out;
  out.bundle_rand = header.bundle_rand;
  out.bytes = parts::encode_header(header, stanzas, file_key);
  out.header_hash = parts::header_hash(out.bytes);
  const auto signature = crypto::sign(sender, "bundle", {out.header_hash, manifest_bytes});
  const Bytes envelope = parts::encode_envelope(input.profile, manifest_bytes, signature);
  std::copy(envelope.begin(), envelope.end(), stream.begin());

  out.bytes.reserve(header.file_length());
  const ByteView plain = stream;
  for (std::uint64_t chunk = 0, at = 0; at < plain.size(); ++chunk, at += limits::kChunk) {
    const ByteView piece = plain.subspan(at, std::min<std::size_t>(limits::kChunk, plain.size() - at));
    const bool last = at + piece.size() == plain.size();
    encryptor.push(piece, parts::chunk_associated(out.header_hash, chunk),
                   last ? crypto::StreamTag::final : crypto::StreamTag::message, out.bytes);
  }
  if (input.profile == Profile::file) append(out.bytes, parts::trailer(out.bytes));
  return out;
}

}  // namespace tram::sync
