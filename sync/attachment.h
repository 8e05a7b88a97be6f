// Attachments: how a file becomes chunks, and the two frames that carry them (sync design 11; docs/formats/sync.md
// "Attachments"). What is sent when is decided in engine_attachments.cpp; rows lie behind store.h; the record that
// names a file is of `tasks`.
#pragma once
#include <span>
#include <vector>

#include "sync/container.h"
#include "sync/errc.h"
#include "sync/limits.h"

namespace tram::sync {

using ChunkId = Hash;

// Chunks are keyed per home, so equal files in two homes have unlike ids, and an id tells nothing about a file.
Hash blob_key(const ByteArray<16>& nonce);  // of the home's record.create
ChunkId chunk_id(const Hash& blob_key, ByteView chunk);

// How a file of that size is cut: all chunks but the last are full. Precondition of both: size <= kAttachmentBytes.
std::uint32_t chunks_of(std::uint64_t size);
std::size_t chunk_length(std::uint64_t size, std::uint32_t index);

// The value of the record's chunk list: the ids one after another, in the file's order.
Bytes encode_chunk_list(std::span<const ChunkId> chunks);
Result<std::vector<ChunkId>> decode_chunk_list(ByteView bytes);

// Which of `count` things are there: bit i of byte i / 8, the lowest first; spare bits are zero.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::uint32_t count) : count_(count), bytes_((count + 7) / 8) {}
  // Errors: bad_value (wrong length, or a spare bit set).
  static Result<Bitmap> read(std::uint32_t count, ByteView bytes);
  // What was stored; nothing there when it does not fit.
  static Bitmap stored(std::uint32_t count, ByteView bytes);

  bool has(std::uint32_t i) const { return (bytes_[i / 8] & (1u << (i % 8))) != 0; }
  void set(std::uint32_t i) { bytes_[i / 8] = static_cast<std::uint8_t>(bytes_[i / 8] | (1u << (i % 8))); }
  std::uint32_t count() const { return count_; }
  std::uint32_t number() const;  // of things that are there
  bool full() const { return number() == count_; }
  // Is something there that `other` lacks? Precondition: equal counts.
  bool adds_to(const Bitmap& other) const;
  const Bytes& bytes() const { return bytes_; }
  bool operator==(const Bitmap&) const = default;

 private:
  std::uint32_t count_ = 0;
  Bytes bytes_;
};

// --- frames ----------------------------------------------------------------------------------------------------------

// BLOB: home 16 | chunk id 32 | 1 to 262,144 bytes.
struct Blob {
  RecordId home;
  ChunkId id{};
  Bytes bytes;
  bool operator==(const Blob&) const = default;
};
inline constexpr std::size_t kBlobHead = 48;

// What the sender of a WANT says of one file.
enum class FileAnswer : std::uint8_t {
  open = 0,     // gives what it has and takes what it lacks
  paused = 1,   // takes nothing at this moment: quota
  unknown = 2,  // nothing here, or nothing for you: both look alike
};
struct FileHave {
  RecordId attachment;
  FileAnswer answer = FileAnswer::open;
  Bitmap have;  // of no chunks when unknown
  bool operator==(const FileHave&) const = default;
};
struct PartsHave {  // of one changeset that comes in parts
  Hash changeset{};
  Bitmap have;
  bool operator==(const PartsHave&) const = default;
};
// WANT, both ways: what its sender already has of the things that are under way.
struct Want {
  std::uint64_t byte_budget = 0;  // what it takes in the answer: records first, chunks in what is left
  std::vector<FileHave> files;    // at most kWantFiles
  std::vector<PartsHave> parts;   // at most one
  bool operator==(const Want&) const = default;
};

Frame encode_frame(const Blob& blob);
Frame encode_frame(const Want& want);
Result<Blob> decode_blob(const Frame& frame);
Result<Want> decode_want(const Frame& frame);

}  // namespace tram::sync
