// Chunks, padding, compression and frames that a sender or a recipient made wrong (bundle design 3.3, 3.5, 3.7 and 9).
#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/sealed_box.h"
#include "tests/unit/sync/container_world.h"

namespace tram::sync::test {
namespace {

using enum OutcomeCode;

std::vector<Frame> two_chunks() {
  return {frame(FrameType::blob, 100'000), frame(FrameType::blob, 20'000, 0x62)};
}

TEST(ContainerBody, ChunksStayInPlace) {
  const auto frames = two_chunks();
  const Bytes honest = seal_container(up(kFile, frames), world().site_identity)->bytes;
  const auto at = static_cast<std::ptrdiff_t>(parts::header_length(4));
  const auto chunk = static_cast<std::ptrdiff_t>(parts::kSealedChunk);
  Bytes swapped = honest;
  std::swap_ranges(swapped.begin() + at, swapped.begin() + at + 50'000, swapped.begin() + at + chunk);
  rebuild_public_sums(swapped);
  EXPECT_EQ(code(swapped, kFile), "tampered");

  const std::vector<Frame> four = {frame(FrameType::blob, 250'000)};
  const Bytes longer = seal_container(up(kFile, four), world().site_identity)->bytes;
  Bytes repeated = longer;
  std::copy_n(repeated.begin() + at, chunk, repeated.begin() + at + chunk);
  rebuild_public_sums(repeated);
  EXPECT_EQ(code(repeated, kFile), "tampered");
  Bytes exchanged = longer;
  std::swap_ranges(exchanged.begin() + at + chunk, exchanged.begin() + at + 2 * chunk,
                   exchanged.begin() + at + 2 * chunk);
  rebuild_public_sums(exchanged);
  EXPECT_EQ(code(exchanged, kFile), "tampered");
  const Bytes other = seal_container(up(kFile, four), world().site_identity)->bytes;
  Bytes spliced = longer;
  std::copy_n(other.begin() + at + chunk, chunk, spliced.begin() + at + chunk);
  rebuild_public_sums(spliced);
  EXPECT_EQ(code(spliced, kFile), "tampered");
}

TEST(ContainerBody, TagsAreExact) {
  const auto frames = two_chunks();
  const auto with_tags = [&](std::uint8_t first, std::uint8_t last_tag) {
    Forgery f;
    f.input = up(kFile, frames);
    f.tag = [=](std::uint64_t, bool last) { return last ? last_tag : first; };
    return code(forge(f), kFile);
  };
  EXPECT_EQ(with_tags(0, 3), "ok_new");
  EXPECT_EQ(with_tags(3, 3), "tampered");  // a chunk after TAG_FINAL
  EXPECT_EQ(with_tags(0, 0), "tampered");
  EXPECT_EQ(with_tags(1, 3), "tampered");
  EXPECT_EQ(with_tags(2, 3), "tampered");
  EXPECT_EQ(with_tags(0, 2), "tampered");
}

// A recipient holds the file key, so every MAC can be made to fit; the signature cannot.
TEST(ContainerBody, RecipientCannotLengthenIt) {
  const Bytes bytes = seal_container(up(kFile, small_frames()), world().site_identity)->bytes;
  const std::size_t header_len = parts::header_length(4);
  std::optional<crypto::Secret<32>> file_key;
  std::vector<parts::Stanza> stanzas(4);
  for (std::size_t i = 0; i < 4; ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(parts::kStanzasAt + i * parts::kStanzaBytes),
                parts::kStanzaBytes, stanzas[i].begin());
    const auto opened = crypto::open_sealed(world().hub_current, stanzas[i]);
    if (opened) file_key.emplace(ByteView(*opened));
  }
  ASSERT_TRUE(file_key);
  const auto read = parts::read_header(bytes, bytes.size(), kFile);
  parts::Header header = std::get<parts::Header>(read);
  crypto::StreamDecryptor decryptor(parts::stream_key(*file_key), header.stream);
  const Hash old_hash = parts::header_hash(ByteView(bytes).first(header_len));
  const auto plain =
      decryptor.pull(ByteView(bytes).subspan(header_len, parts::kSealedChunk), parts::chunk_associated(old_hash, 0));
  ASSERT_TRUE(plain);

  crypto::StreamEncryptor encryptor(parts::stream_key(*file_key));
  header.stream = encryptor.header();
  header.body_len = parts::body_length(67'584);
  Bytes forged = parts::encode_header(header, stanzas, *file_key);
  const Hash new_hash = parts::header_hash(forged);
  encryptor.push(plain->text, parts::chunk_associated(new_hash, 0), crypto::StreamTag::final, forged);
  const Bytes after_final(2'048);
  encryptor.push(after_final, parts::chunk_associated(new_hash, 1), crypto::StreamTag::final, forged);
  append(forged, parts::trailer(forged));
  EXPECT_EQ(code(forged, kFile), "tampered");  // the tag of chunk 0

  crypto::StreamEncryptor orderly(parts::stream_key(*file_key));
  header.stream = orderly.header();
  Bytes tidy = parts::encode_header(header, stanzas, *file_key);
  const Hash tidy_hash = parts::header_hash(tidy);
  orderly.push(plain->text, parts::chunk_associated(tidy_hash, 0), crypto::StreamTag::message, tidy);
  orderly.push(after_final, parts::chunk_associated(tidy_hash, 1), crypto::StreamTag::final, tidy);
  append(tidy, parts::trailer(tidy));
  EXPECT_EQ(code(tidy, kFile), "bad_signature");
}

TEST(ContainerBody, HasOneLengthAndZeroPadding) {
  for (const std::size_t length : {67'584u, 131'072u}) {
    Forgery longer = forgery(kFile);
    longer.stream = [&](Bytes& p) { p.resize(length); };
    EXPECT_EQ(code(forge(longer), kFile), "tampered") << length;
  }
  Forgery shorter = forgery(kFile);
  shorter.stream = [](Bytes& p) { p.resize(65'535); };
  EXPECT_EQ(code(forge(shorter), kFile), "tampered");
  for (const std::size_t at : {std::size_t{1024 + 28}, std::size_t{65'535}, std::size_t{1023}}) {
    Forgery padded = forgery(kFile);
    padded.plain = [&](Bytes& p) { p[at] = 1; };
    EXPECT_EQ(code(forge(padded), kFile), "tampered") << at;
  }
}

TEST(ContainerPayload, BombsAreStoppedBeforeAndWhileUnpacking) {
  const std::vector<Frame> letters(276, frame(FrameType::blob, limits::kFrameBytes));  // 70 MiB
  const Bytes packed = *parts::compress_frames(letters);
  ASSERT_LT(packed.size() * parts::kMostRatio + parts::kFreePlain, parts::frames_length(letters));
  Forgery honest;
  honest.input = up(kFile, letters);
  honest.payload = packed;
  honest.manifest = [](Manifest& m) { m.compressed = true; };
  EXPECT_EQ(code(forge(honest), kFile), "over_limit");

  Forgery lying = honest;
  lying.manifest = [](Manifest& m) {
    m.compressed = true;
    m.plain_len = 1'000;
  };
  EXPECT_EQ(code(forge(lying), kFile), "corrupt_content");
  // The frame's own header lies as well: single segment, content size 1,000 in two bytes (stored minus 256).
  EXPECT_FALSE(parts::decompress(Bytes{0x28, 0xB5, 0x2F, 0xFD, 0x60, 0xE8, 0x02, 0x03, 0x40, 0x1F, 0x61}, 1'000));
}

TEST(ContainerPayload, WindowAndDictionaryAreBounded) {
  // Magic, descriptor (content size in 4 bytes), window 2^(10 + exponent), size 5, one raw block "hello".
  const auto framed = [](std::uint8_t descriptor, std::uint8_t window) {
    Bytes out = {0x28, 0xB5, 0x2F, 0xFD, descriptor, window};
    if ((descriptor & 3) == 1) out.push_back(7);
    append_le<std::uint32_t>(out, 5);
    append(out, Bytes{0x29, 0x00, 0x00});
    append(out, as_bytes("hello"));
    return out;
  };
  const std::uint8_t eight_mib = 13 << 3;
  EXPECT_EQ(parts::decompress(framed(0x80, eight_mib), 5), Bytes({'h', 'e', 'l', 'l', 'o'}));
  EXPECT_FALSE(parts::decompress(framed(0x80, eight_mib + 1), 5));
  EXPECT_FALSE(parts::decompress(framed(0x80, 0xF8), 5));
  EXPECT_FALSE(parts::decompress(framed(0x81, eight_mib), 5));  // names a dictionary
  EXPECT_FALSE(parts::decompress(framed(0x88, eight_mib), 5));  // reserved bit
  EXPECT_FALSE(parts::decompress(framed(0x80, eight_mib), 6));
  EXPECT_FALSE(parts::decompress({}, 0));
}

TEST(ContainerPayload, FramesAreJudgedByKind) {
  for (std::uint16_t type = 1; type <= 15; ++type) {
    std::string kinds;
    for (int kind = 1; kind <= 5; ++kind)
      if (parts::frame_allowed(static_cast<FrameType>(type), static_cast<BundleKind>(kind)))
        kinds += static_cast<char>('0' + kind);
    const std::string table[] = {"12",  "13", "13", "2",  "25", "25",  "123", "1",
                                 "123", "1",  "1",  "12", "4",  "123", "12"};
    EXPECT_EQ(kinds, table[type - 1]) << type;
  }
  Forgery f = forgery(kFile);
  const std::vector<Frame> directory = {frame(FrameType::hello, 4), frame(FrameType::directory, 10)};
  f.input.frames = directory;
  EXPECT_EQ(code(forge(f), kFile), "wrong_kind");
  const std::vector<Frame> late_hello = {frame(FrameType::have, 4), frame(FrameType::hello, 10)};
  f.input.frames = late_hello;
  EXPECT_EQ(code(forge(f), kFile), "bad_content");
}

TEST(ContainerPayload, HostileFrameLengthsAreRefused) {
  const std::pair<std::uint32_t, std::string> table[] = {
      {0xFFFFFFFF, "over_limit"}, {266'241, "over_limit"}, {266'240, "bad_content"}};
  for (const auto& [length, expected] : table) {
    Forgery f = forgery(kFile);
    f.payload.emplace();
    parts::append_frames(*f.payload, f.input.frames);
    store_le<std::uint32_t>(f.payload->data(), length);
    EXPECT_EQ(code(forge(f), kFile), expected) << length;
  }
}

TEST(ContainerPayload, EmptyOneOpens) {
  SealInput input = up(kFile, {});
  input.compress = true;
  const auto outcome = open_container(seal_container(input, world().site_identity)->bytes, at_hub(kFile));
  ASSERT_EQ(code_of(outcome), ok_new);
  EXPECT_TRUE(std::get<Opened>(outcome).frames.empty());
}

}  // namespace
}  // namespace tram::sync::test
