// A site that a restored hub hears of only when the new epoch has begun: what it alone holds is judged anew, and it
// takes the hub's order from the newest common entry on (sync design 8).
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/recovery.h"

namespace tram::sync {
namespace {

constexpr std::uint8_t kPatience = 3;  // how often it is asked for its old entries

}  // namespace

// The new epoch began without it: what it alone holds is asked for once and judged anew, then it takes the new order
// from the newest common point on.
Engine::Hub::Position Engine::Hub::late_position(const StreamRow& stream, const StreamPosition& at, const Have& have,
                                                 const DeviceId& reader) {
  std::optional<ChainAt> common;
  for (const EarlierChains& e : have.earlier) {
    if (e.id != stream.id) continue;
    common = ChainAt{0, first_chain(stream.id)};
    for (const ChainAt& c : e.at) {
      if (c.seq <= common->seq || c.seq >= at.seq) continue;
      const auto ours = store_.entry(stream.id, c.seq);
      if (ours && ours->chain == c.chain) common = c;
    }
  }
  if (!common) return {Standing::resupply, 0, {}, false};
  Resupplied state = resupplied(stream.id, reader);
  if (state.base != common->seq || state.chain == Hash{}) {
    store_.delete_entries(resupply_heap(stream.id, reader), 0);
    state = Resupplied{common->seq, common->seq, common->chain, false, false, 0};
  }
  if (state.done || state.refused || state.asked >= kPatience)
    return {Standing::known, common->seq, common->chain, true};
  ++state.asked;
  put_resupplied(stream.id, reader, state);
  return {Standing::resupply, state.seq + 1, {}, false};
}

// What came after the recovery is judged like any push, its old receipt remembered.
void Engine::Hub::judge_anew(const StreamId& id, const Device& sender, Resupplied& state, Taken& taken) {
  Bytes former = store_.meta("judged_anew").value_or(Bytes{});
  store_.each_entry(resupply_heap(id, sender.id), state.base + 1, [&](const EntryRow& entry) {
    if (entry.type != EntryType::receipt) return true;
    const Receipt receipt = *decode_receipt(entry.payload);
    const auto known = store_.receipt(receipt.hub_epoch, receipt.hub_seq);
    if (known && known->bytes == entry.payload) return true;
    const auto row = store_.changeset(receipt.changeset);
    if (!row) return true;
    const std::size_t size = 32 + 4 + 8;
    bool noted = false;
    for (std::size_t at = 0; at + size <= former.size(); at += size)
      noted |= std::equal(row->hash.begin(), row->hash.end(), former.begin() + static_cast<std::ptrdiff_t>(at));
    if (!noted && former.size() < size * Recovery::kKept) {
      tram::append(former, row->hash);
      append_le(former, receipt.hub_epoch);
      append_le(former, receipt.hub_seq);
    }
    const auto header = decode_header(row->bytes.header);
    const Device* author = header ? engine_.directory(store_).device(header->device) : nullptr;
    auto log = store_.log(row->log);
    if (row->hub_seq != 0 || !author || author->state != DeviceState::active || !log || log->own) return true;
    if (row->state == ChangesetState::fork) return true;  // its author's next push tells
    if (row->seq != log->head_seq + 1 || header->prev != log->head_hash) return true;
    log->head_seq = row->seq;
    log->head_hash = row->hash;
    log->last_written_at = std::max(log->last_written_at, header->written_at);
    store_.put_log(*log);
    this->receipt(*row, blocked(*header));
    ++taken.receipted;
    return true;
  });
  store_.put_meta("judged_anew", former);
  store_.delete_entries(resupply_heap(id, sender.id), 0);
  state.done = true;
}

}  // namespace tram::sync
