// Stream entries in columns: receipts and scope changes by their members, the signed head at the end.
#include <algorithm>

#include "sync/wire/columnar_codec.h"

namespace tram::sync::columnar {
namespace {

using wire::WireError;

// An entry's number: two bits of form, then flags.
using EntryBits = std::uint8_t;
constexpr EntryBits kBytes = 0, kReceipt = 1, kScopeChange = 2;
constexpr EntryBits kCarries = 4;         // its changeset, which comes first
constexpr EntryBits kHashGiven = 8;       // a receipt of another changeset than the carried one
constexpr EntryBits kLeave = 16;          // scope_leave; else scope_enter
constexpr std::uint64_t kLogEntries = 2;  // codes of a log: the one before, in full, then the table

}  // namespace

template <class Io>
bool Codec<Io>::entry(Item<Io, CarriedEntry>& e) {
  EntryBits kind = 0;
  Receipt r;
  ScopeChange s;
  if constexpr (!Io::kReading) {
    const auto as_receipt = decode_receipt(e.entry.payload);
    const auto as_change = decode_scope_change(e.entry.payload);
    if (as_receipt && e.entry.type == EntryType::receipt) {
      kind = kReceipt;
      r = *as_receipt;
      if (e.changeset && e.changeset->hash() != r.changeset) kind |= kHashGiven;
    } else if (as_change && e.entry.type != EntryType::receipt) {
      kind = kScopeChange;
      s = *as_change;
      if (e.entry.type == EntryType::scope_leave) kind |= kLeave;
    }
    if (e.changeset) kind |= kCarries;
  }
  io_.number(Column::entry, kind);
  const bool carries = (kind & kCarries) != 0;
  if constexpr (Io::kReading)
    if (carries) e.changeset.emplace();
  if (carries && !changeset(*e.changeset)) return false;
  switch (kind & ~kCarries) {
    case kBytes: {
      auto type = static_cast<std::uint8_t>(e.entry.type);
      io_.number(Column::other, type);
      if (type < 1 || type > 3) throw WireError{errc::too_new};
      if constexpr (Io::kReading) e.entry.type = static_cast<EntryType>(type);
      io_.sized(Column::blob, e.entry.payload);
      break;
    }
    case kReceipt:
    case kReceipt | kHashGiven:
      if (!carries && (kind & kHashGiven) != 0) throw WireError{errc::bad_value};
      receipt(r, carries ? &*e.changeset : nullptr, !carries || (kind & kHashGiven) != 0);
      if constexpr (Io::kReading) {
        e.entry.type = EntryType::receipt;
        e.entry.payload = encode_receipt(r);
      }
      break;
    case kScopeChange:
    case kScopeChange | kLeave:
      scope_change(s);
      if constexpr (Io::kReading) {
        e.entry.type = (kind & kLeave) != 0 ? EntryType::scope_leave : EntryType::scope_enter;
        e.entry.payload = encode_scope_change(s);
      }
      break;
    default:
      throw WireError{errc::bad_value};
  }
  if ((kind & kReceipt) != 0) {
    ByteArray<8> mark{};
    std::copy_n(receipt_hash(e.entry.payload).begin(), mark.size(), mark.begin());
    receipts_.insert_or_assign(r.hub_seq, mark);
  }
  spend(encoded_size(e) - (e.changeset ? encoded_size(*e.changeset) : 0));
  return true;
}

template <class Io>
void Codec<Io>::receipt(Receipt& r, const Changeset* carried, bool hash_follows) {
  io_.delta(Column::hub_epoch, r.hub_epoch, receipt_.hub_epoch);
  io_.delta(Column::hub_seq, r.hub_seq, receipt_.hub_seq + 1);
  io_.delta(Column::hub_time, r.hub_time_ms, receipt_.hub_time_ms);
  io_.delta(Column::lo, r.lo_ms, receipt_.lo_ms);
  if (hash_follows)
    io_.raw(Column::hash, r.changeset);
  else
    r.changeset = hashes_.back();
  std::uint64_t code = 1;
  if constexpr (!Io::kReading) {
    const auto at = log_index_.find(r.log);
    if (at != log_index_.end()) code = at->second == log_ ? 0 : kLogEntries + at->second;
  }
  io_.number(Column::receipt_log, code);
  if (code == 1) {
    io_.raw(Column::id, r.log.bytes);
  } else {
    const std::uint64_t at = code == 0 ? log_ : code - kLogEntries;
    if (at >= logs_.size()) throw WireError{errc::bad_value};
    r.log = logs_[static_cast<std::size_t>(at)].id;
  }
  LogState& log = log_state(r.log);
  io_.delta(Column::receipt_seq, r.seq, carried ? header_seq_ : log.next_seq);
  log.next_seq = r.seq + 1;
  io_.delta(Column::directory, r.directory_version, receipt_.directory_version);
  io_.delta(Column::receipt_rules, r.rules_epoch, receipt_.rules_epoch);
  std::uint64_t n = r.exceptions.size();
  io_.number(Column::exceptions, n);
  if (n > limits::kExceptions) throw WireError{errc::over_limit};
  if constexpr (Io::kReading) r.exceptions.resize(static_cast<std::size_t>(n));
  for (ReceiptException& x : r.exceptions) {
    auto verdict = static_cast<std::uint8_t>(x.verdict);
    auto reason = static_cast<std::uint8_t>(x.reason);
    io_.number(Column::exceptions, x.operation);
    io_.number(Column::exceptions, verdict);
    io_.number(Column::exceptions, reason);
    x.verdict = static_cast<Verdict>(verdict);
    x.reason = static_cast<Reason>(reason);
  }
  receipt_ = r;
}

template <class Io>
void Codec<Io>::scope_change(ScopeChange& s) {
  record(Column::record, s.home, nullptr);
  io_.delta(Column::hub_seq, s.hub_seq, receipt_.hub_seq);
  io_.number(Column::other, s.count);
  auto mode = static_cast<std::uint32_t>(s.mode);
  io_.number(Column::other, mode);
  s.mode = static_cast<LeaveMode>(mode);
}

// The head in full, unless it is one of this stream at the last entry.
template <class Io>
void Codec<Io>::head(Item<Io, StreamSegment>& s, std::uint64_t entries) {
  const std::uint64_t last = s.first_seq + entries - 1;
  StreamHead h;
  std::uint8_t given = 1;
  if constexpr (!Io::kReading) {
    const auto decoded = decode_stream_head(s.head);
    if (decoded && decoded->stream == s.stream && decoded->seq == last) {
      given = 0;
      h = *decoded;
    }
  }
  io_.number(Column::other, given);
  if (given > 1) throw WireError{errc::bad_value};
  if (given == 1) {
    io_.raw(Column::hash, s.head);
  } else {
    io_.delta(Column::hub_epoch, h.hub_epoch, receipt_.hub_epoch);
    io_.raw(Column::hash, h.chain);
    io_.delta(Column::hub_time, h.hub_time_ms, receipt_.hub_time_ms);
    io_.number(Column::hub_seq, h.durable_through);
    io_.delta(Column::directory, h.directory_version, receipt_.directory_version);
    if constexpr (Io::kReading) {
      h.stream = s.stream;
      h.seq = last;
      s.head = encode_stream_head(h);
    }
  }
  io_.raw(Column::signature, s.signature);
}

template bool Codec<ColumnWriter>::entry(const CarriedEntry&);
template bool Codec<ColumnReader>::entry(CarriedEntry&);
template void Codec<ColumnWriter>::head(const StreamSegment&, std::uint64_t);
template void Codec<ColumnReader>::head(StreamSegment&, std::uint64_t);

}  // namespace tram::sync::columnar
