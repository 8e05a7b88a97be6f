// Site: does the hub keep its own order (sync design 1, 4 and 5; I5)? Along a stream the place of a receipt, and within
// an epoch its time and the directory it was judged by, never go back; no author is taken to have known less than its
// anchor proves. A breach is said at both ends; what the hub gave stays in force. The history of a home that comes into
// scope is of before, and exempt.
#include <algorithm>

#include "sync/engine_parts.h"

namespace tram::sync {
namespace {

std::string name_of(const StreamId& stream) {
  return "order:" + stream.hex();
}
constexpr std::size_t kBytes = 8 + 4 + 8 + 8 + 4 + 4;

}  // namespace

Engine::Site::OrderSeen& Engine::Site::order_seen(const StreamRow& cursor) {
  OrderSeen& seen = orders_[cursor.id];
  if (seen.at == cursor.seq) return seen;
  seen = OrderSeen{};
  const auto stored = store_.meta(name_of(cursor.id));
  if (stored && stored->size() == kBytes && load_le<std::uint64_t>(stored->data()) == cursor.seq) {
    const std::uint8_t* at = stored->data();
    seen.last = {load_le<std::uint32_t>(at + 8), load_le<std::uint64_t>(at + 12)};
    seen.hub_time_ms = load_le<std::uint64_t>(at + 20);
    seen.directory_version = load_le<std::uint32_t>(at + 28);
    seen.history = load_le<std::uint32_t>(at + 32);
  }
  seen.at = cursor.seq;
  return seen;
}

// Entry by entry, each before the cursor moves over it.
void Engine::Site::check_order(const StreamRow& cursor, const StreamEntry& entry) {
  OrderSeen& seen = order_seen(cursor);
  seen.at = entry.seq;
  if (entry.type == EntryType::scope_enter) {
    const auto change = decode_scope_change(entry.payload);
    seen.history = change ? change->count : 0;
  }
  if (entry.type != EntryType::receipt) return;
  const auto receipt = decode_receipt(entry.payload);
  if (!receipt) return;
  if (seen.history > 0) {
    --seen.history;
    return;
  }
  const HubPlace place{receipt->hub_epoch, receipt->hub_seq};
  const bool same_epoch = place.epoch == seen.last.epoch;
  const bool back =
      place <= seen.last ||
      (same_epoch && (receipt->hub_time_ms < seen.hub_time_ms || receipt->directory_version < seen.directory_version));
  const auto row = store_.changeset(receipt->changeset);
  if (back || receipt->lo_ms > receipt->hub_time_ms || (row && before_its_anchor(*receipt, *row)))
    alarm(OutcomeCode::receipt_strange, row ? row->home : RecordId{}, receipt->hub_seq);
  seen.last = std::max(seen.last, place);
  seen.hub_time_ms = same_epoch ? std::max(seen.hub_time_ms, receipt->hub_time_ms) : receipt->hub_time_ms;
  seen.directory_version =
      same_epoch ? std::max(seen.directory_version, receipt->directory_version) : receipt->directory_version;
}

void Engine::Site::put_order(const StreamId& stream) {
  const auto at = orders_.find(stream);
  if (at == orders_.end()) return;
  const OrderSeen& seen = at->second;
  Bytes bytes;
  append_le(bytes, seen.at);
  append_le(bytes, seen.last.epoch);
  append_le(bytes, seen.last.seq);
  append_le(bytes, seen.hub_time_ms);
  append_le(bytes, seen.directory_version);
  append_le(bytes, seen.history);
  store_.put_meta(name_of(stream), bytes);
}

// An anchor that is proved here was the hub's own word. A later `lo` may be right: the log had come further before.
bool Engine::Site::before_its_anchor(const Receipt& receipt, const ChangesetRow& row) {
  const auto header = decode_header(row.bytes.header);
  if (!header || header->anchor.epoch != receipt.hub_epoch || header->anchor.seq >= receipt.hub_seq) return false;
  const auto anchor = store_.receipt(header->anchor.epoch, header->anchor.seq);
  if (!anchor || receipt.lo_ms >= std::min(anchor->hub_time_ms, receipt.hub_time_ms)) return false;
  const Hash hash = receipt_hash(anchor->bytes);
  return std::equal(header->anchor.hash.begin(), header->anchor.hash.end(), hash.begin());
}

}  // namespace tram::sync
