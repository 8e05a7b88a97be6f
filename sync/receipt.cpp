#include "sync/receipt.h"

#include <algorithm>

#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr ByteArray<4> kReceiptMagic = {'T', 'R', 'R', 'C'};
constexpr ByteArray<4> kHeadMagic = {'T', 'R', 'S', 'H'};
constexpr std::size_t kReceiptBytes = 96;

bool fits(Verdict verdict, Reason reason) {
  const auto r = static_cast<unsigned>(reason);
  switch (verdict) {
    case Verdict::admitted:
      return false;  // only what is not admitted is listed
    case Verdict::proposal:
      return r >= 1 && r <= 6;
    case Verdict::quarantined:
      return r >= 32 && r <= 38;
  }
  return false;
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::admitted:
      return "admitted";
    case Verdict::proposal:
      return "proposal";
    case Verdict::quarantined:
      return "quarantined";
  }
  return "unknown";
}

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::no_authority:
      return "no_authority";
    case Reason::handover:
      return "handover";
    case Reason::lost_race:
      return "lost_race";
    case Reason::depends_on_lost_change:
      return "depends_on_lost_change";
    case Reason::same_person:
      return "same_person";
    case Reason::all_or_nothing:
      return "all_or_nothing";
    case Reason::fork:
      return "fork";
    case Reason::clone:
      return "clone";
    case Reason::revoked:
      return "revoked";
    case Reason::undecodable:
      return "undecodable";
    case Reason::missing_base:
      return "missing_base";
    case Reason::out_of_scope:
      return "out_of_scope";
    case Reason::create_once:
      return "create_once";
  }
  return "unknown";
}

bool Receipt::quarantines_all() const {
  return exceptions.size() == 1 && exceptions[0].operation == kAllOperations &&
         exceptions[0].verdict == Verdict::quarantined;
}

ReceiptException Receipt::verdict_of(std::uint16_t operation) const {
  for (const ReceiptException& e : exceptions)
    if (e.operation == operation || e.operation == kAllOperations) return {operation, e.verdict, e.reason};
  return {operation, Verdict::admitted, Reason::none};
}

Bytes encode_receipt(const Receipt& r) {
  Bytes b(kReceiptBytes);
  std::copy(kReceiptMagic.begin(), kReceiptMagic.end(), b.begin());
  store_le(&b[4], r.hub_epoch);
  store_le(&b[8], r.hub_seq);
  store_le(&b[16], r.hub_time_ms);
  store_le(&b[24], r.lo_ms);
  std::copy(r.changeset.begin(), r.changeset.end(), &b[32]);
  std::copy(r.log.bytes.begin(), r.log.bytes.end(), &b[64]);
  store_le(&b[80], r.seq);
  store_le(&b[88], r.directory_version);
  store_le(&b[92], r.rules_epoch);
  store_le(&b[94], static_cast<std::uint16_t>(r.exceptions.size()));
  for (const ReceiptException& e : r.exceptions) {
    append_le(b, e.operation);
    b.push_back(static_cast<std::uint8_t>(e.verdict));
    b.push_back(static_cast<std::uint8_t>(e.reason));
  }
  return b;
}

