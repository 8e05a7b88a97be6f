// The site's half of snapshots (sync design 8; docs/formats/sync.md "Snapshots"): a chunk is held against the signed
// manifest before it is kept, and kept until all are here. Then the entries are taken in as those of the stream would
// be, all in one step, and stand only if chain and sum come out as the manifest says: until then, and if not, all is as
// it was. A newer snapshot throws away what was kept of another.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"
#include "sync/recovery.h"

namespace tram::sync {
namespace {

constexpr std::string_view kNotWanted = "snapshot_not_wanted";  // id of one that came out wrong

// Leaves the savepoint, so nothing of it stays.
struct CameOutWrong {
  bool waits = false;      // nothing is wrong with it: own changesets must come back first
  bool new_order = false;  // nor here: a restored hub made it, and what we hold is of the old order
};

}  // namespace

struct Engine::Site::Loading {
  SnapshotRow row;
  Hash id{};
  SnapshotManifest manifest;
  StreamHead head;
  std::uint32_t first = 0;    // the chunk with the entry after the cursor
  std::uint32_t missing = 0;  // the first chunk from there on that is not here
  bool whole() const { return missing == manifest.chunks.size(); }
};

std::optional<Engine::Site::Loading> Engine::Site::loading() {
  const StreamId id = organisation_stream(engine_.identity_.zone, engine_.identity_.organisation);
  auto row = store_.snapshot(id);
  if (!row) return std::nullopt;
  Loading l;
  l.manifest = *decode_manifest(row->manifest);
  l.head = *decode_stream_head(l.manifest.head);
  l.id = manifest_id(row->manifest);
  l.row = std::move(*row);
  l.first = first_chunk(l.manifest, cursor_of(id)->seq + 1);
  l.missing = l.first;
  for (const std::uint32_t there : store_.snapshot_chunks(id))
    if (there == l.missing) ++l.missing;
  return l;
}

std::vector<LoadingSnapshot> Engine::Site::loading_snapshots() {
  const StreamId id = organisation_stream(engine_.identity_.zone, engine_.identity_.organisation);
  if (const auto now = loading()) return {{id, now->id, now->missing}};
  const auto wrong = store_.meta(kNotWanted);
  if (!wrong || wrong->size() != 32) return {};
  LoadingSnapshot refused{id, {}, LoadingSnapshot::kNotWanted};
  std::copy(wrong->begin(), wrong->end(), refused.manifest.begin());
  return {refused};
}

void Engine::Site::take_snapshot(const Frame& frame, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code, std::uint64_t seq) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, "snapshot", seq});
  };
  const auto part = decode_snapshot(frame);
  if (!part) return refuse(outcome_of_error(part.error()), 0);
  if (const auto* manifest = std::get_if<SignedManifest>(&*part)) return take_manifest(*manifest, whole);
  const auto& piece = std::get<SnapshotPiece>(*part);
  const auto now = loading();
  if (!now || now->id != piece.manifest) return;  // of one that was superseded or used meanwhile
  if (piece.index >= now->manifest.chunks.size() ||
      snapshot_chunk_id(piece.bytes) != now->manifest.chunks[piece.index].id)
    return refuse(OutcomeCode::bad_content, piece.index);
  if (piece.index < now->first) return;
  if (store_.snapshot_chunk(now->row.stream, piece.index).empty()) ++taken.snapshot_chunks;
  store_.put_snapshot_chunk(now->row.stream, piece.index, piece.bytes);
  if (piece.index == now->missing) load_snapshot(taken);
}

