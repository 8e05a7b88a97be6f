// The hub's half of snapshots (sync design 8; docs/formats/sync.md "Snapshots"; docs/adr/0014): made of a stream's
// entries, which never change, in bounded steps; kept for all devices of the body; signed, and thereby valid, once the
// last chunk is there. A stop in between leaves one without a signature, which goes on with the next reader.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"
#include "sync/recovery.h"

namespace tram::sync {
namespace {

constexpr std::size_t kHomeState = 16 + 8 + 1;
constexpr std::size_t kPieceCost = 1 + 32 + 4 + 8;  // beside the chunk: frame and its head

// The last scope change of a home within the snapshot.
struct LastChange {
  std::uint64_t seq = 0;
  bool left = false;
};

Bytes encode_homes(const std::map<RecordId, LastChange>& homes) {
  Bytes b;
  b.reserve(homes.size() * kHomeState);
  for (const auto& [home, last] : homes) {
    append(b, home.view());
    append_le(b, last.seq);
    b.push_back(last.left ? 1 : 0);
  }
  return b;
}

std::map<RecordId, LastChange> read_homes(ByteView b) {
  std::map<RecordId, LastChange> homes;
  for (std::size_t at = 0; at + kHomeState <= b.size(); at += kHomeState)
    homes[RecordId::from(b.subspan(at))] = {load_le<std::uint64_t>(&b[at + 16]), b[at + 24] != 0};
  return homes;
}

// Puts entries into chunks. A chunk begins with an entry, or goes on with a long one and holds nothing else.
class ChunkWriter {
 public:
  ChunkWriter(Store& store, SnapshotRow& row, SnapshotManifest& manifest, std::size_t chunk_bytes)
      : store_(store), row_(row), manifest_(manifest), chunk_bytes_(chunk_bytes) {}
  void add(const SnapshotEntry& entry) {
    Bytes bytes;
    append_entry(bytes, entry);
    const bool goes_on = !row_.tail.empty() && row_.tail_seq == 0;
    if (goes_on || (!row_.tail.empty() && row_.tail.size() + bytes.size() > chunk_bytes_)) flush();
    if (row_.tail.empty()) row_.tail_seq = entry.entry.seq;
    append(row_.tail, bytes);
    while (row_.tail.size() > chunk_bytes_) {
      put(ByteView(row_.tail).first(chunk_bytes_));
      row_.tail.erase(row_.tail.begin(), row_.tail.begin() + static_cast<std::ptrdiff_t>(chunk_bytes_));
      row_.tail_seq = 0;
    }
  }
  void flush() {
    if (!row_.tail.empty()) put(row_.tail);
    row_.tail.clear();
  }

 private:
  void put(ByteView chunk) {
    store_.put_snapshot_chunk(row_.stream, static_cast<std::uint32_t>(manifest_.chunks.size()), chunk);
    manifest_.chunks.push_back({row_.tail_seq, snapshot_chunk_id(chunk)});
    manifest_.bytes += chunk.size();
  }

