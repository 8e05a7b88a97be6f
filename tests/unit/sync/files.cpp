// Files of the engine tests.
#include "files.h"

#include "sync/limits.h"

namespace tram::sync::test {
namespace {

std::vector<Bytes> cut(ByteView file) {
  std::vector<Bytes> chunks;
  for (std::uint32_t i = 0; i < chunks_of(file.size()); ++i) {
    const ByteView piece = file.subspan(i * limits::kChunkBytes, chunk_length(file.size(), i));
    chunks.emplace_back(piece.begin(), piece.end());
  }
  return chunks;
}

}  // namespace

Bytes content(std::uint32_t chunks, std::size_t more) {
  static std::mt19937_64 random(7);
  Bytes made(chunks * limits::kChunkBytes + more);
  for (std::uint8_t& b : made) b = static_cast<std::uint8_t>(random());
  return made;
}

std::vector<Operation> attaching(Party& party, const RecordId& home, ByteView file, RecordId& record) {
  const auto key = party.with([&](Store& s) { return blob_key_of_home(s, home); });
  if (!key) throw std::runtime_error(party.code + " does not know that home");
  std::vector<ChunkId> ids;
  for (const Bytes& chunk : cut(file)) ids.push_back(chunk_id(*key, chunk));
  const auto nonce = filled<16>(party.world.nonce++);
  record = record_id(party.device, nonce);
  return {create(record, nonce, kFile, home),
          set(record, kFileSize, Value::integer(static_cast<std::int64_t>(file.size()))),
          set(record, kFileChunks, Value(Value::Variant(Structure{encode_chunk_list(ids)})))};
}

RecordId attach(Party& party, const RecordId& home, ByteView file) {
  RecordId record;
  auto operations = attaching(party, home, file, record);
  party.with([&](Store& s) {
    const Hash key = *blob_key_of_home(s, home);
    for (const Bytes& chunk : cut(file)) s.put_chunk(home, chunk_id(key, chunk), chunk, party.world.now_ms);
  });
  party.write(home, std::move(operations));
  return record;
}

std::optional<std::uint32_t> chunks_at(Party& party, const RecordId& attachment) {
  return party.with([&](Store& s) -> std::optional<std::uint32_t> {
    const auto file = s.file(attachment);
    if (!file) return std::nullopt;
    const std::uint32_t here = present(s, *file).number();
    if (file->state == FileState::live) {
      EXPECT_EQ(file->missing, file->chunks - here) << "the count of missing chunks";
    }
    return here;
  });
}

Bytes file_at(Party& party, const RecordId& attachment) {
  return party.with([&](Store& s) {
    Bytes whole;
    const auto file = s.file(attachment);
    if (!file) return whole;
    for (const ChunkId& id : s.chunk_list(attachment)) {
      const auto chunk = s.chunk(file->home, id);
      if (!chunk) return Bytes();
      append(whole, *chunk);
    }
    return whole;
  });
}

Prepare with_chunks(std::size_t chunks) {
  return {1u << 20, false, {}, chunks * (limits::kChunkBytes + kBlobHead)};
}

Prepare by_stick() {
  return {200u << 20, true, {}, 200u << 20};
}

std::vector<Frame> only(const std::vector<Frame>& frames, FrameType type) {
  std::vector<Frame> found;
  for (const Frame& f : frames)
    if (f.type == type) found.push_back(f);
  return found;
}

std::vector<Frame> without(const std::vector<Frame>& frames, FrameType type) {
  std::vector<Frame> found;
  for (const Frame& f : frames)
    if (f.type != type) found.push_back(f);
  return found;
}

}  // namespace tram::sync::test