Result<Receipt> decode_receipt(ByteView b) {
  if (b.size() < kReceiptBytes) return errc::truncated;
  if (!std::equal(kReceiptMagic.begin(), kReceiptMagic.end(), b.begin())) return errc::bad_magic;
  Receipt r;
  r.hub_epoch = load_le<std::uint32_t>(&b[4]);
  r.hub_seq = load_le<std::uint64_t>(&b[8]);
  r.hub_time_ms = load_le<std::uint64_t>(&b[16]);
  r.lo_ms = load_le<std::uint64_t>(&b[24]);
  std::copy_n(&b[32], 32, r.changeset.begin());
  std::copy_n(&b[64], 16, r.log.bytes.begin());
  r.seq = load_le<std::uint64_t>(&b[80]);
  r.directory_version = load_le<std::uint32_t>(&b[88]);
  r.rules_epoch = load_le<std::uint16_t>(&b[92]);
  const auto count = load_le<std::uint16_t>(&b[94]);
  if (count > limits::kExceptions) return errc::over_limit;
  if (b.size() < kReceiptBytes + 4u * count) return errc::truncated;
  if (b.size() > kReceiptBytes + 4u * count) return errc::trailing_bytes;
  if (r.hub_epoch == 0 || r.hub_seq == 0 || r.seq == 0) return errc::bad_value;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* at = &b[kReceiptBytes + 4 * i];
    if (at[2] > 2) return errc::bad_value;
    const ReceiptException e{load_le<std::uint16_t>(at), static_cast<Verdict>(at[2]), static_cast<Reason>(at[3])};
    if (!fits(e.verdict, e.reason)) return errc::bad_value;
    // Ascending and unique; "all" stands alone.
    if (e.operation == kAllOperations ? count != 1 : (i > 0 && e.operation <= r.exceptions.back().operation))
      return errc::not_canonical;
    r.exceptions.push_back(e);
  }
  return r;
}

Hash receipt_hash(ByteView encoded) {
  return crypto::hash("TRM1-receipt", {encoded});
}

Bytes encode_scope_change(const ScopeChange& c) {
  Bytes b;
  append(b, c.home.view());
  append_le(b, c.hub_seq);
  append_le(b, c.count);
  append_le(b, static_cast<std::uint32_t>(c.mode));
  return b;
}

Result<ScopeChange> decode_scope_change(ByteView b) {
  if (b.size() < 32) return errc::truncated;
  if (b.size() > 32) return errc::trailing_bytes;
  ScopeChange c;
  c.home = RecordId::from(b);
  c.hub_seq = load_le<std::uint64_t>(&b[16]);
  c.count = load_le<std::uint32_t>(&b[24]);
  const auto mode = load_le<std::uint32_t>(&b[28]);
  if (mode > 1) return errc::bad_value;
  c.mode = static_cast<LeaveMode>(mode);
  return c;
}

Hash first_chain(const StreamId& stream) {
  Hash h{};
  std::copy(stream.bytes.begin(), stream.bytes.end(), h.begin());
  return h;
}

Hash next_chain(const Hash& chain, const StreamEntry& entry) {
  ByteArray<8> seq{};
  store_le(seq.data(), entry.seq);
  const auto type = static_cast<std::uint8_t>(entry.type);
  const Hash payload = crypto::hash("TRM1-entry", {entry.payload});
  return crypto::hash("TRM1-stream", {chain, seq, ByteView(&type, 1), payload});
}

ByteArray<88> encode_stream_head(const StreamHead& h) {
  ByteArray<88> b{};
  std::copy(kHeadMagic.begin(), kHeadMagic.end(), b.begin());
  store_le(&b[4], h.hub_epoch);
  std::copy(h.stream.bytes.begin(), h.stream.bytes.end(), &b[8]);
  store_le(&b[24], h.seq);
  std::copy(h.chain.begin(), h.chain.end(), &b[32]);
  store_le(&b[64], h.hub_time_ms);
  store_le(&b[72], h.durable_through);
  store_le(&b[80], h.directory_version);
  return b;
}

Result<StreamHead> decode_stream_head(ByteView b) {
  if (b.size() != 88) return errc::truncated;
  if (!std::equal(kHeadMagic.begin(), kHeadMagic.end(), b.begin())) return errc::bad_magic;
  StreamHead h;
  h.hub_epoch = load_le<std::uint32_t>(&b[4]);
  h.stream = StreamId::from(b.subspan(8));
  h.seq = load_le<std::uint64_t>(&b[24]);
  std::copy_n(&b[32], 32, h.chain.begin());
  h.hub_time_ms = load_le<std::uint64_t>(&b[64]);
  h.durable_through = load_le<std::uint64_t>(&b[72]);
  h.directory_version = load_le<std::uint32_t>(&b[80]);
  if (load_le<std::uint32_t>(&b[84]) != 0) return errc::bad_value;
  return h;
}

}  // namespace tram::sync