void Engine::Site::take_manifest(const SignedManifest& came, bool whole) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, "snapshot", 0});
  };
  const SnapshotManifest manifest = *decode_manifest(came.manifest);
  const StreamHead head = *decode_stream_head(manifest.head);
  const StreamId id = organisation_stream(engine_.identity_.zone, engine_.identity_.organisation);
  if (head.stream != id) return refuse(OutcomeCode::bad_content);  // not of a stream of ours
  const HubKeys* keys = engine_.directory(store_).hub_keys();
  if (!keys || !crypto::verify(keys->service_key, "snapshot", {came.manifest}, came.signature) ||
      !crypto::verify(keys->service_key, "stream-head", {manifest.head}, manifest.head_signature))
    return refuse(OutcomeCode::bad_signature);
  if (head.directory_version > engine_.directory(store_).version()) return refuse(OutcomeCode::held_gap);
  note_directory_news(head.hub_time_ms);
  if (head.hub_epoch < meta_u64(store_, meta::kHubEpoch) || head.seq <= cursor_of(id)->seq) return;
  const Hash hash = manifest_id(came.manifest);
  if (const auto wrong = store_.meta(kNotWanted);
      wrong && std::equal(wrong->begin(), wrong->end(), hash.begin(), hash.end()))
    return;
  if (const auto now = loading()) {
    // An older one that comes late, on a stick, supersedes nothing.
    const auto age = [](const StreamHead& h) { return std::tie(h.hub_epoch, h.seq, h.hub_time_ms); };
    if (now->id == hash || age(head) < age(now->head)) return;
  }
  store_.drop_snapshot(id);
  SnapshotRow row;
  row.stream = id;
  row.manifest = came.manifest;
  row.signature.assign(came.signature.begin(), came.signature.end());
  row.touched_ms = env_.wall_ms;
  store_.put_snapshot(row);
}

// Takes in what is whole. What broke off or came out wrong has changed nothing.
void Engine::Site::load_snapshot(Taken& taken) {
  const auto now = loading();
  if (!now) return;
  if (now->head.seq <= cursor_of(now->row.stream)->seq) return store_.drop_snapshot(now->row.stream);
  if (!now->whole() || missing_own_) return;
  const auto kept_out = out_;
  const Taken kept_taken = taken;
  const auto kept_forked = forked_;
  const auto kept_emissions = emissions_;
  const auto kept_touched = touched_;
  try {
    store_.savepoint([&] { fold_snapshot(*now, taken); });
  } catch (const CameOutWrong& wrong) {
    const bool more = taken.more;
    out_ = kept_out;
    taken = kept_taken;
    forked_ = kept_forked;
    emissions_ = kept_emissions;
    touched_ = kept_touched;
    if (wrong.waits) {
      taken.more = more;
      return;
    }
    // The stream itself serves from here on; that the two differ is a defect, and is said aloud.
    store_.put_meta(kNotWanted, now->id);
    store_.drop_snapshot(now->row.stream);
    if (!wrong.new_order) out_.push_back(Notice{OutcomeCode::digest_differs, now->row.stream.hex(), now->head.seq});
    taken.more = true;
  }
}

void Engine::Site::fold_snapshot(const Loading& now, Taken& taken) {
  StreamRow cursor = *cursor_of(now.row.stream);
  if (!store_.stream(cursor.id)) store_.put_stream(cursor);
  const bool of_older_order = cursor.seq > 0 && cursor.hub_epoch < now.head.hub_epoch;
  SnapshotReader reader;
  for (std::uint32_t i = now.first; i < now.manifest.chunks.size(); ++i) {
    reader.feed(store_.snapshot_chunk(cursor.id, i));
    for (;;) {
      const auto next = reader.next();
      if (!next) throw CameOutWrong{};
      if (!*next) break;
      const SnapshotEntry& e = **next;
      if (e.entry.seq <= cursor.seq) continue;
      if (e.entry.seq != cursor.seq + 1) throw CameOutWrong{};
      const Step step = take_entry(cursor, {e.entry, e.changeset}, e.omitted, taken);
      if (step != Step::taken) throw CameOutWrong{step == Step::waits};
    }
  }
  if (!reader.empty() || cursor.seq != now.head.seq) throw CameOutWrong{};
  if (cursor.chain != now.head.chain) throw CameOutWrong{false, of_older_order};
  cursor.hub_epoch = now.head.hub_epoch;
  cursor.signed_head.assign(now.manifest.head.begin(), now.manifest.head.end());
  tram::append(cursor.signed_head, now.manifest.head_signature);
  put_cursor(cursor);
  if (store_.stream(cursor.id)->digest != now.manifest.digest) throw CameOutWrong{};
  note_durable(store_, {now.head.durable_through == 0 ? 0 : now.head.hub_epoch, now.head.durable_through});
  store_.drop_snapshot(cursor.id);
}

}  // namespace tram::sync