  Store& store_;
  SnapshotRow& row_;
  SnapshotManifest& manifest_;
  std::size_t chunk_bytes_;
};

}  // namespace

// What stands there at this moment: the place, the sum, and where each home stood.
SnapshotRow Engine::Hub::begin_snapshot(const StreamRow& stream) {
  store_.drop_snapshot(stream.id);
  const HubPlace durable = durable_through(store_);
  SnapshotManifest manifest;
  manifest.head =
      encode_stream_head({stream.hub_epoch, stream.id, stream.seq, stream.chain, meta_u64(store_, meta::kHubTime),
                          durable.epoch == stream.hub_epoch ? durable.seq : 0,
                          static_cast<std::uint32_t>(engine_.directory(store_).version())});
  manifest.head_signature = crypto::sign(*engine_.identity_.service_key, "stream-head", {manifest.head});
  manifest.digest = stream.digest;
  std::map<RecordId, LastChange> homes;
  store_.each_entry(stream.id, 1, [&](const EntryRow& entry) {
    if (entry.type == EntryType::receipt) return true;
    if (const auto change = decode_scope_change(entry.payload))
      homes[change->home] = {entry.seq, entry.type == EntryType::scope_leave};
    return true;
  });
  // Whoever holds a home from before must hear that a body of it is gone: nothing of such a home is left out.
  std::erase_if(homes, [&](const auto& home) {
    const auto versions = store_.versions_of_home(home.first);
    return std::any_of(versions.begin(), versions.end(), [](const VersionRow& v) {
      return v.kind == OperationKind::redact && v.verdict == Verdict::admitted;
    });
  });
  SnapshotRow row;
  row.stream = stream.id;
  row.manifest = encode_manifest(manifest);
  row.next_seq = 1;
  row.homes = encode_homes(homes);
  row.touched_ms = env_.wall_ms;
  return row;
}

// At most one step of it; true once it is complete and signed.
bool Engine::Hub::advance_snapshot(SnapshotRow& row) {
  if (row.next_seq == 0) return false;  // too large: the stream itself serves
  const SnapshotRule& rule = engine_.identity_.snapshots;
  SnapshotManifest manifest = *decode_manifest(row.manifest);
  const std::uint64_t end = decode_stream_head(manifest.head)->seq;
  const auto homes = read_homes(row.homes);
  ChunkWriter writer(store_, row, manifest, rule.chunk_bytes);
  std::uint64_t taken = 0;
  store_.each_entry(row.stream, row.next_seq, [&](const EntryRow& at) {
    if (at.seq > end || taken++ == rule.step || manifest.chunks.size() + 32 > limits::kSnapshotChunks) return false;
    SnapshotEntry entry{{at.type, at.seq, at.payload}, false, std::nullopt};
    if (at.type == EntryType::receipt) {
      const auto changeset = store_.changeset(at.changeset);
      if (!changeset) return false;  // a restored hub waits for it, and a snapshot without it would be of no use
      const auto receipt = decode_receipt(at.payload);
      const auto last = homes.find(changeset->home);
      // A whole quarantine is no part of a home's history, which comes again with its last scope_enter.
      entry.omitted = last != homes.end() && receipt && !receipt->quarantines_all() &&
                      (last->second.left || at.seq < last->second.seq);
      if (!entry.omitted) entry.changeset = changeset->bytes;
    }
    writer.add(entry);
    row.next_seq = at.seq + 1;
    return true;
  });
  const bool complete = row.next_seq > end;
  if (complete) {
    writer.flush();
    row.homes.clear();
  } else if (manifest.chunks.size() + 32 > limits::kSnapshotChunks) {
    store_.drop_snapshot(row.stream);
    row.next_seq = 0;
    row.tail.clear();
    row.homes.clear();
  }
  row.manifest = encode_manifest(manifest);
  if (complete) {
    const crypto::Signature signature = crypto::sign(*engine_.identity_.service_key, "snapshot", {row.manifest});
    row.signature.assign(signature.begin(), signature.end());
  }
  row.touched_ms = env_.wall_ms;
  store_.put_snapshot(row);
  return complete;
}

// Is there one for a reader that has every entry up to `from`? If not, making it goes one step on.
bool Engine::Hub::ready_snapshot(const StreamRow& stream, std::uint64_t from, std::optional<SnapshotRow>& row) {
  const auto manifest = row ? decode_manifest(row->manifest) : Result<SnapshotManifest>(errc::truncated);
  const auto head = manifest ? decode_stream_head(manifest->head) : Result<StreamHead>(errc::truncated);
  const bool usable = head && head->hub_epoch == stream.hub_epoch && head->seq > from;
  const bool fresh = usable && stream.seq - head->seq < engine_.identity_.snapshots.behind;
  if (fresh && !row->signature.empty()) return true;
  if (!usable || !row->signature.empty()) row = begin_snapshot(stream);
  return advance_snapshot(*row);
}

Engine::Hub::Supply Engine::Hub::supply_snapshot(const StreamId& id, const Have& have, const DeviceId& reader,
                                                 bool by_stick, std::size_t& budget, std::vector<Frame>& frames) {
  const SnapshotRule& rule = engine_.identity_.snapshots;
  const auto stream = store_.stream(id);
  if (rule.behind == 0 || !stream || stream->hub_epoch != epoch() || recovering()) return Supply::stream;
  const Position& at = position(id, have, reader);
  if (at.standing != Standing::known || at.new_order) return Supply::stream;
  auto row = store_.snapshot(id);
  if (row && row->touched_ms + limits::kSnapshotKeptMs < env_.wall_ms) {
    store_.drop_snapshot(id);
    row.reset();
  }
  const LoadingSnapshot* under_way = nullptr;
  for (const LoadingSnapshot& l : have.loading)
    if (l.stream == id && l.manifest == Hash{}) return Supply::stream;  // it has the entries and asks for one again
  for (const LoadingSnapshot& l : have.loading)
    if (row && l.stream == id && !row->signature.empty() && l.manifest == manifest_id(row->manifest)) under_way = &l;
  if (under_way && under_way->missing == LoadingSnapshot::kNotWanted) return Supply::stream;
  if (!under_way && (stream->seq - at.from < rule.behind || !ready_snapshot(*stream, at.from, row)))
    return Supply::stream;
  const SnapshotManifest manifest = *decode_manifest(row->manifest);
  const StreamHead head = *decode_stream_head(manifest.head);
  if (head.seq <= at.from || head.hub_epoch != stream->hub_epoch) return Supply::stream;
  const auto count = static_cast<std::uint32_t>(manifest.chunks.size());
  if (under_way && !by_stick && under_way->missing >= count) return Supply::waits;
  if (row->touched_ms + limits::kExpireEveryMs < env_.wall_ms) {
    row->touched_ms = env_.wall_ms;
    store_.put_snapshot(*row);
  }
  std::uint32_t next = first_chunk(manifest, at.from + 1);
  if (under_way && !by_stick) {
    next = std::max(next, under_way->missing);
  } else {
    SignedManifest stated;
    std::copy(row->signature.begin(), row->signature.end(), stated.signature.begin());
    stated.manifest = row->manifest;
    Frame frame = encode_frame(stated);
    const std::size_t cost = frame.bytes.size() + kPieceCost;
    if (cost > grant(budget, cost)) return Supply::under_way;
    budget -= std::min(budget, cost);
    holds_something_ = true;
    frames.push_back(std::move(frame));
  }
  const Hash manifest_hash = manifest_id(row->manifest);
  for (; next < count; ++next) {
    Bytes chunk = store_.snapshot_chunk(id, next);
    const std::size_t cost = chunk.size() + kPieceCost;
    if (cost > grant(budget, cost)) return Supply::under_way;
    budget -= std::min(budget, cost);
    holds_something_ = true;
    frames.push_back(encode_frame(SnapshotPiece{manifest_hash, next, std::move(chunk)}));
  }
  positions_[id] = {Standing::known, head.seq, head.chain, false};
  return Supply::whole;
}

// By whichever way; true when something of it is left for the next answer.
bool Engine::Hub::pull(const StreamId& id, const Have& have, const DeviceId& reader, bool want_own, bool by_stick,
                       std::size_t& budget, std::vector<Frame>& frames) {
  const Supply supply = supply_snapshot(id, have, reader, by_stick, budget, frames);
  if (supply == Supply::under_way || supply == Supply::waits) return supply == Supply::under_way;
  return stream_segments(id, have, reader, want_own, budget, frames);
}

}  // namespace tram::sync
