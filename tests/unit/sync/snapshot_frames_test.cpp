// Manifests, chunks and the entries in them: each comes back, every cut and bound is refused; their golden vectors.
#include <gtest/gtest.h>

#include "samples.h"
#include "sync/limits.h"
#include "sync/snapshot.h"
#include "vector_lines.h"

namespace tram::sync::test {
namespace {

SignedManifest sample_signed() {
  SignedManifest s;
  s.manifest = encode_manifest(sample_manifest());
  s.signature = crypto::sign(key_of(kServiceKey), "snapshot", {s.manifest});
  return s;
}

TEST(SnapshotFrames, AManifestAndAChunkComeBackAndEveryCutIsRefused) {
  const Frame manifest = encode_frame(sample_signed());
  const auto back = decode_snapshot(manifest);
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<SignedManifest>(*back), sample_signed());
  EXPECT_EQ(*decode_manifest(std::get<SignedManifest>(*back).manifest), sample_manifest());
  for (std::size_t size = 0; size < manifest.bytes.size(); ++size) {
    const Bytes cut(manifest.bytes.begin(), manifest.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_snapshot({FrameType::snapshot, cut})) << size;
  }
  const Frame piece = encode_frame(sample_snapshot_piece());
  EXPECT_EQ(std::get<SnapshotPiece>(*decode_snapshot(piece)), sample_snapshot_piece());
  const Bytes cut(piece.bytes.begin(), piece.bytes.begin() + 37);
  EXPECT_EQ(decode_snapshot({FrameType::snapshot, cut}).error(), errc::truncated) << "a chunk without a byte";
}

TEST(SnapshotFrames, RefusesWhatIsOutOfItsBounds) {
  struct Case {
    const char* what;
    errc error;
    void (*change)(Bytes&);
  };
  constexpr std::size_t kChunks = 212;
  const Case cases[] = {
      {"magic", errc::bad_magic, [](Bytes& b) { b[0] = 'X'; }},
      {"format", errc::too_new, [](Bytes& b) { b[4] = 2; }},
      {"zeros after the format", errc::bad_value, [](Bytes& b) { b[6] = 1; }},
      {"zeros after the count", errc::bad_value, [](Bytes& b) { b[211] = 1; }},
      {"more chunks than it holds", errc::truncated, [](Bytes& b) { b[200] = 3; }},
      {"more chunks than there may be", errc::over_limit, [](Bytes& b) { b[202] = 1; }},
      {"more bytes than its chunks can hold", errc::over_limit, [](Bytes& b) { b[199] = 1; }},
      {"the first chunk does not begin", errc::bad_value, [](Bytes& b) { b[kChunks] = 0; }},
      {"entries do not ascend", errc::bad_value, [](Bytes& b) { b[kChunks + 40] = 1; }},
      {"an entry after the head", errc::bad_value, [](Bytes& b) { b[kChunks + 40] = 200; }},
      {"a byte after the last chunk", errc::trailing_bytes, [](Bytes& b) { b.push_back(0); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    Bytes bytes = encode_manifest(sample_manifest());
    c.change(bytes);
    const auto read = decode_manifest(bytes);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), c.error);
  }
  SnapshotManifest empty = sample_manifest();
  empty.chunks.clear();
  empty.bytes = 0;
  EXPECT_EQ(decode_snapshot(encode_frame(SignedManifest{{}, encode_manifest(empty)})).error(), errc::bad_value)
      << "one that is still being made";
  SnapshotPiece large = sample_snapshot_piece();
  large.bytes.assign(limits::kSnapshotChunkBytes + 1, 0);
  EXPECT_EQ(decode_snapshot(encode_frame(large)).error(), errc::over_limit);
  EXPECT_EQ(decode_snapshot({FrameType::snapshot, Bytes{3, 0}}).error(), errc::too_new);
}

TEST(SnapshotFrames, EntriesComeOutOfChunksThatAreCutAnywhere) {
  const Bytes bytes = sample_snapshot_entries();
  for (const std::size_t step : {1u, 7u, 100u, 1'000'000u}) {
    SnapshotReader reader;
    std::vector<SnapshotEntry> found;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
      for (auto next = reader.next(); next && *next; next = reader.next()) found.push_back(**next);
    }
    EXPECT_TRUE(reader.empty());
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].changeset, sample_changeset());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(found[i].entry, sample_entries()[i]);
  }
}

