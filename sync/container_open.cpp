// Opening a container: steps 2 to 14 of the decoder order (bundle design 4.1), which is normative. The first failure
// ends it. One function per group of steps, so that the order can be read in open_container() at the end.
#include <string.h>

#include <algorithm>

#include "crypto/sealed_box.h"
#include "sync/container_parts.h"

namespace tram::sync {
namespace {

constexpr std::uint64_t kClockAheadMs = limits::kHubJumpMs;  // a sender this much ahead of us is no surprise

using Failure = std::optional<Refused>;

Failure fail(OutcomeCode code, std::string_view detail) {
  Refused out;
  out.code = code;
  out.detail = detail;
  return out;
}

class Opening {
 public:
  Opening(ByteView bytes, const OpenContext& context, const parts::Header& header)
      : bytes_(bytes), context_(context), header_(header), header_hash_(parts::header_hash(header_bytes())) {}

  Failure unlock();            // steps 4 to 7
  Failure read_first_chunk();  // step 8
  Failure check_sender();      // step 9
  Failure check_manifest();    // step 10
  Failure check_addressee();   // step 11
  Failure check_admission();   // step 12
  Failure read_body();         // step 13
  Failure read_frames();       // step 14
  Opened take();

 private:
  bool file() const { return context_.profile == Profile::file; }
  ByteView header_bytes() const { return bytes_.first(header_.length()); }
  Failure find_file_key();
  Failure pull_chunk();
  bool kind_fits() const;
  std::uint8_t highest_class() const { return context_.zone == ZoneKind::closed ? 2 : 0; }

