#include "sync/snapshot.h"

#include <algorithm>

#include "sync/limits.h"
#include "sync/store.h"

namespace tram::sync {
namespace {

constexpr std::string_view kMagic = "TRSN";
constexpr std::uint16_t kFormat = 1;
constexpr std::size_t kFixedPart = 212, kChunkEntry = 40;
constexpr std::size_t kEntryHead = 16, kSigned = 192 + 64, kBodyLengthAt = 140;
constexpr std::size_t kPayload = 96 + 4 * limits::kExceptions;
constexpr std::uint8_t kManifestPart = 1, kChunkPart = 2;
constexpr std::uint8_t kWithChangeset = 1, kOmitted = 2;
constexpr std::size_t kPieceHead = 1 + 32 + 4;

template <std::size_t N>
void copy_to(ByteArray<N>& to, ByteView from) {
  std::copy_n(from.begin(), N, to.begin());
}

}  // namespace

Bytes encode_manifest(const SnapshotManifest& m) {
  Bytes b;
  append(b, as_bytes(kMagic));
  append_le(b, kFormat);
  append_le(b, std::uint16_t{0});
  append(b, m.head);
  append(b, m.head_signature);
  append(b, m.digest);
  append_le(b, m.bytes);
  append_le(b, static_cast<std::uint32_t>(m.chunks.size()));
  append_le(b, std::uint64_t{0});
  for (const SnapshotChunk& chunk : m.chunks) {
    append_le(b, chunk.first_seq);
    append(b, chunk.id);
  }
  return b;
}

Result<SnapshotManifest> decode_manifest(ByteView b) {
  if (b.size() < kFixedPart) return errc::truncated;
  if (!std::equal(kMagic.begin(), kMagic.end(), b.begin())) return errc::bad_magic;
  if (load_le<std::uint16_t>(&b[4]) != kFormat) return errc::too_new;
  if (load_le<std::uint16_t>(&b[6]) != 0 || load_le<std::uint64_t>(&b[204]) != 0) return errc::bad_value;
  SnapshotManifest m;
  copy_to(m.head, b.subspan(8));
  copy_to(m.head_signature, b.subspan(96));
  copy_to(m.digest, b.subspan(160));
  m.bytes = load_le<std::uint64_t>(&b[192]);
  const auto count = load_le<std::uint32_t>(&b[200]);
  if (count > limits::kSnapshotChunks || m.bytes > std::uint64_t{count} * limits::kSnapshotChunkBytes)
    return errc::over_limit;
  if (b.size() < kFixedPart + count * kChunkEntry) return errc::truncated;
  if (b.size() > kFixedPart + count * kChunkEntry) return errc::trailing_bytes;
  const auto head = decode_stream_head(m.head);
  if (!head) return head.error();
  std::uint64_t last = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const ByteView at = b.subspan(kFixedPart + i * kChunkEntry);
    SnapshotChunk chunk{load_le<std::uint64_t>(at.data()), {}};
    copy_to(chunk.id, at.subspan(8));
    const bool in_order = i == 0 ? chunk.first_seq == 1 : chunk.first_seq == 0 || chunk.first_seq > last;
    if (!in_order || chunk.first_seq > head->seq) return errc::bad_value;
    last = std::max(last, chunk.first_seq);
    m.chunks.push_back(chunk);
  }
  return m;
}

Hash manifest_id(ByteView encoded) {
  return crypto::hash("TRM1-snapshot", {encoded});
}

Hash snapshot_chunk_id(ByteView chunk) {
  return crypto::hash("TRM1-snap-chunk", {chunk});
}

std::uint32_t first_chunk(const SnapshotManifest& m, std::uint64_t seq) {
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < m.chunks.size(); ++i)
    if (m.chunks[i].first_seq != 0 && m.chunks[i].first_seq <= seq) first = i;
  return first;
}

Frame encode_frame(const SignedManifest& m) {
  Bytes b{kManifestPart};
  append(b, m.signature);
  append(b, m.manifest);
  return {FrameType::snapshot, std::move(b)};
}

