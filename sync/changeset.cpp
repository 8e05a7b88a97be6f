#include "sync/changeset.h"

#include <algorithm>

#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr ByteArray<4> kMagic = {'T', 'R', 'C', 'S'};
constexpr std::uint8_t kFormat = 1;

template <std::size_t N>
void put(std::uint8_t* at, const ByteArray<N>& bytes) {
  std::copy(bytes.begin(), bytes.end(), at);
}
template <std::size_t N>
void get(const std::uint8_t* at, ByteArray<N>& bytes) {
  std::copy(at, at + N, bytes.begin());
}

}  // namespace

HeaderBytes encode_header(const Header& h) {
  HeaderBytes b{};
  put(&b[0], kMagic);
  b[4] = kFormat;
  b[5] = h.confidentiality;
  store_le(&b[6], h.flags);
  put(&b[8], h.zone.bytes);
  put(&b[24], h.device.bytes);
  store_le(&b[40], h.incarnation);
  store_le(&b[48], h.seq);
  put(&b[56], h.prev);
  store_le(&b[88], h.written_at);
  store_le(&b[96], h.anchor.epoch);
  store_le(&b[100], h.schema_version);
  store_le(&b[102], h.rules_epoch);
  store_le(&b[104], h.anchor.seq);
  put(&b[112], h.anchor.hash);
  put(&b[120], h.person.bytes);
  store_le(&b[136], h.role);
  store_le(&b[138], h.op_count);
  store_le(&b[140], h.body_len);
  put(&b[144], h.home.bytes);
  put(&b[160], h.body_hash);
  return b;
}

Header header_fields(const HeaderBytes& b) {
  Header h;
  h.confidentiality = b[5];
  h.flags = load_le<std::uint16_t>(&b[6]);
  get(&b[8], h.zone.bytes);
  get(&b[24], h.device.bytes);
  h.incarnation = load_le<std::uint64_t>(&b[40]);
  h.seq = load_le<std::uint64_t>(&b[48]);
  get(&b[56], h.prev);
  h.written_at = load_le<std::uint64_t>(&b[88]);
  h.anchor.epoch = load_le<std::uint32_t>(&b[96]);
  h.schema_version = load_le<std::uint16_t>(&b[100]);
  h.rules_epoch = load_le<std::uint16_t>(&b[102]);
  h.anchor.seq = load_le<std::uint64_t>(&b[104]);
  get(&b[112], h.anchor.hash);
  get(&b[120], h.person.bytes);
  h.role = load_le<std::uint16_t>(&b[136]);
  h.op_count = load_le<std::uint16_t>(&b[138]);
  h.body_len = load_le<std::uint32_t>(&b[140]);
  get(&b[144], h.home.bytes);
  get(&b[160], h.body_hash);
  return h;
}

bool is_newer(const HeaderBytes& b, const HeaderReach& reach) {
  if (!std::equal(kMagic.begin(), kMagic.end(), b.begin())) return false;
  if (b[4] != kFormat) return b[4] > reach.format;
  const Header h = header_fields(b);
  return (h.flags & ~reach.flags) != 0 || h.role > reach.largest_role;
}

Result<Header> decode_header(ByteView b) {
  if (b.size() < kHeaderBytes) return errc::truncated;
  if (!std::equal(kMagic.begin(), kMagic.end(), b.begin())) return errc::bad_magic;
  if (b[4] != kFormat) return errc::too_new;
  HeaderBytes bytes{};
  get(b.data(), bytes);
  const Header h = header_fields(bytes);
  if (h.confidentiality > 2) return errc::class_refused;
  if ((h.flags & ~(kAllOrNothing | kClockUnset)) != 0) return errc::bad_value;
  if (h.seq == 0) return errc::bad_value;
  if (h.role > kLargestRole) return errc::bad_value;
  if (h.op_count == 0 || h.op_count > limits::kOperationsPerChangeset) return errc::over_limit;
  if (h.body_len > limits::kBodyBytes) return errc::over_limit;
  return h;
}

Hash Changeset::hash() const {
  return crypto::hash("TRM1-changeset", {header});
}

Hash body_hash(ByteView body) {
  return crypto::hash("TRM1-body", {body});
}

Changeset seal_changeset(const Header& header, Bytes body, const crypto::SigningKey& key) {
  Changeset c;
  c.header = encode_header(header);
  c.signature = crypto::sign(key, "changeset", {c.header});
  c.body = std::move(body);
  return c;
}

bool signature_verifies(const Changeset& changeset, const crypto::VerifyKey& key) {
  return crypto::verify(key, "changeset", {changeset.header}, changeset.signature);
}

}  // namespace tram::sync
