// The header of a container (bundle design 3.2), its sums, the trailer (3.6), and what can be told without a key.
#include <algorithm>
#include <bit>
#include <cstring>

#include "crypto/kdf.h"
#include "sync/container_parts.h"

namespace tram::sync {
namespace parts {
namespace {

constexpr std::uint8_t kMajor = 1;
constexpr std::uint8_t kMinor = 0;
constexpr std::uint8_t kSuite = 1;
constexpr std::string_view kTrailerMagic = "TRMEND1\n";
constexpr std::size_t kAmountsAt = 32;  // from here on body_len is known, so the full size can be told

Refused refused(OutcomeCode code, std::string_view detail) {
  Refused out;
  out.code = code;
  out.detail = detail;
  return out;
}

// Magic, version, suite, profile: as far as the bytes reach, then TRUNCATED.
std::optional<Refused> check_start(ByteView first, Profile entrance) {
  const std::size_t have = std::min(first.size(), kContainerMagic.size());
  if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(have), kContainerMagic.begin()))
    return refused(OutcomeCode::not_tram, "magic");
  const auto at = [&](std::size_t i) { return i < first.size() ? std::optional(first[i]) : std::nullopt; };
  if (const auto major = at(8); major && *major != kMajor)
    return refused(*major < kMajor ? OutcomeCode::too_old : OutcomeCode::too_new, "major version");
  if (const auto minor = at(9); minor && *minor != kMinor) return refused(OutcomeCode::too_new, "minor version");
  if (const auto suite = at(10); suite && *suite != kSuite)
    return refused(*suite < kSuite ? OutcomeCode::too_old : OutcomeCode::too_new, "suite");
  if (const auto profile = at(11)) {
    if (*profile != 1 && *profile != 2) return refused(OutcomeCode::too_new, "profile");
    if (*profile != static_cast<std::uint8_t>(entrance)) return refused(OutcomeCode::wrong_kind, "profile");
  }
  return std::nullopt;
}

bool stanzas_fit(Profile profile, std::uint16_t n) {
  return profile == Profile::network ? n == 1 : n == 4 || n == 8 || n == 16;
}

bool body_fits(Profile profile, std::uint64_t body_len) {
  const std::uint64_t most = profile == Profile::file ? kFileBody : kNetworkBody;
  const std::uint64_t rest = body_len % kSealedChunk;
  return body_len > crypto::kStreamOverhead && body_len <= most && (rest == 0 || rest > crypto::kStreamOverhead);
}

}  // namespace

ByteArray<8> header_sum(ByteView header) {
  const ByteView stanzas = header.subspan(kStanzasAt, header.size() - kStanzasAt - kMacBytes);
  const Hash sum = crypto::hash("TRM1-header-sum", {header.first(kSumAt), stanzas});
  ByteArray<8> out{};
  std::copy_n(sum.begin(), out.size(), out.begin());
  return out;
}

Hash header_mac(ByteView header, const crypto::Secret<32>& file_key) {
  const auto key = crypto::derive(file_key, 3, "TRM1hmac");
  return crypto::keyed_hash("TRM1-header-mac", key.view(), {header.first(header.size() - kMacBytes)});
}

Hash header_hash(ByteView header) {
  return crypto::hash("TRM1-header-hash", {header});
}

ByteArray<32> key_commitment(const crypto::Secret<32>& file_key) {
  const auto derived = crypto::derive(file_key, 1, "TRM1cmit");
  ByteArray<32> out{};
  std::copy(derived.view().begin(), derived.view().end(), out.begin());
  return out;
}

Bytes trailer(ByteView header_and_body) {
  Bytes out(kTrailerMagic.begin(), kTrailerMagic.end());
  append(out, crypto::hash("TRM1-file-sum", {header_and_body}));
  return out;
}

Bytes encode_header(const Header& header, std::span<const Stanza> stanzas, const crypto::Secret<32>& file_key) {
  Bytes out(header_length(stanzas.size()));
  std::copy(kContainerMagic.begin(), kContainerMagic.end(), out.begin());
  out[8] = kMajor;
  out[9] = kMinor;
  out[10] = kSuite;
  out[11] = static_cast<std::uint8_t>(header.profile);
  store_le<std::uint32_t>(&out[12], static_cast<std::uint32_t>(out.size()));
  store_le<std::uint16_t>(&out[16], static_cast<std::uint16_t>(stanzas.size()));
  store_le<std::uint32_t>(&out[20], static_cast<std::uint32_t>(limits::kChunk));
  store_le<std::uint64_t>(&out[24], header.body_len);
  std::copy(header.bundle_rand.begin(), header.bundle_rand.end(), out.begin() + 32);
  std::copy(header.stream.begin(), header.stream.end(), out.begin() + 64);
  std::copy(header.key_commit.begin(), header.key_commit.end(), out.begin() + 88);
  auto at = out.begin() + kStanzasAt;
  for (const Stanza& stanza : stanzas) at = std::copy(stanza.begin(), stanza.end(), at);
  const auto sum = header_sum(out);
  std::copy(sum.begin(), sum.end(), out.begin() + kSumAt);
  const auto mac = header_mac(out, file_key);
  std::copy(mac.begin(), mac.end(), at);
  return out;
}

