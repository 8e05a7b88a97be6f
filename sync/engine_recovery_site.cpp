// A site whose hub was restored: it sends back what the hub lacks, and where the hub's new order differs from the old
// one that this site alone had heard of, it goes back to the newest common point and folds anew (sync design 8).
#include <algorithm>

#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/left_homes.h"
#include "sync/limits.h"
#include "sync/parts.h"

namespace tram::sync {
namespace {

constexpr std::size_t kAsk = 24;             // id 16 | seq u64
constexpr std::string_view kHeld = "held";   // log 16 | u64: a hub in recovery holds this much without receipts
constexpr std::string_view kHole = "hole";   // log 16 | u64: what the hub asks for of it (need_from)
constexpr std::size_t kFrameOverhead = 256;  // head, signature and counts of one RESUPPLY frame

}  // namespace

// What HELLO says of the hub's epoch: a higher one is a restored hub, a lower one is another's older copy.
void Engine::Site::heed_epoch(const HelloToNode& hello, Taken& taken) {
  const std::uint64_t known = meta_u64(store_, meta::kHubEpoch);
  const bool newest = hello.hub_time_ms > meta_u64(store_, meta::kHubTime);  // not an answer that was under way
  const bool recovery = (hello.flags & kRecovery) != 0;
  const auto own = store_.own_log();
  const std::string subject = own ? own->log.hex() : engine_.identity_.device.hex();
  if (hello.hub_epoch > known) {
    if (known != 0) out_.push_back(Notice{OutcomeCode::hub_restored, subject, hello.hub_epoch});
    put_meta_u64(store_, meta::kHubEpoch, hello.hub_epoch);
    // Of an order that the hub may not know any more.
    store_.drop_snapshot(organisation_stream(engine_.identity_.zone, engine_.identity_.organisation));
  } else if (newest && !recovery && hello.hub_epoch < known) {
    out_.push_back(Notice{OutcomeCode::hub_rollback, subject, hello.hub_epoch});
  } else if (newest && !recovery && own && hello.log == own->log && hello.receipted_seq < own->receipted_seq) {
    // A lower frontier at a later hub time. In a new epoch the streams decide what is left of the old receipts.
    const auto last = store_.changeset_at(own->log, own->receipted_seq);
    if (last && last->hub_epoch == hello.hub_epoch)
      out_.push_back(Notice{OutcomeCode::hub_rollback, subject, hello.receipted_seq});
  }
  Bytes asked;
  for (const ResupplyFrom& r : hello.resupply) {
    tram::append(asked, r.id);
    append_le(asked, r.seq);
  }
  if (const auto before = store_.meta(meta::kResupply); asked != before.value_or(Bytes{})) {
    store_.put_meta(meta::kResupply, asked);
    taken.more |= !asked.empty();  // asked the same again, there is nothing to add
  }
  Bytes held;
  if (recovery && hello.need_from > 1) {
    tram::append(held, hello.log.view());
    append_le(held, hello.need_from - 1);
  }
  if (const auto before = store_.meta(kHeld); !held.empty() || (before && !before->empty()))
    store_.put_meta(kHeld, held);
  Bytes hole;
  if (!recovery && hello.need_from != 0) {
    tram::append(hole, hello.log.view());
    append_le(hole, hello.need_from);
  }
  if (const auto before = store_.meta(kHole); hole != before.value_or(Bytes{})) store_.put_meta(kHole, hole);
}

std::uint64_t Engine::Site::hole_at_hub(const LogId& log) {
  const auto stored = store_.meta(kHole);
  if (!stored || stored->size() != 24 || LogId::from(*stored) != log) return 0;
  return load_le<std::uint64_t>(stored->data() + 16);
}

std::uint64_t Engine::Site::held_at_hub(const LogId& log) {
  const auto stored = store_.meta(kHeld);
  if (!stored || stored->size() != 24 || LogId::from(*stored) != log) return 0;
  return load_le<std::uint64_t>(stored->data() + 16);
}

std::vector<EarlierChains> Engine::Site::earlier_chains() {
  std::vector<EarlierChains> all;
  for (const StreamRow& stream : store_.streams()) {
    EarlierChains chains{stream.id, {}};
    for (std::uint64_t back = 1; back < stream.seq; back *= 2)
      if (const auto entry = store_.entry(stream.id, stream.seq - back))
        chains.at.push_back({entry->seq, entry->chain});
    if (stream.seq > 0) all.push_back(std::move(chains));
  }
  return all;
}

void Engine::Site::resupply(std::size_t& budget, std::vector<Frame>& body, Send& send) {
  const auto asked = store_.meta(meta::kResupply);
  if (!asked) return;
  for (std::size_t at = 0; at + kAsk <= asked->size() && !send.more; at += kAsk) {
    ResupplyFrom ask;
    std::copy_n(asked->begin() + static_cast<std::ptrdiff_t>(at), 16, ask.id.begin());
    ask.seq = load_le<std::uint64_t>(asked->data() + at + 16);
    if (ask.seq == 0) continue;  // it wants the earlier chains, which HAVE holds
    send.more =
        ask.id == ByteArray<16>{} ? resupply_directory(ask.seq, budget, body) : resupply_stream(ask, budget, body);
  }
}

// True when the budget ended first.
bool Engine::Site::resupply_directory(std::uint64_t from_version, std::size_t& budget, std::vector<Frame>& body) {
  DirectorySegment segment;
  std::size_t size = 0;
  const auto flush = [&] {
    if (!segment.entries.empty()) body.push_back(encode_resupply(segment));
    segment.entries.clear();
    size = 0;
  };
  for (const DirectoryRow& row : store_.directory(from_version)) {
    if (row.bytes.size() + kFrameOverhead > budget) {
      flush();
      return true;
    }
    if (size + row.bytes.size() + 8 > limits::kSegmentBytes) flush();
    budget -= row.bytes.size();
    size += row.bytes.size() + 4;
    segment.entries.push_back(row.bytes);
  }
  flush();
  return false;
}

// The entries from there on, with every changeset, up to the newest one that a signed head of the hub proves.
bool Engine::Site::resupply_stream(const ResupplyFrom& ask, std::size_t& budget, std::vector<Frame>& body) {
  const auto stream = store_.stream(StreamId{ask.id});
  if (!stream || stream->signed_head.size() != 88 + 64) return false;
  StreamSegment segment{stream->id, ask.seq, {}, {}, {}};
  std::copy_n(stream->signed_head.begin(), segment.head.size(), segment.head.begin());
  std::copy_n(stream->signed_head.begin() + 88, segment.signature.size(), segment.signature.begin());
  const auto head = decode_stream_head(segment.head);
  if (!head || ask.seq > head->seq) return false;
  std::size_t size = 0;
  const auto flush = [&] {
    if (segment.entries.empty()) return;
    const std::uint64_t next = segment.entries.back().entry.seq + 1;
    body.push_back(encode_resupply(segment));
    segment.entries.clear();
    segment.first_seq = next;
    size = 0;
  };
  bool ended = false;
  store_.each_entry(stream->id, ask.seq, [&](const EntryRow& row) {
    if (row.seq > head->seq) return false;
    CarriedEntry carried{{row.type, row.seq, row.payload}, std::nullopt};
    if (row.type == EntryType::receipt)
      if (const auto changeset = store_.changeset(row.changeset)) carried.changeset = changeset->bytes;
    if (carried.changeset && in_parts(*carried.changeset)) {
      flush();
      const auto there = parts_there(row.changeset);
      if (!append_parts(*carried.changeset, row.changeset, there ? &*there : nullptr, budget, body)) {
        ended = true;
        return false;
      }
      carried.changeset.reset();
    }
    const std::size_t bytes = encoded_size(carried);
    if (bytes + kFrameOverhead > budget) {
      ended = true;
      return false;
    }
    budget -= bytes;
    if (size + bytes > limits::kSegmentBytes) flush();
    segment.entries.push_back(std::move(carried));
    size += bytes;
    return true;
  });
  flush();
  return ended;
}

// --- another order ---------------------------------------------------------------------------------------------------

// A head of a later epoch that proves other entries than ours: the last entry that both orders share. None when it
// proves nothing, or nothing of ours is contradicted.
std::optional<std::uint64_t> Engine::Site::new_order_after(const StreamRow& cursor, const StreamSegment& segment,
                                                           const StreamHead& head) {
  if (head.hub_epoch <= cursor.hub_epoch || head.stream != segment.stream || segment.first_seq > cursor.seq + 1)
    return std::nullopt;
  std::uint64_t seq = segment.first_seq - 1;
  Hash chain = first_chain(segment.stream);
  if (seq > 0) {
    const auto before = store_.entry(segment.stream, seq);
    if (!before) return std::nullopt;
    chain = before->chain;
  }
  std::optional<std::uint64_t> last_shared;
  for (const CarriedEntry& carried : segment.entries) {
    chain = next_chain(chain, carried.entry);
    ++seq;
    if (last_shared || seq > cursor.seq) continue;
    const auto ours = store_.entry(segment.stream, seq);
    if (!ours || ours->chain != chain) last_shared = seq - 1;
  }
  if (seq != head.seq || chain != head.chain) return std::nullopt;
  if (!last_shared && head.seq < cursor.seq) return head.seq;
  return last_shared;
}

std::set<HubPlace> Engine::Site::places_of(const StreamId& stream, std::uint64_t from, std::uint64_t to) {
  std::set<HubPlace> places;
  store_.each_entry(stream, from, [&](const EntryRow& row) {
    if (row.seq > to) return false;
    if (row.type != EntryType::receipt) return true;
    if (const auto receipt = decode_receipt(row.payload)) places.insert({receipt->hub_epoch, receipt->hub_seq});
    return true;
  });
  return places;
}

// Receipts that the restored hub never gave: their changesets are without one again, and our own are sent once more.
void Engine::Site::take_out(const std::set<HubPlace>& places, std::set<RecordId>& homes) {
  for (const HubPlace& place : places) {
    const auto receipt = store_.receipt(place.epoch, place.seq);
    if (!receipt) continue;
    homes.insert(receipt->home);
    store_.delete_receipt(place);
    auto row = store_.changeset(receipt->changeset);
    if (!row || row->hub_epoch != place.epoch || row->hub_seq != place.seq) continue;
    row->hub_epoch = 0;
    row->hub_seq = 0;
    if (row->state == ChangesetState::receipted) row->state = ChangesetState::waiting;
    store_.put_changeset(*row);
    auto log = store_.log(row->log);
    if (!log || !log->own) continue;
    // Its old receipt is not forgotten: the person hears which one it was.
    out_.push_back(Notice{OutcomeCode::hub_restored, to_hex(row->hash), place.seq});
    if (log->receipted_seq < row->seq) continue;
    const auto before = store_.changeset_at(row->log, row->seq - 1);
    log->receipted_seq = row->seq - 1;
    log->receipted_hash = before ? before->hash : Hash{};
    store_.put_log(*log);
  }
}

void Engine::Site::go_back(StreamRow& cursor, std::uint64_t point, const StreamHead& head) {
  std::set<HubPlace> gone = places_of(cursor.id, point + 1, cursor.seq);
  std::set<HubPlace> kept = places_of(cursor.id, 1, point);
  std::set<HubPlace> folded;  // what the self-stream alone told is no part of any fold
  if (cursor.kind == StreamKind::organisation) folded = kept;
  for (const StreamRow& other : store_.streams()) {
    if (other.id == cursor.id) continue;
    auto places = places_of(other.id, 1, other.seq);
    if (other.kind == StreamKind::organisation) folded.insert(places.begin(), places.end());
    kept.merge(places);
  }
  std::vector<EntryRow> scope_changes;
  store_.each_entry(cursor.id, point + 1, [&](const EntryRow& row) {
    if (row.type != EntryType::receipt) scope_changes.push_back(row);
    return true;
  });
  std::set<RecordId> homes;
  for (auto row = scope_changes.rbegin(); row != scope_changes.rend(); ++row) {
    const auto change = decode_scope_change(row->payload);
    if (!change) continue;
    for (ScopeRow scope : store_.scope(change->home)) {
      if (scope.organisation != engine_.identity_.organisation) continue;
      if (row->type == EntryType::scope_enter && scope.from_seq == change->hub_seq) scope.to_seq = scope.from_seq;
      if (row->type == EntryType::scope_leave && scope.to_seq == change->hub_seq) scope.to_seq.reset();
      store_.put_scope(scope);
    }
    // A home that never left is not erased: it is folded again from what was kept of it for this case.
    if (row->type == EntryType::scope_leave && left_home(store_, change->home)) {
      note_enter(store_, change->home);
      homes.insert(change->home);
    }
  }
  for (const HubPlace& place : kept) gone.erase(place);
  take_out(gone, homes);
  const auto last = point == 0 ? std::nullopt : store_.entry(cursor.id, point);
  store_.delete_entries(cursor.id, point + 1);
  out_.push_back(Notice{OutcomeCode::hub_restored, cursor.id.hex(), point});
  cursor.seq = point;
  cursor.chain = last ? last->chain : first_chain(cursor.id);
  cursor.hub_epoch = head.hub_epoch;
  cursor.signed_head.clear();
  store_.put_stream(cursor);
  for (const RecordId& home : homes) {
    store_.delete_confirmed(home);
    for (const ReceiptRow& row : store_.receipts_of_home(home)) {
      const auto receipt = decode_receipt(row.bytes);
      const auto changeset = store_.changeset(row.changeset);
      if (receipt && changeset && folded.contains({row.hub_epoch, row.hub_seq})) fold(*receipt, row.bytes, *changeset);
    }
    touched_.push_back(home);
  }
  // What never came into our scope is treated as what left it.
  const Organisation* body = engine_.directory(store_).organisation(engine_.identity_.organisation);
  for (const EntryRow& row : scope_changes) {
    const auto change = decode_scope_change(row.payload);
    if (!change || row.type != EntryType::scope_enter || in_scope(change->home)) continue;
    if (body && (body->parts & kErasesOnLeave) != 0)
      note_leave(store_, {change->home, change->hub_seq, 0, LeaveMode::purge}, point + 1);
    touched_.push_back(change->home);
  }
  cursor.digest = digest_of_scope(store_, engine_.identity_.organisation);
  store_.put_stream(cursor);
}

}  // namespace tram::sync
