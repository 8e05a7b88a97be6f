// Z13: snapshots. Input: which - a SNAPSHOT frame, or chunks and how they are cut - and the bytes. What is read encodes
// to the same bytes, and entries do not depend on where the chunks end.
#include "sync/snapshot.h"

#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void check_frame(ByteView bytes) {
  const Frame frame{FrameType::snapshot, Bytes(bytes.begin(), bytes.end())};
  const auto part = decode_snapshot(frame);
  if (!part) return;
  std::visit([&](const auto& p) { hold(encode_frame(p) == frame, "a frame encodes to the bytes it came from"); },
             *part);
  if (const auto* stated = std::get_if<SignedManifest>(&*part)) {
    const auto manifest = decode_manifest(stated->manifest);
    hold(manifest && encode_manifest(*manifest) == stated->manifest, "a manifest has one form");
    hold(!manifest->chunks.empty() && manifest->chunks.size() <= limits::kSnapshotChunks,
         "a manifest keeps its bounds");
    const auto first = first_chunk(*manifest, manifest->chunks.back().first_seq);
    hold(first < manifest->chunks.size() && manifest->chunks[first].first_seq != 0, "a reader begins with an entry");
  }
}

// The bytes of all entries up to the first error, or up to where more would be needed.
Bytes entries_of(ByteView bytes, std::size_t step) {
  SnapshotReader reader;
  Bytes read;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.subspan(at, std::min(step, bytes.size() - at)));
    for (;;) {
      const auto next = reader.next();
      if (!next) return read;
      if (!*next) break;
      append_entry(read, **next);
    }
  }
  return read;
}

void run(ByteView input) {
  Draw draw(input);
  if (draw.below(2) == 0) return check_frame(draw.rest());
  const std::size_t step = 1 + draw.below(200);
  const ByteView bytes = draw.rest();
  if (bytes.empty()) return;
  const Bytes whole = entries_of(bytes, bytes.size());
  hold(whole.size() <= bytes.size() && std::equal(whole.begin(), whole.end(), bytes.begin()),
       "entries encode to the bytes they came from");
  hold(entries_of(bytes, step) == whole, "entries do not depend on the cuts");
}

void seeds(const AddSeed& add) {
  add("manifest", with_choice(0, encode_frame(SignedManifest{{}, encode_manifest(test::sample_manifest())}).bytes));
  add("chunk", with_choice(0, encode_frame(test::sample_snapshot_piece()).bytes));
  Bytes cut{40};
  append(cut, test::sample_snapshot_entries());
  add("entries", with_choice(1, cut));
}

}  // namespace

const Target snapshot{"snapshot", 64u << 10, "sync/snapshot.cpp", run, seeds};

}  // namespace tram::fuzz