TEST(SnapshotFrames, RefusesEntriesThatCannotBe) {
  struct Case {
    const char* what;
    std::size_t at;
    std::uint8_t value;
    errc error;
  };
  const Case cases[] = {{"type", 0, 4, errc::too_new},      {"no type", 0, 0, errc::too_new},
                        {"flags", 1, 3, errc::bad_value},   {"zeros", 2, 1, errc::bad_value},
                        {"length", 6, 1, errc::over_limit}, {"a scope change with a changeset", 0, 2, errc::bad_value}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    Bytes bytes = sample_snapshot_entries();
    bytes[c.at] = c.value;
    SnapshotReader reader;
    reader.feed(bytes);
    const auto next = reader.next();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error(), c.error);
  }
}

TEST(SnapshotFrames, AReaderBeginsInTheChunkThatHoldsItsNextEntry) {
  SnapshotManifest m;
  for (const std::uint64_t first : {1, 4, 0, 0, 5, 9}) m.chunks.push_back({static_cast<std::uint64_t>(first), {}});
  const std::pair<std::uint64_t, std::uint32_t> cases[] = {{1, 0}, {3, 0}, {4, 1}, {5, 4}, {8, 4}, {9, 5}, {99, 5}};
  for (const auto& [seq, chunk] : cases) EXPECT_EQ(first_chunk(m, seq), chunk) << seq;
}

TEST(SnapshotFrames, HaveNamesWhatIsBeingLoaded) {
  const Have have = sample_have_loading();
  EXPECT_EQ(*decode_have(encode_frame(have)), have);
  Have both = have;
  both.earlier = sample_have_with_earlier().earlier;
  EXPECT_EQ(*decode_have(encode_frame(both)), both);
  // At the end: no earlier chains, one snapshot of 16 + 32 + 1 bytes.
  Frame many = encode_frame(have);
  const std::size_t at = many.bytes.size() - 49;
  const Bytes one(many.bytes.begin() + static_cast<std::ptrdiff_t>(at), many.bytes.end());
  ASSERT_EQ(many.bytes[at - 1], 1);
  for (std::size_t i = 1; i < limits::kStreamsPerSite + 1; ++i) append(many.bytes, one);
  many.bytes[at - 1] = limits::kStreamsPerSite + 1;
  EXPECT_EQ(decode_have(many).error(), errc::over_limit);
}

TEST(SnapshotGolden, VectorsAreReproducedAndRead) {
  const Bytes manifest = encode_manifest(sample_manifest());
  const Hash id = manifest_id(manifest);
  expect_vectors(TRAM_SOURCE_DIR "/tests/vectors/sync/snapshot.txt",
                 "Snapshots: manifest, entries and frames without length and type.",
                 {{"entries", "the entries of receipts.txt, the first with its changeset", sample_snapshot_entries()},
                  {"manifest", "of them in two chunks, cut after 100 bytes", manifest},
                  {"manifest_id", "H(TRM1-snapshot, manifest)", Bytes(id.begin(), id.end())},
                  {"frame_manifest", "SNAPSHOT part 1", encode_frame(sample_signed()).bytes},
                  {"frame_chunk", "SNAPSHOT part 2: the second chunk", encode_frame(sample_snapshot_piece()).bytes},
                  {"have_loading", "HAVE of frames.txt, the second chunk of that snapshot missing",
                   encode_frame(sample_have_loading()).bytes}});
}

}  // namespace
}  // namespace tram::sync::test
