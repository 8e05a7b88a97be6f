// Frames and segments: each comes back, and every cut, count and reserved byte is refused.
#include <gtest/gtest.h>

#include "samples.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

template <class T, class Decode>
void round_trip(const T& value, Decode decode, FrameType type) {
  const Frame frame = encode_frame(value);
  EXPECT_EQ(frame.type, type);
  const auto back = decode(frame);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, value);
  EXPECT_EQ(encode_frame(*back), frame);
  for (std::size_t size = 0; size < frame.bytes.size(); ++size) {
    Frame cut = frame;
    cut.bytes.resize(size);
    EXPECT_FALSE(decode(cut)) << size;
  }
  Frame longer = frame;
  longer.bytes.push_back(0);
  EXPECT_FALSE(decode(longer));
  Frame other = frame;
  other.type = FrameType::blob;
  ASSERT_FALSE(decode(other));
  EXPECT_EQ(decode(other).error(), errc::bad_value);
}

TEST(Frames, ComeBackAndAreRefusedWhenCut) {
  round_trip(sample_hello_to_hub(), decode_hello_to_hub, FrameType::hello);
  round_trip(sample_hello_to_node(), decode_hello_to_node, FrameType::hello);
  round_trip(sample_have(), decode_have, FrameType::have);
  round_trip(sample_notice(), decode_notice, FrameType::notice);
  round_trip(sample_delivery(), decode_delivery, FrameType::delivery);
  round_trip(sample_changesets(), decode_changesets, FrameType::changesets);
  round_trip(sample_stream(), decode_stream, FrameType::stream);
}

TEST(Frames, OfDirectoryEntriesComeBack) {
  const DirectorySegment segment = sample_directory_segment();
  const Frame frame = encode_frame(segment);
  const auto back = decode_directory(frame);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->entries, segment.entries);
  for (std::size_t size = 0; size < frame.bytes.size(); ++size) {
    Frame cut = frame;
    cut.bytes.resize(size);
    EXPECT_FALSE(decode_directory(cut)) << size;
  }
}

// What came later stands at the end, and is left out where there is nothing: older bytes read the same.
TEST(Frames, ListsForARestoredHubAreWrittenOnlyWhenTheyHoldSomething) {
  HelloToNode without = sample_hello_with_resupply();
  without.resupply.clear();
  const Frame plain = encode_frame(without);
  const Frame asking = encode_frame(sample_hello_with_resupply());
  EXPECT_TRUE(std::equal(plain.bytes.begin(), plain.bytes.end(), asking.bytes.begin()));
  EXPECT_EQ(decode_hello_to_node(asking).value(), sample_hello_with_resupply());
  const Frame have = encode_frame(sample_have());
  const Frame more = encode_frame(sample_have_with_earlier());
  EXPECT_TRUE(std::equal(have.bytes.begin(), have.bytes.end(), more.bytes.begin()));
  EXPECT_EQ(decode_have(more).value(), sample_have_with_earlier());
  Frame empty_hello = plain, empty_have = have;
  empty_hello.bytes.push_back(0);  // an empty list that is there all the same
  empty_have.bytes.push_back(0);
  EXPECT_EQ(decode_hello_to_node(empty_hello).error(), errc::not_canonical);
  EXPECT_EQ(decode_have(empty_have).error(), errc::not_canonical);
  for (std::size_t size = plain.bytes.size() + 1; size < asking.bytes.size(); ++size) {
    Frame cut = asking;
    cut.bytes.resize(size);
    EXPECT_FALSE(decode_hello_to_node(cut)) << size;
  }
  HelloToNode many = sample_hello_to_node();
  many.resupply.resize(limits::kStreamsPerSite + 1);
  EXPECT_TRUE(decode_hello_to_node(encode_frame(many)));
  Have deep = sample_have_with_earlier();
  deep.earlier[0].at.resize(limits::kEarlierChains);
  EXPECT_TRUE(decode_have(encode_frame(deep)));
}

