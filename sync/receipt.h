// Receipts: the hub's order, time and verdict for one changeset (sync design 5; docs/formats.md "Receipt"), and the
// streams that carry them.
#pragma once
#include <vector>

#include "crypto/sign.h"
#include "sync/errc.h"
#include "sync/ids.h"

namespace tram::sync {

enum class Verdict : std::uint8_t { admitted = 0, proposal = 1, quarantined = 2 };

// Reasons beside a verdict. 1..31 belong to proposals, 32.. to quarantine.
enum class Reason : std::uint8_t {
  none = 0,
  no_authority = 1,
  handover = 2,
  lost_race = 3,
  depends_on_lost_change = 4,
  same_person = 5,
  all_or_nothing = 6,
  fork = 32,
  clone = 33,
  revoked = 34,
  undecodable = 35,
  missing_base = 36,
  out_of_scope = 37,
  create_once = 38,
};
std::string_view name(Verdict verdict);
std::string_view name(Reason reason);

inline constexpr std::uint16_t kAllOperations = 0xFFFF;

struct ReceiptException {
  std::uint16_t operation = 0;  // index, or kAllOperations
  Verdict verdict = Verdict::admitted;
  Reason reason = Reason::none;
  bool operator==(const ReceiptException&) const = default;
};
inline ReceiptException quarantine(Reason reason) {
  return {0, Verdict::quarantined, reason};
}

struct Receipt {
  std::uint32_t hub_epoch = 1;
  std::uint64_t hub_seq = 0;  // gapless within the epoch
  std::uint64_t hub_time_ms = 0;
  std::uint64_t lo_ms = 0;  // hub time of the author's anchor
  Hash changeset{};
  LogId log;
  std::uint64_t seq = 0;
  std::uint32_t directory_version = 0;
  std::uint16_t rules_epoch = 1;
  std::vector<ReceiptException> exceptions;  // empty = all admitted
  bool operator==(const Receipt&) const = default;

  bool quarantines_all() const;
  ReceiptException verdict_of(std::uint16_t operation) const;
};

Bytes encode_receipt(const Receipt& receipt);  // 96 bytes + 4 per exception
Result<Receipt> decode_receipt(ByteView bytes);
Hash receipt_hash(ByteView encoded);

// --- streams -------------------------------------------------------------------------------------------------------

enum class EntryType : std::uint8_t { receipt = 1, scope_enter = 2, scope_leave = 3 };
enum class LeaveMode : std::uint8_t { keep_readonly = 0, purge = 1 };

struct StreamEntry {
  EntryType type = EntryType::receipt;
  std::uint64_t seq = 0;
  Bytes payload;  // receipt bytes, or ScopeChange
  bool operator==(const StreamEntry&) const = default;
};

// Payload of scope_enter and scope_leave: home 16 | hub_seq u64 | count u32 | mode u32. For scope_enter the next
// `count` entries are the home's earlier receipts in hub_seq order (docs/adr: scope entry by history).
struct ScopeChange {
  RecordId home;
  std::uint64_t hub_seq = 0;
  std::uint32_t count = 0;
  LeaveMode mode = LeaveMode::keep_readonly;
  bool operator==(const ScopeChange&) const = default;
};
Bytes encode_scope_change(const ScopeChange& change);
Result<ScopeChange> decode_scope_change(ByteView bytes);

Hash first_chain(const StreamId& stream);  // the stream id, zero-padded
// chain_n = H(TRM1-stream, chain_(n-1) | stream_seq | type | H(TRM1-entry, payload))
Hash next_chain(const Hash& chain, const StreamEntry& entry);

struct StreamHead {  // 88 bytes, signed with purpose "stream-head"
  std::uint32_t hub_epoch = 1;
  StreamId stream;
  std::uint64_t seq = 0;
  Hash chain{};
  std::uint64_t hub_time_ms = 0;
  std::uint64_t durable_through = 0;  // a hub_seq
  std::uint32_t directory_version = 0;
  bool operator==(const StreamHead&) const = default;
};
ByteArray<88> encode_stream_head(const StreamHead& head);
Result<StreamHead> decode_stream_head(ByteView bytes);

}  // namespace tram::sync