std::variant<Header, Refused> read_header(ByteView first, std::uint64_t file_size, Profile entrance) {
  const auto cut_short = [&](std::uint64_t want) {
    Refused out = refused(OutcomeCode::truncated, "length");
    out.have_bytes = file_size;
    out.want_bytes = want;
    return out;
  };
  if (auto fault = check_start(first, entrance)) return *std::move(fault);
  if (first.size() < kAmountsAt) return cut_short(0);

  Header header;
  header.profile = entrance;
  header.stanzas = load_le<std::uint16_t>(&first[16]);
  header.body_len = load_le<std::uint64_t>(&first[24]);
  const bool exact = stanzas_fit(entrance, header.stanzas) && load_le<std::uint32_t>(&first[12]) == header.length() &&
                     load_le<std::uint16_t>(&first[18]) == 0 && load_le<std::uint32_t>(&first[20]) == limits::kChunk &&
                     body_fits(entrance, header.body_len);
  if (!exact) return refused(OutcomeCode::damaged_header, "fixed fields");

  const std::uint64_t want = header.file_length();
  if (file_size < want || first.size() < header.length()) return cut_short(want);
  if (file_size > want) {
    Refused out = refused(OutcomeCode::trailing_data, "length");
    out.have_bytes = file_size;
    out.want_bytes = want;
    return out;
  }
  const ByteView bytes = first.first(header.length());
  if (!crypto::equal(header_sum(bytes), bytes.subspan(kSumAt, 8)))
    return refused(OutcomeCode::damaged_header, "header_sum");
  std::copy_n(bytes.begin() + 32, 32, header.bundle_rand.begin());
  std::copy_n(bytes.begin() + 64, 24, header.stream.begin());
  std::copy_n(bytes.begin() + 88, 32, header.key_commit.begin());
  return header;
}

crypto::Secret<32> stream_key(const crypto::Secret<32>& file_key) {
  return crypto::derive(file_key, 2, "TRM1strm");
}

ByteArray<40> chunk_associated(const Hash& header_hash, std::uint64_t chunk) {
  ByteArray<40> out{};
  std::copy(header_hash.begin(), header_hash.end(), out.begin());
  store_le<std::uint64_t>(&out[32], chunk);
  return out;
}

std::uint64_t chunk_count(std::uint64_t body_len) {
  return (body_len + kSealedChunk - 1) / kSealedChunk;
}

std::uint64_t body_length(std::uint64_t plain_stream) {
  return plain_stream + crypto::kStreamOverhead * ((plain_stream + limits::kChunk - 1) / limits::kChunk);
}

std::uint64_t stream_length(Profile profile, std::uint64_t payload_len) {
  const std::uint64_t content = envelope_length(profile) + payload_len;
  return profile == Profile::file ? std::max<std::uint64_t>(limits::kChunk, padme(content)) : content;
}

}  // namespace parts

std::uint64_t padme(std::uint64_t length) {
  const auto e = static_cast<unsigned>(std::bit_width(length)) - 1;
  const auto s = static_cast<unsigned>(std::bit_width(e));
  const std::uint64_t step = std::uint64_t{1} << (e - s);
  return (length + step - 1) & ~(step - 1);
}

std::string bundle_code(const ByteArray<32>& bundle_rand) {
  const std::string flat = to_crockford(ByteView(bundle_rand).first(10));
  std::string out;
  for (std::size_t at = 0; at < flat.size(); at += 4) {
    if (at != 0) out += '-';
    out += flat.substr(at, 4);
  }
  return out;
}

std::string bundle_file_name(const ByteArray<32>& bundle_rand) {
  return to_crockford(ByteView(bundle_rand).first(10)).substr(0, 8) + ".TRB";
}

Inspection inspect_header(ByteView first, std::uint64_t file_size) {
  Inspection out;
  out.have_bytes = file_size;
  const auto read = parts::read_header(first, file_size, Profile::file);
  if (const auto* refused = std::get_if<Refused>(&read)) {
    out.code = refused->code;
    out.want_bytes = refused->want_bytes;
  } else {
    const auto& header = std::get<parts::Header>(read);
    out.want_bytes = header.file_length();
    out.stanzas = header.stanzas;
  }
  const bool ours = out.code != OutcomeCode::not_tram && out.code != OutcomeCode::too_new &&
                    out.code != OutcomeCode::too_old && first.size() >= 64;
  if (ours) {
    ByteArray<32> rand{};
    std::copy_n(first.begin() + 32, 32, rand.begin());
    out.bundle_code = bundle_code(rand);
  }
  return out;
}

Inspection inspect_container(ByteView bytes) {
  Inspection out = inspect_header(bytes, bytes.size());
  if (out.code != OutcomeCode::ok_new) return out;
  const std::size_t body_end = bytes.size() - kTrailerBytes;
  if (!crypto::equal(parts::trailer(bytes.first(body_end)), bytes.subspan(body_end)))
    out.code = OutcomeCode::damaged_body;
  return out;
}

}  // namespace tram::sync
