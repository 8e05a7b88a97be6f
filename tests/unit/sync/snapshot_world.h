// What the tests of snapshots share: a hub that gives them soon and in small chunks, and a site c that was never heard.
#pragma once
#include "sync/snapshot.h"
#include "world.h"

namespace tram::sync::test {

inline constexpr SnapshotRule kSmallSnapshots{4, 1'000, 600};

inline void give_small_snapshots(World& w, SnapshotRule rule = kSmallSnapshots) {
  w.hub().snapshots = rule;
  w.hub().restart();
}

// Cases that c implements, each with a note of the hub's; c hears nothing of them yet.
inline std::vector<RecordId> cases_of(World& w, Party& site, std::size_t count) {
  std::vector<RecordId> homes;
  for (std::size_t i = 0; i < count; ++i) {
    homes.push_back(w.new_case(site.organisation));
    w.hub().write(homes.back(), {note(homes.back(), "of case " + std::to_string(i))});
  }
  return homes;
}

inline std::vector<Frame> of_type(const std::vector<Frame>& frames, FrameType type) {
  std::vector<Frame> found;
  for (const Frame& f : frames)
    if (f.type == type) found.push_back(f);
  return found;
}

inline Have asks(World& w, Party& site) {
  return *w.hub_takes(site.device, w.request(site)).have;
}

// The answer to what the site asks for now.
inline std::vector<Frame> answer_to(World& w, Party& site) {
  return w.reply(site.device, asks(w, site));
}

// An answer of which only so many SNAPSHOT frames arrive.
inline std::vector<Frame> cut_after(const std::vector<Frame>& frames, std::size_t snapshots) {
  std::vector<Frame> arrived;
  for (const Frame& f : frames) {
    if (f.type == FrameType::stream) continue;
    if (f.type == FrameType::snapshot && snapshots-- == 0) break;
    arrived.push_back(f);
  }
  return arrived;
}

inline StreamId stream_of(const Party& p) {
  return organisation_stream(kZone, p.organisation);
}
inline std::uint64_t cursor(Party& p) {
  const auto row = p.with([&](Store& s) { return s.stream(stream_of(p)); });
  return row ? row->seq : 0;
}
inline std::optional<SnapshotRow> snapshot_at(Party& p, const StreamId& stream) {
  return p.with([&](Store& s) { return s.snapshot(stream); });
}
inline std::vector<std::uint32_t> chunks_at(Party& p, const StreamId& stream) {
  return p.with([&](Store& s) { return s.snapshot_chunks(stream); });
}
inline bool knows(Party& p, const RecordId& home) {
  return p.with([&](Store& s) { return s.record(home, Layer::confirmed).has_value(); });
}

}  // namespace tram::sync::test
