// The cast of the container tests and the forge.
#include "tests/unit/sync/container_world.h"

#include <algorithm>

#include "crypto/random.h"
#include "crypto/sealed_box.h"

namespace tram::sync::test {
namespace {

Bytes repeated(std::uint8_t byte, std::size_t count) {
  return Bytes(count, byte);
}

World make_world() {
  crypto::initialise();
  World w{crypto::SigningKey::from_seed(repeated(0x01, 32)),
          crypto::SigningKey::from_seed(repeated(0x02, 32)),
          crypto::SigningKey::from_seed(repeated(0x03, 32)),
          crypto::DecryptionKey::from_seed(repeated(0x11, 32)),
          crypto::DecryptionKey::from_seed(repeated(0x12, 32)),
          crypto::DecryptionKey::from_seed(repeated(0x13, 32)),
          crypto::DecryptionKey::from_seed(repeated(0x14, 32)),
          {},
          {},
          {},
          {},
          {}};
  w.hub_keys.push_back(w.hub_current.copy());
  w.hub_keys.push_back(w.hub_next.copy());
  w.site_keys.push_back(w.site_encryption.copy());
  w.site.bytes.fill(0xA1);
  w.hub.bytes.fill(0xB1);
  w.deployment.bytes.fill(0xD1);
  w.request.fill(0xE1);
  return w;
}

SealInput sealing(Profile profile, std::span<const Frame> frames) {
  SealInput input;
  input.profile = profile;
  input.manifest.deployment = world().deployment;
  input.manifest.created_ms = kNow - 60'000;
  input.manifest.directory_version = 7;
  input.frames = frames;
  input.compress = false;
  return input;
}

OpenContext opening(Profile profile, const std::vector<crypto::DecryptionKey>& keys, const DeviceId& own) {
  OpenContext context;
  context.profile = profile;
  context.keys = keys;
  context.current_keys = keys.size();
  context.own_device = own;
  context.deployment = world().deployment;
  context.now_ms = kNow;
  context.sender = [](const crypto::KeyId& id) -> std::optional<SenderKey> {
    const World& w = world();
    if (id == w.site_identity.id()) return SenderKey{w.site_identity.public_key, w.site, false, false};
    if (id == w.hub_service.id()) return SenderKey{w.hub_service.public_key, w.hub, true, false};
    return std::nullopt;
  };
  return context;
}

}  // namespace

const World& world() {
  static const World w = make_world();
  return w;
}

Frame frame(FrameType type, std::size_t size, std::uint8_t fill) {
  return {type, Bytes(size, fill)};
}

std::span<const Frame> small_frames() {
  static const std::vector<Frame> frames = {frame(FrameType::hello, 5), frame(FrameType::delivery, 7)};
  return frames;
}

SealInput up(Profile profile, std::span<const Frame> frames) {
  SealInput input = sealing(profile, frames);
  input.manifest.kind = BundleKind::up;
  input.manifest.sender_device = world().site;
  input.recipients = {{RecipientRole::hub_current, world().hub, world().hub_current.public_key}};
  if (profile == Profile::network) return input;
  input.recipients.push_back({RecipientRole::hub_next, world().hub, world().hub_next.public_key});
  input.manifest.log.bytes.fill(0xC1);
  input.manifest.log_from_seq = 3;
  input.manifest.log_to_seq = 9;
  input.manifest.aux.fill(0x77);
  input.manifest.log_tip_hash.fill(0x78);
  return input;
}

SealInput down(Profile profile, std::span<const Frame> frames) {
  SealInput input = sealing(profile, frames);
  input.manifest.kind = BundleKind::down;
  input.manifest.sender_device = world().hub;
  if (profile == Profile::network) input.manifest.reply_to = world().request;
  input.recipients = {{RecipientRole::device, world().site, world().site_encryption.public_key}};
  return input;
}

OpenContext at_hub(Profile profile) {
  OpenContext context = opening(profile, world().hub_keys, world().hub);
  context.at_hub = true;
  return context;
}

OpenContext at_site(Profile profile) {
  OpenContext context = opening(profile, world().site_keys, world().site);
  if (profile == Profile::network) context.expected_reply_to = world().request;
  return context;
}

OutcomeCode code_of(const std::variant<Opened, Refused>& outcome) {
  const auto* refused = std::get_if<Refused>(&outcome);
  return refused != nullptr ? refused->code : OutcomeCode::ok_new;
}

OutcomeCode open_code(ByteView bytes, const OpenContext& context) {
  return code_of(open_container(bytes, context));
}

std::string code(ByteView bytes, Profile profile) {
  return std::string(name(open_code(bytes, at_hub(profile))));
}

Forgery forgery(Profile profile) {
  Forgery f;
  f.input = up(profile, small_frames());
  return f;
}

Bytes forge(const Forgery& f) {
  const Profile profile = f.input.profile;
  const crypto::SigningKey& signer = f.signer != nullptr ? *f.signer : world().site_identity;
  Bytes payload;
  if (f.payload) {
    payload = *f.payload;
  } else {
    parts::append_frames(payload, f.input.frames);
  }

  Manifest manifest = f.input.manifest;
  manifest.sender_key = signer.id();
  manifest.frame_count = static_cast<std::uint32_t>(f.input.frames.size());
  manifest.payload_len = payload.size();
  manifest.plain_len = parts::frames_length(f.input.frames);
  for (const Recipient& r : f.input.recipients)
    manifest.recipients.push_back({r.role, r.device, crypto::key_id(crypto::KeyAlgorithm::x25519, r.key)});
  if (profile == Profile::file) manifest.payload_hash = crypto::hash("TRM1-payload", {payload});
  if (f.manifest) f.manifest(manifest);
  Bytes manifest_bytes = parts::encode_manifest(manifest, profile);
  if (f.manifest_bytes) f.manifest_bytes(manifest_bytes);

  Bytes stream(parts::envelope_length(profile));
  append(stream, payload);
  stream.resize(parts::stream_length(profile, payload.size()));
  if (f.stream) f.stream(stream);

  crypto::Secret<32> file_key;
  crypto::random_bytes(file_key.writable());
  crypto::StreamEncryptor encryptor(parts::stream_key(file_key));
  parts::Header header;
  header.profile = profile;
  header.body_len = parts::body_length(stream.size());
  header.stream = encryptor.header();
  header.key_commit = parts::key_commitment(file_key);
  crypto::random_bytes(header.bundle_rand);
  std::vector<parts::Stanza> stanzas(profile == Profile::file ? 4 : 1);
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    const bool real = i < f.input.recipients.size();
    const Bytes sealed =
        crypto::seal(real ? f.input.recipients[i].key : crypto::DecryptionKey::generate().public_key, file_key.view());
    std::copy(sealed.begin(), sealed.end(), stanzas[i].begin());
  }
  if (f.stanzas) f.stanzas(stanzas, file_key);

