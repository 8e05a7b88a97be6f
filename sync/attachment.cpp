// Chunk ids, bitmaps, and the frames BLOB and WANT.
#include "sync/attachment.h"

#include <algorithm>
#include <bit>

#include "sync/wire/archive.h"

namespace tram::sync {

Hash blob_key(const ByteArray<16>& nonce) {
  return crypto::hash("TRM1-blob", {nonce});
}

ChunkId chunk_id(const Hash& key, ByteView chunk) {
  return crypto::keyed_hash("TRM1-blob", key, {chunk});
}

std::uint32_t chunks_of(std::uint64_t size) {
  return static_cast<std::uint32_t>((size + limits::kChunkBytes - 1) / limits::kChunkBytes);
}

std::size_t chunk_length(std::uint64_t size, std::uint32_t index) {
  const std::uint64_t from = std::uint64_t{index} * limits::kChunkBytes;
  return static_cast<std::size_t>(std::min<std::uint64_t>(limits::kChunkBytes, size - from));
}

Bytes encode_chunk_list(std::span<const ChunkId> chunks) {
  Bytes out;
  out.reserve(chunks.size() * sizeof(ChunkId));
  for (const ChunkId& id : chunks) append(out, id);
  return out;
}

Result<std::vector<ChunkId>> decode_chunk_list(ByteView bytes) {
  if (bytes.size() % sizeof(ChunkId) != 0) return errc::bad_value;
  if (bytes.size() / sizeof(ChunkId) > limits::kChunksPerFile) return errc::over_limit;
  std::vector<ChunkId> chunks(bytes.size() / sizeof(ChunkId));
  for (ChunkId& id : chunks) {
    std::copy_n(bytes.begin(), id.size(), id.begin());
    bytes = bytes.subspan(id.size());
  }
  return chunks;
}

// --- bitmaps ---------------------------------------------------------------------------------------------------------

Result<Bitmap> Bitmap::read(std::uint32_t count, ByteView bytes) {
  Bitmap map(count);
  if (bytes.size() != map.bytes_.size()) return errc::bad_value;
  if (count % 8 != 0 && (bytes.back() >> (count % 8)) != 0) return errc::bad_value;
  std::copy(bytes.begin(), bytes.end(), map.bytes_.begin());
  return map;
}

Bitmap Bitmap::stored(std::uint32_t count, ByteView bytes) {
  auto map = read(count, bytes);
  return map ? std::move(*map) : Bitmap(count);
}

std::uint32_t Bitmap::number() const {
  int set = 0;
  for (const std::uint8_t b : bytes_) set += std::popcount(b);
  return static_cast<std::uint32_t>(set);
}

bool Bitmap::adds_to(const Bitmap& other) const {
  for (std::size_t i = 0; i < bytes_.size(); ++i)
    if ((bytes_[i] & ~other.bytes_[i]) != 0) return true;
  return false;
}

// --- frames ----------------------------------------------------------------------------------------------------------

Frame encode_frame(const Blob& blob) {
  Bytes b;
  b.reserve(kBlobHead + blob.bytes.size());
  append(b, blob.home.view());
  append(b, blob.id);
  append(b, blob.bytes);
  return {FrameType::blob, std::move(b)};
}

Result<Blob> decode_blob(const Frame& frame) {
  if (frame.type != FrameType::blob) return errc::bad_value;
  if (frame.bytes.size() <= kBlobHead) return errc::truncated;
  if (frame.bytes.size() > kBlobHead + limits::kChunkBytes) return errc::over_limit;
  const ByteView in = frame.bytes;
  Blob blob;
  blob.home = RecordId::from(in);
  std::copy_n(in.begin() + 16, blob.id.size(), blob.id.begin());
  blob.bytes.assign(in.begin() + kBlobHead, in.end());
  return blob;
}

namespace {

// A bitmap in the archive: number of things, then its bytes raw, whose length follows from the number.
template <class A>
void carry(A& ar, Bitmap& map, std::uint32_t most) {
  std::uint32_t count = map.count();
  ar(count);
  if (count > most) throw wire::WireError{errc::over_limit};
  if constexpr (std::is_same_v<A, wire::Writer>) {
    ar.raw(map.bytes());
  } else {
    auto read = Bitmap::read(count, ar.raw((count + 7) / 8));
    if (!read) throw wire::WireError{errc::bad_value};
    map = std::move(*read);
  }
}

// Places that the design names and nothing uses yet: stream priorities and log ranges.
template <class A>
void reserved_list(A& ar) {
  std::uint8_t none = 0;
  ar(none);
  if (none != 0) throw wire::WireError{errc::too_new};
}

}  // namespace

template <class A>
void serialize(A& ar, FileHave& f) {
  auto answer = static_cast<std::uint8_t>(f.answer);
  ar(f.attachment, answer);
  if (answer > 2) throw wire::WireError{errc::bad_value};
  f.answer = static_cast<FileAnswer>(answer);
  carry(ar, f.have, limits::kChunksPerFile);
}
template <class A>
void serialize(A& ar, PartsHave& p) {
  ar(p.changeset);
  carry(ar, p.have, limits::kPartsPerChangeset);
}
template <class A>
void serialize(A& ar, Want& w) {
  ar(w.byte_budget);
  reserved_list(ar);
  reserved_list(ar);
  ar(w.files, w.parts);
  if (w.files.size() > limits::kWantFiles || w.parts.size() > 1) throw wire::WireError{errc::over_limit};
}

Frame encode_frame(const Want& want) {
  return {FrameType::want, wire::encode(want)};
}

Result<Want> decode_want(const Frame& frame) {
  if (frame.type != FrameType::want) return errc::bad_value;
  return wire::decode<Want>(frame.bytes);
}

}  // namespace tram::sync
