// BLOB, WANT and PART: each comes back, and every cut, count and spare bit is refused; their golden vectors.
#include <gtest/gtest.h>

#include "samples.h"
#include "sync/attachment.h"
#include "sync/limits.h"
#include "sync/parts.h"
#include "vector_lines.h"

namespace tram::sync::test {
namespace {

Bitmap bitmap(std::uint32_t count, std::initializer_list<std::uint32_t> set) {
  Bitmap made(count);
  for (const std::uint32_t i : set) made.set(i);
  return made;
}

Blob sample_blob() {
  return {id<RecordId>(0xC1), hash_of(0xB1), Bytes{0x01, 0x02, 0x03}};
}
Want sample_want() {
  return {300'000,
          {{id<RecordId>(0xC2), FileAnswer::open, bitmap(11, {0, 2, 10})},
           {id<RecordId>(0xC3), FileAnswer::paused, bitmap(1, {})},
           {id<RecordId>(0xC4), FileAnswer::unknown, Bitmap()}},
          {{hash_of(0xB2), bitmap(3, {1})}}};
}
// The second and last part of a changeset of 262,144 + 3 bytes.
Part sample_part() {
  return {hash_of(0xB3), 1, 2, 262'147, Bytes{0x0A, 0x0B, 0x0C}};
}

template <class T, class Decode>
void round_trip(const T& value, Decode decode, bool cut_is_refused = true) {
  const Frame frame = encode_frame(value);
  const auto back = decode(frame);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, value);
  for (std::size_t size = 0; cut_is_refused && size < frame.bytes.size(); ++size) {
    Frame cut = frame;
    cut.bytes.resize(size);
    EXPECT_FALSE(decode(cut)) << size;
  }
  Frame other = frame;
  other.type = FrameType::report;
  EXPECT_EQ(decode(other).error(), errc::bad_value);
}

TEST(AttachmentFrames, ComeBackAndAreRefusedWhenCut) {
  round_trip(sample_blob(), decode_blob, false);
  round_trip(sample_want(), decode_want);
  round_trip(Want{}, decode_want);
  round_trip(sample_part(), decode_part);
  Frame longer = encode_frame(sample_want());
  longer.bytes.push_back(0);
  EXPECT_EQ(decode_want(longer).error(), errc::trailing_bytes);
}

TEST(AttachmentFrames, ABlobHoldsOneToOneChunkOfBytes) {
  Blob blob = sample_blob();
  blob.bytes.resize(limits::kChunkBytes);
  EXPECT_LE(encode_frame(blob).bytes.size(), limits::kFrameBytes);
  EXPECT_TRUE(decode_blob(encode_frame(blob)));
  blob.bytes.push_back(0);
  EXPECT_EQ(decode_blob(encode_frame(blob)).error(), errc::over_limit);
  blob.bytes.clear();
  EXPECT_EQ(decode_blob(encode_frame(blob)).error(), errc::truncated);
}

TEST(AttachmentFrames, AWantStaysWithinItsCounts) {
  Want want;
  want.files.resize(limits::kWantFiles, {id<RecordId>(1), FileAnswer::open, Bitmap(limits::kChunksPerFile)});
  EXPECT_LE(encode_frame(want).bytes.size(), limits::kFrameBytes);
  EXPECT_TRUE(decode_want(encode_frame(want)));
  struct Case {
    const char* what;
    std::size_t at;
    std::uint8_t byte;
    errc code;
  };
  // budget varint 3 | 0 | 0 | 3 files | C2 x 16 | answer | 11 chunks | bitmap 2 | C3 ...
  const Case cases[] = {{"a stream priority", 3, 1, errc::too_new},
                        {"a log range", 4, 1, errc::too_new},
                        {"a fourth answer", 22, 3, errc::bad_value},
                        {"a bit after the last chunk", 25, 0x0C, errc::bad_value},
                        {"64 chunks and two bytes of bitmap", 23, 64, errc::bad_value}};
  for (const Case& c : cases) {
    Frame frame = encode_frame(sample_want());
    frame.bytes.at(c.at) = c.byte;
    const auto back = decode_want(frame);
    ASSERT_FALSE(back) << c.what;
    if (std::string_view(c.what).starts_with("64")) continue;  // whatever it then reads
    EXPECT_EQ(back.error(), c.code) << c.what;
  }
  want.files.resize(limits::kWantFiles + 1);
  EXPECT_ANY_THROW((void)encode_frame(want)) << "a guarantee of the program itself";
}

TEST(AttachmentFrames, APartFitsItsPlace) {
  struct Case {
    const char* what;
    std::size_t at;
    Bytes put;
    errc code;
  };
  const Case cases[] = {{"index = count", 32, {2, 0, 0, 0}, errc::bad_value},
                        {"first of two, but short", 32, {0, 0, 0, 0}, errc::bad_value},
                        {"three parts of two", 36, {3, 0, 0, 0}, errc::bad_value},
                        {"longer than it says", 40, {2, 0, 4, 0}, errc::bad_value},
                        {"less than a header", 40, {255, 0, 0, 0}, errc::bad_value},
                        {"above the cap", 40, {1, 1, 0x40, 0}, errc::over_limit},
                        {"2^32 - 1", 40, {255, 255, 255, 255}, errc::over_limit}};
  for (const Case& c : cases) {
    Frame frame = encode_frame(sample_part());
    std::copy(c.put.begin(), c.put.end(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(c.at));
    const auto back = decode_part(frame);
    ASSERT_FALSE(back) << c.what;
    EXPECT_EQ(back.error(), c.code) << c.what;
  }
}

TEST(AttachmentFrames, AChunkListIsWholeIdsOfAtMostOneFile) {
  const std::vector<ChunkId> two = {hash_of(1), hash_of(2)};
  const Bytes bytes = encode_chunk_list(two);
  EXPECT_EQ(*decode_chunk_list(bytes), two);
  EXPECT_EQ(decode_chunk_list(ByteView(bytes).first(63)).error(), errc::bad_value);
  EXPECT_TRUE(decode_chunk_list(Bytes(32 * limits::kChunksPerFile)));
  EXPECT_EQ(decode_chunk_list(Bytes(32 * (limits::kChunksPerFile + 1))).error(), errc::over_limit);
}

TEST(AttachmentFrames, AFileIsCutIntoFullChunksAndARest) {
  EXPECT_EQ(chunks_of(0), 0u);
  EXPECT_EQ(chunks_of(1), 1u);
  EXPECT_EQ(chunks_of(limits::kChunkBytes), 1u);
  EXPECT_EQ(chunks_of(limits::kChunkBytes + 1), 2u);
  EXPECT_EQ(chunks_of(limits::kAttachmentBytes), limits::kChunksPerFile);
  EXPECT_EQ(chunk_length(limits::kChunkBytes + 1, 0), limits::kChunkBytes);
  EXPECT_EQ(chunk_length(limits::kChunkBytes + 1, 1), 1u);
}

TEST(AttachmentGolden, VectorsAreReproducedAndRead) {
  const Hash key = blob_key(filled<16>(0x5A));
  const ChunkId chunk = chunk_id(key, as_bytes("a chunk"));
  expect_vectors(TRAM_SOURCE_DIR "/tests/vectors/sync/attachments.txt",
                 "Attachments and changesets in parts: frames without length and type, keys and ids.",
                 {{"blob_key", "H(TRM1-blob, nonce 16 x 5a)", Bytes(key.begin(), key.end())},
                  {"chunk_id", "HK(TRM1-blob, blob_key, \"a chunk\")", Bytes(chunk.begin(), chunk.end())},
                  {"blob", "home c1.., chunk id b1.., three bytes", encode_frame(sample_blob()).bytes},
                  {"want", "budget 300,000; 3 of 11 chunks, paused, unknown; part 1 of 3 of changeset b2..",
                   encode_frame(sample_want()).bytes},
                  {"want_empty", "nothing under way", encode_frame(Want{}).bytes},
                  {"part", "the last of two, of 262,147 bytes", encode_frame(sample_part()).bytes}});
  EXPECT_EQ(*decode_want({FrameType::want, encode_frame(sample_want()).bytes}), sample_want());
}

}  // namespace
}  // namespace tram::sync::test