  Bytes out = parts::encode_header(header, stanzas, file_key);
  const Hash header_hash = parts::header_hash(out);
  auto signature = crypto::sign(signer, f.purpose, {header_hash, manifest_bytes});
  if (f.signature) f.signature(signature);
  const Bytes envelope = parts::encode_envelope(profile, manifest_bytes, signature);
  std::copy(envelope.begin(), envelope.end(), stream.begin());
  if (f.plain) f.plain(stream);

  for (std::uint64_t chunk = 0, at = 0; at < stream.size(); ++chunk, at += limits::kChunk) {
    const ByteView piece = ByteView(stream).subspan(at, std::min<std::size_t>(limits::kChunk, stream.size() - at));
    const bool last = at + piece.size() == stream.size();
    const auto tag = f.tag ? f.tag(chunk, last) : static_cast<std::uint8_t>(last ? 3 : 0);
    encryptor.push(piece, parts::chunk_associated(header_hash, chunk), static_cast<crypto::StreamTag>(tag), out);
  }
  if (profile == Profile::file) append(out, parts::trailer(out));
  return out;
}

void rebuild_public_sums(Bytes& file) {
  const auto length = parts::header_length(load_le<std::uint16_t>(&file[16]));
  if (length + kTrailerBytes > file.size()) return;  // a changed number of stanzas: there is no header to sum
  const auto sum = parts::header_sum(ByteView(file).first(length));
  std::copy(sum.begin(), sum.end(), file.begin() + parts::kSumAt);
  file.resize(file.size() - kTrailerBytes);
  append(file, parts::trailer(file));
}

}  // namespace tram::sync::test
