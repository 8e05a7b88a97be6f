// Header, hash and signature of a changeset (sync design 2).
#include <gtest/gtest.h>

#include "samples.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

TEST(Header, LiesAtTheOffsetsOfTheTable) {
  const Header h = sample_header();
  const HeaderBytes b = encode_header(h);
  ASSERT_EQ(b.size(), 192u);
  struct Place {
    std::size_t offset;
    const char* hex;
  };
  const Place places[] = {{0, "54524353"},
                          {4, "01"},
                          {5, "01"},
                          {6, "0300"},
                          {8, "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1"},
                          {24, "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"},
                          {40, "8877665544332211"},
                          {48, "0807060504030201"},
                          {56, "2121212121212121212121212121212121212121212121212121212121212121"},
                          {96, "07000000"},
                          {100, "0300"},
                          {102, "0400"},
                          {104, "0d0c0b0a00000000"},
                          {112, "2222222222222222"},
                          {120, "23232323232323232323232323232323"},
                          {136, "0300"},
                          {138, "0200"},
                          {144, "31313131313131313131313131313131"}};
  for (const Place& p : places) {
    const std::size_t size = std::string_view(p.hex).size() / 2;
    EXPECT_EQ(to_hex(ByteView(b).subspan(p.offset, size)), p.hex) << p.offset;
  }
  EXPECT_EQ(load_le<std::uint64_t>(&b[88]), (1'750'000'000'000ull << 16) + 5);
  EXPECT_EQ(load_le<std::uint32_t>(&b[140]), encode_body(sample_body()).size());
  EXPECT_EQ(to_hex(ByteView(b).subspan(160, 32)), to_hex(crypto::hash("TRM1-body", {encode_body(sample_body())})));
}

TEST(Header, ComesBackAsItWas) {
  const Header h = sample_header();
  const auto back = decode_header(encode_header(h));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, h);
  EXPECT_EQ(back->written_ms(), 1'750'000'000'000u);
  EXPECT_EQ(back->log(), log_id(h.device, h.incarnation));
}

TEST(Header, EveryByteCounts) {
  const HeaderBytes good = encode_header(sample_header());
  for (std::size_t i = 0; i < good.size(); ++i) {
    HeaderBytes other = good;
    other[i] ^= 0x01;
    const auto back = decode_header(other);
    EXPECT_TRUE(!back || (*back != sample_header() && encode_header(*back) == other)) << i;
  }
}

TEST(Header, RefusesWhatNoProgramWrites) {
  const Refusal cases[] = {{"magic", 0, {'T', 'R', 'C', 'X'}, errc::bad_magic},
                           {"format 0", 4, {0}, errc::too_new},
                           {"format 2", 4, {2}, errc::too_new},
                           {"class 3", 5, {3}, errc::class_refused},
                           {"class 255", 5, {255}, errc::class_refused},
                           {"flag bit 2", 6, {4, 0}, errc::bad_value},
                           {"flag bit 15", 6, {0, 0x80}, errc::bad_value},
                           {"seq 0", 48, Bytes(8, 0), errc::bad_value},
                           {"no operation", 138, {0, 0}, errc::over_limit},
                           {"1025 operations", 138, {0x01, 0x04}, errc::over_limit},
                           {"body of 4 MiB and one byte", 140, {0x01, 0x00, 0x40, 0x00}, errc::over_limit},
                           {"body of 4 GiB", 140, {0xFF, 0xFF, 0xFF, 0xFF}, errc::over_limit}};
  for (const Refusal& c : cases) {
    HeaderBytes b = encode_header(sample_header());
    std::copy(c.bytes.begin(), c.bytes.end(), b.begin() + static_cast<std::ptrdiff_t>(c.offset));
    const auto back = decode_header(b);
    ASSERT_FALSE(back) << c.name;
    EXPECT_EQ(back.error(), c.code) << c.name;
  }
}

TEST(Header, TakesTheBoundsThemselves) {
  Header h = sample_header();
  h.confidentiality = 2;
  h.op_count = 1024;
  h.body_len = 4u << 20;
  EXPECT_TRUE(decode_header(encode_header(h)));
}

TEST(Header, IsRefusedWhenShort) {
  const HeaderBytes b = encode_header(sample_header());
  for (std::size_t size = 0; size < b.size(); ++size)
    EXPECT_EQ(decode_header(ByteView(b).first(size)).error(), errc::truncated) << size;
}

TEST(Changeset, HashIsOfTheHeaderAlone) {
  Changeset c = sample_changeset();
  const Hash expected = crypto::hash("TRM1-changeset", {c.header});
  EXPECT_EQ(c.hash(), expected);
  c.body.push_back(0);
  c.signature[0] ^= 1;
  EXPECT_EQ(c.hash(), expected);
}

TEST(Changeset, SignatureCoversTheHeaderForThisPurpose) {
  const Changeset good = sample_changeset();
  const auto key = key_of(kDeviceKey);
  EXPECT_TRUE(signature_verifies(good, key.public_key));
  EXPECT_TRUE(crypto::verify(key.public_key, "changeset", {good.header}, good.signature));
  EXPECT_FALSE(crypto::verify(key.public_key, "stream-head", {good.header}, good.signature));
  EXPECT_FALSE(signature_verifies(good, key_of(kRootKey).public_key));
  for (std::size_t i = 0; i < good.header.size(); ++i) {
    Changeset bad = good;
    bad.header[i] ^= 0x10;
    EXPECT_FALSE(signature_verifies(bad, key.public_key)) << i;
  }
}

}  // namespace
}  // namespace tram::sync::test
