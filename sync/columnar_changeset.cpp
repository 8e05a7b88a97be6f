// Headers, signatures and bodies of changesets in columns. Every part that could be derived from what is carried
// otherwise (prev, body_hash, counts, the hash in an anchor) has a bit in `shape` that says it is given in full.
#include <algorithm>

#include "sync/wire/columnar_codec.h"

namespace tram::sync::columnar {
namespace {

using wire::WireError;

enum Shape : std::uint64_t {
  kOtherStart = 1,      // not `TRCS`, format 1
  kPrevGiven = 2,       // not the hash of the log's changeset before, or that is not here
  kBodyGiven = 4,       // bytes that are no canonical body
  kCountGiven = 8,      // op_count differs from the body's operations
  kBodyHashGiven = 16,  // body_hash differs from the body's
  kAnchorGiven = 32,    // another anchor than the log's changeset before
  kAnchorHere = 64,     // with it: its receipt is an earlier entry of this segment
};
constexpr std::uint64_t kAllShapes = 127;
constexpr std::size_t kStart = 5;
constexpr ByteArray<kStart> kUsualStart = {'T', 'R', 'C', 'S', 1};

}  // namespace

template <class Io>
void Codec<Io>::spend(std::size_t plain) {
  if (plain > left_) throw WireError{errc::over_limit};
  left_ -= plain;
}

template <class Io>
void Codec<Io>::author(Author& a) {
  std::uint64_t code = 1;  // 0 the one before, 1 new, then the table
  if constexpr (!Io::kReading) {
    const auto at = author_index_.find(a);
    if (at != author_index_.end()) code = at->second == author_ ? 0 : 2 + at->second;
  }
  io_.number(Column::profile, code);
  if (code == 1) {
    io_.number(Column::profile_new, a.confidentiality);
    io_.number(Column::profile_new, a.flags);
    io_.number(Column::profile_new, a.schema_version);
    io_.number(Column::profile_new, a.rules_epoch);
    io_.number(Column::profile_new, a.role);
    io_.raw(Column::id, a.zone.bytes);
    io_.raw(Column::id, a.device.bytes);
    io_.raw(Column::id, a.person.bytes);
    ByteArray<8> incarnation{};
    store_le(incarnation.data(), a.incarnation);
    io_.raw(Column::id, incarnation);
    a.incarnation = load_le<std::uint64_t>(incarnation.data());
    author_ = authors_.size();
    authors_.push_back(a);
    if constexpr (!Io::kReading) author_index_.emplace(a, author_);
    return;
  }
  const std::uint64_t at = code == 0 ? author_ : code - 2;
  if (at >= authors_.size()) throw WireError{errc::bad_value};
  author_ = static_cast<std::size_t>(at);
  a = authors_[author_];
}

template <class Io>
void Codec<Io>::written(std::uint64_t& at) {
  std::uint64_t ms = at >> 16;
  auto counter = static_cast<std::uint16_t>(at);
  io_.delta(Column::written_ms, ms, written_ms_);
  io_.number(Column::written_counter, counter);
  if (ms >> 48 != 0) throw WireError{errc::bad_value};
  written_ms_ = ms;
  at = ms << 16 | counter;
}

template <class Io>
std::optional<ByteArray<8>> Codec<Io>::receipt_mark(std::uint64_t hub_seq) const {
  const auto at = receipts_.find(hub_seq);
  return at == receipts_.end() ? std::nullopt : std::optional(at->second);
}

template <class Io>
void Codec<Io>::anchor(std::uint64_t shape, Anchor& a, const Anchor& before) {
  if ((shape & kAnchorGiven) == 0) {
    if ((shape & kAnchorHere) != 0) throw WireError{errc::bad_value};
    a = before;
    return;
  }
  io_.delta(Column::anchor, a.epoch, before.epoch);
  io_.delta(Column::anchor, a.seq, before.seq);
  if ((shape & kAnchorHere) == 0) return io_.raw(Column::id, a.hash);
  const auto mark = receipt_mark(a.seq);
  if (!mark) throw WireError{errc::bad_value};
  a.hash = *mark;
}

template <class Io>
bool Codec<Io>::changeset(Item<Io, Changeset>& c) {
  Header h;
  Body b;
  ByteArray<kStart> start = kUsualStart;
  ByteArray<16> nonce{};
  bool makes_home = false;
  std::uint64_t shape = 0;
  if constexpr (!Io::kReading) {
    h = header_fields(c.header);
    if (h.body_len != c.body.size()) return false;
    std::copy_n(c.header.begin(), kStart, start.begin());
  }
  Author a{h.confidentiality, h.flags,       h.schema_version, h.rules_epoch, h.role, h.zone,
           h.device,          h.incarnation, h.person};
  author(a);
  LogState& log = log_state(log_id(a.device, a.incarnation));
  io_.delta(Column::seq, h.seq, log.next_seq);
  const std::optional<Hash> prev = h.seq == 1 ? std::optional(Hash{}) : log.last;
  if constexpr (!Io::kReading) {
    auto decoded = decode_body_unread(c.body);
    if (decoded) b = std::move(*decoded);
    if (start != kUsualStart) shape |= kOtherStart;
    if (prev != h.prev) shape |= kPrevGiven;
    if (!decoded) shape |= kBodyGiven;
    if (!decoded || b.operations.size() != h.op_count) shape |= kCountGiven;
    if (body_hash(c.body) != h.body_hash) shape |= kBodyHashGiven;
    if (h.anchor != log.anchor) {
      shape |= kAnchorGiven;
      if (receipt_mark(h.anchor.seq) == h.anchor.hash) shape |= kAnchorHere;
    }
    for (const Operation& op : b.operations) {
      if (op.unknown_kind || op.kind != OperationKind::record_create || op.record != h.home) continue;
      nonce = op.nonce;
      makes_home = true;
      break;
    }
  }
  io_.number(Column::shape, shape);
  if (shape > kAllShapes) throw WireError{errc::bad_value};
  if ((shape & kOtherStart) != 0) io_.raw(Column::id, start);
  if ((shape & kPrevGiven) != 0) {
    io_.raw(Column::hash, h.prev);
  } else {
    if (!prev) throw WireError{errc::bad_value};
    h.prev = *prev;
  }
  written(h.written_at);
  anchor(shape, h.anchor, log.anchor);
  record(Column::home, h.home, makes_home ? &nonce : nullptr);
  home_ = h.home;
  if ((shape & kBodyGiven) != 0) {
    io_.sized(Column::blob, c.body);
  } else {
    body(b);
    if constexpr (Io::kReading) c.body = encode_body(b);
  }
  if ((shape & kCountGiven) != 0)
    io_.number(Column::op_count, h.op_count);
  else
    h.op_count = static_cast<std::uint16_t>(b.operations.size());
  if ((shape & kBodyHashGiven) != 0)
    io_.raw(Column::hash, h.body_hash);
  else if constexpr (Io::kReading)
    h.body_hash = body_hash(c.body);
  io_.raw(Column::signature, c.signature);
  spend(encoded_size(c));
  if constexpr (Io::kReading) {
    h.confidentiality = a.confidentiality;
    h.flags = a.flags;
    h.schema_version = a.schema_version;
    h.rules_epoch = a.rules_epoch;
    h.role = a.role;
    h.zone = a.zone;
    h.device = a.device;
    h.incarnation = a.incarnation;
    h.person = a.person;
    h.body_len = static_cast<std::uint32_t>(c.body.size());
    c.header = encode_header(h);
    std::copy(start.begin(), start.end(), c.header.begin());
  } else {
    made_[h.home].push_back({hashes_.size(), static_cast<std::uint16_t>(b.operations.size())});
  }
  const Hash hash = c.hash();
  hashes_.push_back(hash);
  header_seq_ = h.seq;
  log.next_seq = h.seq + 1;
  log.last = hash;
  log.anchor = h.anchor;
  return true;
}

template bool Codec<ColumnWriter>::changeset(const Changeset&);
template bool Codec<ColumnReader>::changeset(Changeset&);
template void Codec<ColumnWriter>::spend(std::size_t);
template void Codec<ColumnReader>::spend(std::size_t);

}  // namespace tram::sync::columnar