TEST(Frames, OfResupplyComeBackAndAreRefusedWhenCut) {
  const Frame stream = encode_resupply(sample_stream());
  const Frame directory = encode_resupply(sample_directory_segment());
  EXPECT_EQ(std::get<StreamSegment>(decode_resupply(stream).value()), sample_stream());
  EXPECT_EQ(std::get<DirectorySegment>(decode_resupply(directory).value()).entries, sample_directory_segment().entries);
  for (const Frame& frame : {stream, directory}) {
    for (std::size_t size = 0; size < frame.bytes.size(); ++size) {
      Frame cut = frame;
      cut.bytes.resize(size);
      EXPECT_FALSE(decode_resupply(cut)) << size;
    }
  }
  Frame other = stream;
  other.bytes[0] = 3;
  EXPECT_EQ(decode_resupply(other).error(), errc::too_new);
  other.type = FrameType::stream;
  EXPECT_EQ(decode_resupply(other).error(), errc::bad_value);
}

TEST(Frames, HaveHoldsAtMost64StreamsAndBundles) {
  Have have;
  have.streams.resize(limits::kStreamsPerSite);
  have.unanswered.resize(64);
  EXPECT_TRUE(decode_have(encode_frame(have)));
  Frame frame = encode_frame(sample_have());
  ASSERT_EQ(frame.bytes[1], 1);  // number of streams
  frame.bytes[1] = 65;
  EXPECT_FALSE(decode_have(frame));
}

TEST(Frames, DeliveryHoldsAtMost64Ranges) {
  DeliveryRecord record = sample_delivery();
  record.missing.assign(64, {1, 2});
  EXPECT_TRUE(decode_delivery(encode_frame(record)));
}

template <class Decode>
void refuse_each(const Frame& good, Decode decode, std::initializer_list<Refusal> cases) {
  ASSERT_TRUE(decode(good));
  for (const Refusal& c : cases) {
    Frame bad = good;
    std::copy(c.bytes.begin(), c.bytes.end(), bad.bytes.begin() + static_cast<std::ptrdiff_t>(c.offset));
    const auto back = decode(bad);
    ASSERT_FALSE(back) << c.name;
    EXPECT_EQ(back.error(), c.code) << c.name;
  }
}

TEST(ChangesetSegment, RefusesEachBadField) {
  refuse_each(encode_plain(sample_changesets()), decode_changesets,
              {{"first seq 0", 16, Bytes(8, 0), errc::bad_value},
               {"count 0", 24, Bytes(4, 0), errc::bad_value},
               {"count of 2^32-1", 24, Bytes(4, 0xFF), errc::over_limit},
               {"an encoding of a later program", 28, {2}, errc::too_new},
               {"body length above 4 MiB", 29 + 140, {1, 0, 0x40, 0}, errc::over_limit},
               {"body length beyond the frame", 29 + 140, {0, 0, 0x10, 0}, errc::truncated},
               {"body shorter", 29 + 140, {1, 0, 0, 0}, errc::trailing_bytes}});
}

TEST(ChangesetSegment, CarriesWhatWasSignedByteForByte) {
  const Changeset c = sample_changeset();
  const Frame frame = encode_plain(sample_changesets());
  EXPECT_EQ(frame.bytes.size(), 29 + encoded_size(c));
  Bytes tail;
  append(tail, c.header);
  append(tail, c.signature);
  append(tail, c.body);
  EXPECT_EQ(Bytes(frame.bytes.begin() + 29, frame.bytes.end()), tail);
}

TEST(StreamSegment, RefusesEachBadField) {
  refuse_each(encode_plain(sample_stream()), decode_stream,
              {{"first seq 0", 16, Bytes(8, 0), errc::bad_value},
               {"other first seq", 16, {2}, errc::bad_value},
               {"count of 2^32-1", 24, Bytes(4, 0xFF), errc::over_limit},
               {"an encoding of a later program", 28, {2}, errc::too_new},
               {"entry type 0", 29, {0}, errc::too_new},
               {"entry type 4", 29, {4}, errc::too_new},
               {"entry flag bit 1", 30, {3}, errc::bad_value},
               {"entry reserved", 31, {1}, errc::bad_value},
               {"payload of 4 GiB", 33, Bytes(4, 0xFF), errc::truncated},
               {"entry seq", 37, {2}, errc::bad_value}});
}

TEST(DirectorySegment, RefusesCountsAndLengths) {
  refuse_each(encode_frame(sample_directory_segment()), decode_directory,
              {{"count of 2^32-1", 0, Bytes(4, 0xFF), errc::over_limit},
               {"count above", 0, {6, 0, 0, 0}, errc::truncated},
               {"count below", 0, {4, 0, 0, 0}, errc::trailing_bytes},
               {"entry of 4 GiB", 4, Bytes(4, 0xFF), errc::truncated}});
}

}  // namespace
}  // namespace tram::sync::test
