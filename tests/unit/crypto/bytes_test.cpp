#include "crypto/bytes.h"

#include <gtest/gtest.h>

namespace tram {
namespace {

struct TextForm {
  std::string_view bytes;
  std::string_view text;
};

TEST(Hex, WritesAndReads) {
  const TextForm cases[] = {{"", ""}, {"f", "66"}, {"foobar", "666f6f626172"}, {"\x01\xab\xff", "01abff"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_hex(as_bytes(bytes)), text);
    const auto read = from_hex(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(as_text(*read), bytes);
  }
}

TEST(Hex, RefusesEverythingElse) {
  for (const std::string_view text : {"0", "abc", "AB", "aB", "0g", "0x00", " 00", "00 ", "0 0", "00\n", "é0"})
    EXPECT_FALSE(from_hex(text)) << text;
  EXPECT_FALSE(from_hex(std::string_view("00\0\0", 4)));
}

TEST(Base64, MatchesRfc4648) {
  const TextForm cases[] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"},
                            {"\xff\xfe\xfb", "//77"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64(as_bytes(bytes)), text);
    const auto read = from_base64(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(as_text(*read), bytes);
  }
}

TEST(Base64, RefusesEverythingElse) {
  // Missing or excess padding, stray bits in the last character, the URL alphabet, white space.
  for (const std::string_view text :
       {"Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9=", "__77", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm 9v", "====", "Zm9v===="})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Crockford, WritesAndReads) {
  const TextForm cases[] = {{"", ""},
                            {std::string_view("\0", 1), "00"},
                            {"\xff", "ZW"},
                            {"\x08", "10"},
                            {"f", "CR"},
                            {"fo", "CSQG"},
                            {"foo", "CSQPY"},
                            {"foob", "CSQPYRG"},
                            {"fooba", "CSQPYRK1"},
                            {"foobar", "CSQPYRK1E8"},
                            {"\xff\xff\xff\xff\xff", "ZZZZZZZZ"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_crockford(as_bytes(bytes)), text);
    const auto read = from_crockford(text, bytes.size());
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(as_text(*read), bytes);
  }
}

TEST(Crockford, EveryCharacterHasItsValue) {
  // 0..31 in order, five bits each.
  const std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto read = from_crockford(alphabet, 20);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(*read), "00443214c74254b635cf84653a56d7c675be77df");
  EXPECT_EQ(to_crockford(*read), alphabet);
}

TEST(Crockford, ReadsWhatPeopleType) {
  const auto expected = from_crockford("CSQPYRK1E8", 6);
  ASSERT_TRUE(expected);
  for (const std::string_view text :
       {"csqpyrk1e8", "CSQPY-RK1E8", "csqpy rk1 e8", "-CSQPYRKLE8 ", "CSQPYRKIE8", "csqpyrkle8", "csqpyrkie8"})
    EXPECT_EQ(from_crockford(text, 6), expected) << text;
  EXPECT_EQ(from_crockford("oO0o", 2), from_crockford("0000", 2));
  EXPECT_EQ(from_crockford("0oI1", 2), std::nullopt);  // the fill bits hold 1
}

TEST(Crockford, RefusesEverythingElse) {
  // U, signs, too short, too long, fill bits that are not zero.
  for (const std::string_view text : {"CSQPYRK1EU", "CSQPYRK1E*", "CSQPYRK1E", "", "CSQPYRK1E80", "CSQPYRK1E8-0",
                                      "CSQPYRK1E9", "CSQPYRK1E\xc3\xa9", "CSQPY\nRK1E8"})
    EXPECT_FALSE(from_crockford(text, 6)) << text;
  EXPECT_FALSE(from_crockford("0", 0));
  EXPECT_TRUE(from_crockford("", 0));
}

TEST(LittleEndian, GoesThereAndBack) {
  Bytes out;
  append_le(out, std::uint32_t{0x01020304});
  append_le(out, std::uint64_t{0xfffefdfcfbfaf9f8});
  EXPECT_EQ(to_hex(out), "04030201f8f9fafbfcfdfeff");
  EXPECT_EQ(load_le<std::uint32_t>(out.data()), 0x01020304u);
  EXPECT_EQ(load_le<std::uint64_t>(out.data() + 4), 0xfffefdfcfbfaf9f8u);
  store_le(out.data(), std::uint16_t{0xaabb});
  EXPECT_EQ(load_le<std::uint32_t>(out.data()), 0x0102aabbu);
}

}  // namespace
}  // namespace tram
