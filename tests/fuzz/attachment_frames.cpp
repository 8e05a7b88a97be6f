// Z2: what is said and sent of attachments. Input: which - WANT, BLOB, or a chunk list - and the bytes. What is read
// encodes to the same bytes, and keeps its bounds.
#include "sync/attachment.h"

#include "sync/limits.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/sync/samples.h"

namespace tram::fuzz {
namespace {

using namespace sync;

void hold_bounds(const Bitmap& map, std::uint32_t most) {
  hold(map.count() <= most && map.number() <= map.count(), "a bitmap keeps its bounds");
  hold(map.full() == (map.number() == map.count()) && !map.adds_to(map), "a bitmap adds nothing to itself");
  const Bitmap stored = Bitmap::stored(map.count(), map.bytes());
  hold(stored == map, "a bitmap is read as it was stored");
}

void check_want(const Frame& frame) {
  const auto want = decode_want(frame);
  if (!want) return;
  hold(encode_frame(*want) == frame, "WANT encodes to the bytes it came from");
  hold(want->files.size() <= limits::kWantFiles && want->parts.size() <= 1, "WANT keeps its bounds");
  for (const FileHave& file : want->files) hold_bounds(file.have, limits::kChunksPerFile);
  for (const PartsHave& parts : want->parts) hold_bounds(parts.have, limits::kPartsPerChangeset);
}

void check_blob(const Frame& frame) {
  const auto blob = decode_blob(frame);
  if (!blob) return;
  hold(encode_frame(*blob) == frame, "BLOB encodes to the bytes it came from");
  hold(!blob->bytes.empty() && blob->bytes.size() <= limits::kChunkBytes, "a chunk keeps its bounds");
  const Hash key = blob_key(blob->home.bytes);
  Bytes other = blob->bytes;
  other.front() ^= 1;
  hold(chunk_id(key, other) != chunk_id(key, blob->bytes), "other bytes are another chunk");
}

void check_list(ByteView bytes) {
  const auto list = decode_chunk_list(bytes);
  if (!list) return;
  const Bytes again = encode_chunk_list(*list);
  hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a chunk list has one form");
  const std::uint64_t size = std::uint64_t{list->size()} * limits::kChunkBytes;
  hold(chunks_of(size) == list->size(), "so many chunks hold so many bytes");
  if (!list->empty()) hold(chunk_length(size, 0) == limits::kChunkBytes, "every chunk but the last is full");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(3);
  const ByteView rest = draw.rest();
  if (which == 0) return check_want({FrameType::want, Bytes(rest.begin(), rest.end())});
  if (which == 1) return check_blob({FrameType::blob, Bytes(rest.begin(), rest.end())});
  check_list(rest);
}

Bitmap some_of(std::uint32_t count, std::initializer_list<std::uint32_t> there) {
  Bitmap map(count);
  for (const std::uint32_t at : there) map.set(at);
  return map;
}

void seeds(const AddSeed& add) {
  Want want;
  add("want_nothing", with_choice(0, encode_frame(want).bytes));
  want.byte_budget = 1u << 20;
  want.files = {{test::id<RecordId>(0x31), FileAnswer::open, some_of(9, {0, 3, 8})},
                {test::id<RecordId>(0x32), FileAnswer::paused, some_of(1, {0})},
                {test::id<RecordId>(0x33), FileAnswer::unknown, Bitmap(0)}};
  want.parts = {{test::sample_changeset().hash(), some_of(3, {1})}};
  add("want", with_choice(0, encode_frame(want).bytes));
  add("blob", with_choice(1, encode_frame(Blob{test::id<RecordId>(0x31), test::filled<32>(0x44), Bytes(40, 7)}).bytes));
  const std::vector<ChunkId> chunks = {test::filled<32>(0x44), test::filled<32>(0x45)};
  add("chunk_list", with_choice(2, encode_chunk_list(chunks)));
}

}  // namespace

const Target attachment_frames{"attachment_frames", 64u << 10, "sync/attachment.cpp", run, seeds};

}  // namespace tram::fuzz