Frame encode_frame(const SnapshotPiece& piece) {
  Bytes b{kChunkPart};
  append(b, piece.manifest);
  append_le(b, piece.index);
  append(b, piece.bytes);
  return {FrameType::snapshot, std::move(b)};
}

Result<std::variant<SignedManifest, SnapshotPiece>> decode_snapshot(const Frame& frame) {
  if (frame.type != FrameType::snapshot) return errc::bad_value;
  const ByteView b = frame.bytes;
  if (b.empty()) return errc::truncated;
  if (b[0] == kManifestPart) {
    if (b.size() < 1 + 64) return errc::truncated;
    SignedManifest m;
    copy_to(m.signature, b.subspan(1));
    const ByteView rest = b.subspan(1 + 64);
    const auto read = decode_manifest(rest);
    if (!read) return read.error();
    if (read->chunks.empty()) return errc::bad_value;
    m.manifest.assign(rest.begin(), rest.end());
    return m;
  }
  if (b[0] != kChunkPart) return errc::too_new;
  if (b.size() <= kPieceHead) return errc::truncated;
  if (b.size() > kPieceHead + limits::kSnapshotChunkBytes) return errc::over_limit;
  SnapshotPiece piece;
  copy_to(piece.manifest, b.subspan(1));
  piece.index = load_le<std::uint32_t>(&b[33]);
  const ByteView rest = b.subspan(kPieceHead);
  piece.bytes.assign(rest.begin(), rest.end());
  return piece;
}

void append_entry(Bytes& out, const SnapshotEntry& e) {
  out.push_back(static_cast<std::uint8_t>(e.entry.type));
  out.push_back(e.changeset ? kWithChangeset : e.omitted ? kOmitted : std::uint8_t{0});
  append_le(out, std::uint16_t{0});
  append_le(out, static_cast<std::uint32_t>(e.entry.payload.size()));
  append_le(out, e.entry.seq);
  append(out, e.entry.payload);
  if (!e.changeset) return;
  append(out, e.changeset->header);
  append(out, e.changeset->signature);
  append(out, e.changeset->body);
}

void SnapshotReader::feed(ByteView chunk) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  append(bytes_, chunk);
}

Result<std::optional<SnapshotEntry>> SnapshotReader::next() {
  const ByteView left = ByteView(bytes_).subspan(at_);
  if (left.size() < kEntryHead) return std::optional<SnapshotEntry>();
  const std::uint8_t type = left[0], flags = left[1];
  const auto length = load_le<std::uint32_t>(&left[4]);
  if (type < 1 || type > 3) return errc::too_new;
  const bool receipt = type == static_cast<std::uint8_t>(EntryType::receipt);
  if (flags > kOmitted || (flags != 0 && !receipt) || load_le<std::uint16_t>(&left[2]) != 0) return errc::bad_value;
  if (length > kPayload) return errc::over_limit;
  SnapshotEntry e;
  e.entry.type = static_cast<EntryType>(type);
  e.entry.seq = load_le<std::uint64_t>(&left[8]);
  e.omitted = flags == kOmitted;
  std::size_t size = kEntryHead + length;
  if (left.size() < size) return std::optional<SnapshotEntry>();
  const ByteView payload = left.subspan(kEntryHead, length);
  e.entry.payload.assign(payload.begin(), payload.end());
  if (flags == kWithChangeset) {
    if (left.size() < size + kSigned) return std::optional<SnapshotEntry>();
    const auto body = load_le<std::uint32_t>(&left[size + kBodyLengthAt]);
    if (body > limits::kBodyBytes) return errc::over_limit;
    if (left.size() < size + kSigned + body) return std::optional<SnapshotEntry>();
    e.changeset.emplace();
    copy_to(e.changeset->header, left.subspan(size));
    copy_to(e.changeset->signature, left.subspan(size + 192));
    const ByteView bytes = left.subspan(size + kSigned, body);
    e.changeset->body.assign(bytes.begin(), bytes.end());
    size += kSigned + body;
  }
  at_ += size;
  return std::optional<SnapshotEntry>(std::move(e));
}

void forget_snapshots(Store& store) {
  for (const StreamRow& stream : store.streams()) store.drop_snapshot(stream.id);
}

}  // namespace tram::sync
