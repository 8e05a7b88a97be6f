// A snapshot of an organisation's stream (sync design 8; docs/formats/sync.md "Snapshots"): its entries up to one place
// with the changesets that still count, cut into chunks that are named by their hash under one signed manifest. Here
// its bytes; the hub's making of it and the site's use of it are engine_snapshot_{hub,site}.cpp.
#pragma once
#include <optional>
#include <variant>
#include <vector>

#include "sync/frames.h"

namespace tram::sync {

struct SnapshotChunk {
  std::uint64_t first_seq = 0;  // of the entry that begins it; 0: it goes on with the one before
  Hash id{};
  bool operator==(const SnapshotChunk&) const = default;
};

struct SnapshotManifest {
  ByteArray<88> head{};  // of the stream at the last entry of the snapshot
  crypto::Signature head_signature{};
  Hash digest{};            // of the homes in the organisation's scope at that place (digest.h)
  std::uint64_t bytes = 0;  // of all chunks
  std::vector<SnapshotChunk> chunks;
  bool operator==(const SnapshotManifest&) const = default;
};
Bytes encode_manifest(const SnapshotManifest& manifest);
// Also of one that holds no chunk yet; in a frame that is refused.
Result<SnapshotManifest> decode_manifest(ByteView bytes);
Hash manifest_id(ByteView encoded);
Hash snapshot_chunk_id(ByteView chunk);
// The chunk in which a reader begins that has every entry below `seq`.
std::uint32_t first_chunk(const SnapshotManifest& manifest, std::uint64_t seq);

// SNAPSHOT: u8 part | bytes. Part 1: signature 64 | manifest, signed with purpose "snapshot". Part 2: manifest id 32 |
// u32 index | the bytes of one chunk.
struct SignedManifest {
  crypto::Signature signature{};
  Bytes manifest;
  bool operator==(const SignedManifest&) const = default;
};
struct SnapshotPiece {
  Hash manifest{};
  std::uint32_t index = 0;
  Bytes bytes;
  bool operator==(const SnapshotPiece&) const = default;
};
Frame encode_frame(const SignedManifest& manifest);
Frame encode_frame(const SnapshotPiece& piece);
Result<std::variant<SignedManifest, SnapshotPiece>> decode_snapshot(const Frame& frame);

// An entry as it lies in the chunks. `omitted`: a receipt of a home that had left the scope, or came again later with
// all its history: its changeset is not here, and it is folded by nobody.
struct SnapshotEntry {
  StreamEntry entry;
  bool omitted = false;
  std::optional<Changeset> changeset;
  bool operator==(const SnapshotEntry&) const = default;
};
void append_entry(Bytes& out, const SnapshotEntry& entry);

// Entries from chunks in their order; one may reach over several of them.
class SnapshotReader {
 public:
  void feed(ByteView chunk);
  // None: more bytes are needed first.
  Result<std::optional<SnapshotEntry>> next();
  bool empty() const { return at_ == bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

// The hub's copies of a body that is to be gone go with it; they are made anew when somebody needs them.
class Store;
void forget_snapshots(Store& store);

}  // namespace tram::sync