  ByteView bytes_;
  const OpenContext& context_;
  parts::Header header_;
  Hash header_hash_;
  std::optional<crypto::Secret<32>> file_key_;
  crypto::KeyId opening_key_{};
  std::optional<crypto::StreamDecryptor> decryptor_;
  std::uint64_t chunks_read_ = 0;
  Bytes stream_;  // the plain stream P as far as it was read
  Bytes manifest_bytes_;
  SenderKey sender_;
  Manifest manifest_;
  std::vector<Frame> frames_;
  std::vector<OutcomeCode> warnings_;
};

Failure Opening::find_file_key() {
  for (std::size_t k = 0; k < context_.keys.size(); ++k) {
    const crypto::DecryptionKey& key = context_.keys[k];
    for (std::size_t s = 0; s < header_.stanzas; ++s) {
      const auto stanza = bytes_.subspan(parts::kStanzasAt + s * parts::kStanzaBytes, parts::kStanzaBytes);
      auto opened = crypto::open_sealed(key, stanza);
      if (!opened || opened->size() != 32) continue;
      crypto::Secret<32> candidate{ByteView(*opened)};
      explicit_bzero(opened->data(), opened->size());
      // A stanza with another key than the header commits to would give two recipients two texts (threat 21).
      if (!crypto::equal(parts::key_commitment(candidate), header_.key_commit)) continue;
      file_key_ = std::move(candidate);
      opening_key_ = key.id();
      if (k >= context_.current_keys) warnings_.push_back(OutcomeCode::key_retired);
      return std::nullopt;
    }
  }
  return fail(OutcomeCode::not_for_us, "no stanza opens");
}

Failure Opening::unlock() {
  if (file() && context_.finished && context_.finished(header_hash_)) {
    Failure known = fail(OutcomeCode::duplicate, "header hash is finished");
    known->header_hash = header_hash_;
    return known;
  }
  if (auto failure = find_file_key()) return failure;
  const auto mac = header_bytes().last(parts::kMacBytes);
  if (!crypto::equal(parts::header_mac(header_bytes(), *file_key_), mac))
    return fail(OutcomeCode::tampered, "header_mac");
  if (file()) {
    const std::size_t body_end = bytes_.size() - kTrailerBytes;
    if (!crypto::equal(parts::trailer(bytes_.first(body_end)), bytes_.subspan(body_end)))
      return fail(OutcomeCode::damaged_body, "trailer");
  }
  decryptor_.emplace(parts::stream_key(*file_key_), header_.stream);
  return std::nullopt;
}

// libsodium takes any tag and goes on after TAG_FINAL; both rules are ours (3.3).
Failure Opening::pull_chunk() {
  const std::uint64_t at = chunks_read_ * parts::kSealedChunk;
  const auto size = std::min<std::uint64_t>(parts::kSealedChunk, header_.body_len - at);
  const auto opened = decryptor_->pull(bytes_.subspan(header_.length() + at, size),
                                       parts::chunk_associated(header_hash_, chunks_read_));
  if (!opened) return fail(OutcomeCode::tampered, "chunk");
  ++chunks_read_;
  const bool last = chunks_read_ == parts::chunk_count(header_.body_len);
  const auto expected = last ? crypto::StreamTag::final : crypto::StreamTag::message;
  if (opened->tag != static_cast<std::uint8_t>(expected)) return fail(OutcomeCode::tampered, "chunk tag");
  append(stream_, opened->text);
  return std::nullopt;
}

Failure Opening::read_first_chunk() {
  if (auto failure = pull_chunk()) return failure;
  const auto envelope = parts::read_envelope(stream_, context_.profile);
  if (!envelope) return fail(OutcomeCode::tampered, "envelope");
  manifest_bytes_.assign(envelope->manifest.begin(), envelope->manifest.end());
  return std::nullopt;
}

Failure Opening::check_sender() {
  const auto envelope = parts::read_envelope(stream_, context_.profile);
  const bool request = file() && envelope->kind == static_cast<std::uint8_t>(BundleKind::enrolment_request);
  if (request) {
    Manifest glance;  // no other field may be used before the signature verifies (3.4)
    glance.kind = BundleKind::enrolment_request;
    glance.sender_key = envelope->sender_key;
    glance.aux = envelope->aux;
    const bool named = crypto::key_id(crypto::KeyAlgorithm::ed25519, envelope->aux) == envelope->sender_key;
    if (!named || !context_.at_hub || !context_.enrolment_open || !context_.enrolment_open(glance))
      return fail(OutcomeCode::unknown_sender, "no open invitation");
    sender_.key = envelope->aux;
  } else {
    const auto known = context_.sender ? context_.sender(envelope->sender_key) : std::nullopt;
    if (!known) return fail(OutcomeCode::unknown_sender, "sender key");
    sender_ = *known;
    if (sender_.revoked && !context_.at_hub) return fail(OutcomeCode::sender_revoked, "sender key");
  }
  if (!crypto::verify(sender_.key, "bundle", {header_hash_, manifest_bytes_}, envelope->signature))
    return fail(OutcomeCode::bad_signature, "bundle");
  if (request) sender_.device = DeviceId::from(ByteView(manifest_bytes_).subspan(40));
  return std::nullopt;
}

Failure Opening::check_manifest() {
  auto manifest = parts::decode_manifest(manifest_bytes_, context_.profile);
  if (!manifest) return fail(OutcomeCode::bad_content, "manifest");
  manifest_ = *std::move(manifest);
  if (manifest_.sender_device != sender_.device) return fail(OutcomeCode::bad_content, "sender_device");
  // body_len bounds the stream, so the comparison with it comes first and the sum below cannot overflow.
  const std::uint64_t stream = header_.body_len - crypto::kStreamOverhead * parts::chunk_count(header_.body_len);
  if (manifest_.payload_len > stream || parts::stream_length(context_.profile, manifest_.payload_len) != stream)
    return fail(OutcomeCode::tampered, "length of the stream");
  return std::nullopt;
}

Failure Opening::check_addressee() {
  if (!context_.deployment.is_zero() && manifest_.deployment != context_.deployment)
    return fail(OutcomeCode::wrong_zone, "deployment");
  if (manifest_.zone != context_.zone) return fail(OutcomeCode::wrong_zone, "zone");
  const bool listed = std::any_of(manifest_.recipients.begin(), manifest_.recipients.end(), [&](const auto& r) {
    return r.device == context_.own_device && r.key == opening_key_;
  });
  if (!listed) return fail(OutcomeCode::not_for_us, "not listed, though a stanza opens");
  if (!file() && manifest_.reply_to != context_.expected_reply_to.value_or(ByteArray<16>{}))
    return fail(OutcomeCode::exchange_mismatch, "reply_to");
  return std::nullopt;
}

bool Opening::kind_fits() const {
  const bool at_hub = context_.at_hub;
  switch (manifest_.kind) {
    case BundleKind::up:
      return at_hub && !sender_.is_hub;
    case BundleKind::down:
      return !at_hub && sender_.is_hub;
    case BundleKind::sideways:
      return file() && !sender_.is_hub;
    case BundleKind::enrolment_request:
      return file() && at_hub;
    case BundleKind::enrolment_answer:
      return file() && !at_hub && sender_.is_hub;
  }
  return false;
}

Failure Opening::check_admission() {
  if (!kind_fits() || (context_.kind_allowed && !context_.kind_allowed(manifest_.kind, sender_)))
    return fail(OutcomeCode::wrong_kind, "kind");
  if (manifest_.max_class > highest_class()) return fail(OutcomeCode::class_refused, "max_class");
  if (!parts::within_limits(context_.profile, manifest_.payload_len, manifest_.plain_len, manifest_.frame_count))
    return fail(OutcomeCode::over_limit, "manifest");
  if (manifest_.created_ms < limits::kClockFloorMs || manifest_.created_ms > context_.now_ms + kClockAheadMs)
    warnings_.push_back(OutcomeCode::clock_suspect);
  return std::nullopt;
}

Failure Opening::read_body() {
  const std::uint64_t chunks = parts::chunk_count(header_.body_len);
  stream_.reserve(header_.body_len - crypto::kStreamOverhead * chunks);
  while (chunks_read_ < chunks)
    if (auto failure = pull_chunk()) return failure;
  const ByteView content = ByteView(stream_).subspan(parts::envelope_length(context_.profile));
  const ByteView padding = content.subspan(manifest_.payload_len);
  if (std::any_of(padding.begin(), padding.end(), [](std::uint8_t b) { return b != 0; }))
    return fail(OutcomeCode::tampered, "padding");
  const ByteView payload = content.first(manifest_.payload_len);
  if (file() && !crypto::equal(crypto::hash("TRM1-payload", {payload}), manifest_.payload_hash))
    return fail(OutcomeCode::tampered, "payload_hash");
  return std::nullopt;
}

Failure Opening::read_frames() {
  const ByteView payload = ByteView(stream_).subspan(parts::envelope_length(context_.profile), manifest_.payload_len);
  std::optional<Bytes> unpacked;
  if (manifest_.compressed) {
    unpacked = parts::decompress(payload, manifest_.plain_len);
    if (!unpacked) return fail(OutcomeCode::corrupt_content, "zstd");
  }
  auto frames = parts::decode_frames(unpacked ? ByteView(*unpacked) : payload, manifest_.frame_count, manifest_.kind);
  if (auto* refused = std::get_if<Refused>(&frames)) return std::move(*refused);
  frames_ = std::move(std::get<std::vector<Frame>>(frames));
  return std::nullopt;
}

Opened Opening::take() {
  Opened out;
  out.manifest = std::move(manifest_);
  out.frames = std::move(frames_);
  out.header_hash = header_hash_;
  out.bundle_rand = header_.bundle_rand;
  out.sender = sender_;
  out.warnings = std::move(warnings_);
  return out;
}

}  // namespace

std::variant<Opened, Refused> open_container(ByteView bytes, const OpenContext& context) {
  auto header = parts::read_header(bytes, bytes.size(), context.profile);
  if (auto* refused = std::get_if<Refused>(&header)) return std::move(*refused);
  Opening opening(bytes, context, std::get<parts::Header>(header));
  using Step = Failure (Opening::*)();
  constexpr Step kSteps[] = {&Opening::unlock,         &Opening::read_first_chunk, &Opening::check_sender,
                             &Opening::check_manifest, &Opening::check_addressee,  &Opening::check_admission,
                             &Opening::read_body,      &Opening::read_frames};
  for (const Step step : kSteps)
    if (auto failure = (opening.*step)()) return *std::move(failure);
  return opening.take();
}

}  // namespace tram::sync
