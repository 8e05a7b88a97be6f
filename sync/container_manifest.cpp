// Envelope and manifest (bundle design 3.4): fixed offsets, coded by hand, verified as they lie. Which of the values a
// receiver accepts (zone, recipients, kind, limits) is decided in container_open.cpp; here only their form.
#include <algorithm>

#include "sync/container_parts.h"

namespace tram::sync::parts {
namespace {

constexpr std::string_view kEnvelopeMagic = "TRMP";
constexpr std::string_view kManifestMagic = "MNF1";
constexpr std::size_t kManifestAt = 8;  // in the envelope
constexpr std::size_t kRecipientsAt = 125;
constexpr std::uint8_t kHighestClass = 3;

template <class Array>
void put(Bytes& out, std::size_t at, const Array& value) {
  std::copy(value.begin(), value.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}
template <class Array>
Array get(ByteView bytes, std::size_t at) {
  Array value{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), value.size(), value.begin());
  return value;
}
template <std::size_t N>
bool zero(const ByteArray<N>& bytes) {
  return bytes == ByteArray<N>{};
}
bool zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool recipients_fit(Profile profile, std::size_t recipients) {
  return recipients >= 1 && recipients <= (profile == Profile::file ? kMostRecipients : 1);
}

// The fields about the sender's own log: kinds 1 and 3 only; kind 4 keeps the new device's key in aux.
bool log_fields_fit(const Manifest& m) {
  const bool no_log = m.log.is_zero() && m.log_from_seq == 0 && m.log_to_seq == 0 && zero(m.log_tip_hash);
  switch (m.kind) {
    case BundleKind::up:
    case BundleKind::sideways:
      // An empty range is written as from = to + 1; so from is never 0.
      return m.log_from_seq >= 1 && m.log_from_seq - 1 <= m.log_to_seq && (m.log_from_seq != 1 || zero(m.aux));
    case BundleKind::enrolment_request:
      return no_log && !zero(m.aux);
    case BundleKind::down:
    case BundleKind::enrolment_answer:
      return no_log && zero(m.aux);
  }
  return false;
}

}  // namespace

Bytes encode_manifest(const Manifest& m, Profile profile) {
  Bytes out(manifest_length(profile, m.recipients.size()));
  std::copy(kManifestMagic.begin(), kManifestMagic.end(), out.begin());
  out[4] = static_cast<std::uint8_t>(m.kind);
  out[5] = m.compressed ? 1 : 0;
  out[6] = static_cast<std::uint8_t>(m.clock);
  out[7] = static_cast<std::uint8_t>(m.zone);
  put(out, 8, m.deployment.bytes);
  put(out, 24, m.sender_key);
  put(out, 40, m.sender_device.bytes);
  put(out, 56, m.reply_to);
  store_le<std::uint64_t>(&out[72], m.created_ms);
  store_le<std::uint64_t>(&out[80], m.payload_len);
  store_le<std::uint64_t>(&out[88], m.plain_len);
  store_le<std::uint64_t>(&out[96], m.directory_version);
  put(out, 104, m.directory_hash);
  store_le<std::uint32_t>(&out[120], m.frame_count);
  out[124] = m.max_class;
  out[kRecipientsAt] = static_cast<std::uint8_t>(m.recipients.size());
  std::size_t at = kManifestFixed;
  for (const ListedRecipient& r : m.recipients) {
    out[at] = static_cast<std::uint8_t>(r.role);
    put(out, at + 8, r.device.bytes);
    put(out, at + 24, r.key);
    at += kRecipientBytes;
  }
  if (profile == Profile::network) return out;
  put(out, at, m.payload_hash);
  put(out, at + 32, m.log.bytes);
  store_le<std::uint64_t>(&out[at + 48], m.log_from_seq);
  store_le<std::uint64_t>(&out[at + 56], m.log_to_seq);
  put(out, at + 64, m.aux);
  put(out, at + 96, m.log_tip_hash);
  return out;
}

std::optional<Manifest> decode_manifest(ByteView bytes, Profile profile) {
  if (as_text(bytes.first(4)) != kManifestMagic) return std::nullopt;
  if (bytes[4] < 1 || bytes[4] > 5 || bytes[5] > 1 || bytes[6] > 3 || bytes[7] > 2) return std::nullopt;
  Manifest m;
  m.kind = static_cast<BundleKind>(bytes[4]);
  m.compressed = bytes[5] == 1;
  m.clock = static_cast<ClockQuality>(bytes[6]);
  m.zone = static_cast<ZoneKind>(bytes[7]);
  m.deployment = ZoneId::from(bytes.subspan(8));
  m.sender_key = get<crypto::KeyId>(bytes, 24);
  m.sender_device = DeviceId::from(bytes.subspan(40));
  m.reply_to = get<ByteArray<16>>(bytes, 56);
  m.created_ms = load_le<std::uint64_t>(&bytes[72]);
  m.payload_len = load_le<std::uint64_t>(&bytes[80]);
  m.plain_len = load_le<std::uint64_t>(&bytes[88]);
  m.directory_version = load_le<std::uint64_t>(&bytes[96]);
  m.directory_hash = get<ByteArray<16>>(bytes, 104);
  m.frame_count = load_le<std::uint32_t>(&bytes[120]);
  m.max_class = bytes[124];
  if (m.max_class > kHighestClass || !zero(bytes.subspan(126, 2))) return std::nullopt;
  // Without compression both lengths are one; above class 0 nothing is compressed, so that length betrays no text.
  if (m.compressed ? m.max_class > 0 : m.plain_len != m.payload_len) return std::nullopt;
  const bool response = profile == Profile::network && m.kind == BundleKind::down;
  if (!response && !zero(m.reply_to)) return std::nullopt;

  std::size_t at = kManifestFixed;
  for (std::size_t i = 0; i < bytes[kRecipientsAt]; ++i, at += kRecipientBytes) {
    ListedRecipient r;
    if (bytes[at] < 1 || bytes[at] > 4 || !zero(bytes.subspan(at + 1, 7))) return std::nullopt;
    r.role = static_cast<RecipientRole>(bytes[at]);
    r.device = DeviceId::from(bytes.subspan(at + 8));
    r.key = get<crypto::KeyId>(bytes, at + 24);
    if (r.role == RecipientRole::escrow && !r.device.is_zero()) return std::nullopt;
    m.recipients.push_back(r);
  }
  if (profile == Profile::network) return m;
  m.payload_hash = get<Hash>(bytes, at);
  m.log = LogId::from(bytes.subspan(at + 32));
  m.log_from_seq = load_le<std::uint64_t>(&bytes[at + 48]);
  m.log_to_seq = load_le<std::uint64_t>(&bytes[at + 56]);
  m.aux = get<Hash>(bytes, at + 64);
  m.log_tip_hash = get<Hash>(bytes, at + 96);
  return log_fields_fit(m) ? std::optional(std::move(m)) : std::nullopt;
}

Bytes encode_envelope(Profile profile, ByteView manifest, const crypto::Signature& signature) {
  Bytes out(kEnvelopeMagic.begin(), kEnvelopeMagic.end());
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(manifest.size()));
  append(out, manifest);
  append(out, signature);
  out.resize(std::max(out.size(), envelope_length(profile)));
  return out;
}

std::optional<Envelope> read_envelope(ByteView stream, Profile profile) {
  const std::size_t length = envelope_length(profile);
  if (stream.size() < length || as_text(stream.first(4)) != kEnvelopeMagic) return std::nullopt;
  const std::size_t recipients = stream[kManifestAt + kRecipientsAt];
  if (!recipients_fit(profile, recipients)) return std::nullopt;
  const std::size_t manifest_len = manifest_length(profile, recipients);
  if (load_le<std::uint32_t>(&stream[4]) != manifest_len) return std::nullopt;
  const std::size_t used = kManifestAt + manifest_len + sizeof(crypto::Signature);
  if (!zero(stream.subspan(used, length - used))) return std::nullopt;

  Envelope out;
  out.manifest = stream.subspan(kManifestAt, manifest_len);
  out.signature = get<crypto::Signature>(stream, kManifestAt + manifest_len);
  out.kind = out.manifest[4];
  out.sender_key = get<crypto::KeyId>(out.manifest, 24);
  if (profile == Profile::file) out.aux = get<Hash>(out.manifest, manifest_len - 64);
  return out;
}

}  // namespace tram::sync::parts
