// Values in the bounded archive: what is taken, and every way in which bytes are refused.
#include <gtest/gtest.h>

#include <set>

#include "samples.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

TEST(Values, OfEveryKindComeBack) {
  std::set<ValueKind> kinds;
  for (const auto& [name, value] : sample_values()) {
    const Bytes bytes = value.encode();
    const auto back = Value::decode(bytes);
    ASSERT_TRUE(back) << name << ": " << back.error().message();
    EXPECT_EQ(*back, value) << name;
    EXPECT_EQ(back->encode(), bytes) << name;
    kinds.insert(value.kind());
  }
  EXPECT_EQ(kinds.size(), 10u);
}

struct Form {
  const char* name;
  Value value;
  const char* hex;
};

TEST(Values, HaveTheBytesOfTheFormat) {
  const Form forms[] = {
      {"absent", Value(), "00"},
      {"true", Value::boolean(true), "0101"},
      {"300", Value::integer(300), "02d804"},
      {"-1", Value::integer(-1), "0201"},
      {"least", Value::integer(INT64_MIN), "02ffffffffffffffffff01"},
      {"text", Value::text("ab"), "03026162"},
      {"bytes", Value(Value::Variant(Bytes{7})), "040107"},
      {"id", Value::id(filled<16>(0x51)), "0551515151515151515151515151515151"},
      {"date", Value(Value::Variant(CivilDate{-1})), "0601"},
      {"moment", Value(Value::Variant(ZonedMoment{1, 420})), "0702c806"},
      {"list", Value(Value::Variant(std::vector<RawId>{{filled<16>(1)}})), "080101010101010101010101010101010101"},
      {"structure", Value(Value::Variant(Structure{{9}})), "090109"}};
  for (const Form& f : forms) EXPECT_EQ(to_hex(f.value.encode()), f.hex) << f.name;
}

struct Refusal {
  const char* name;
  std::string hex;
  errc code;
};

TEST(Values, RefuseWhatIsNotCanonical) {
  const std::string ff(18, 'f');
  const Refusal cases[] = {{"nothing", "", errc::truncated},
                           {"kind 10", "0a", errc::bad_value},
                           {"kind in two bytes", "8000", errc::not_canonical},
                           {"bool 2", "0102", errc::bad_value},
                           {"bool cut", "01", errc::truncated},
                           {"integer in a longer form", "028000", errc::not_canonical},
                           {"integer in a longer form", "02818000", errc::not_canonical},
                           {"integer cut", "0280", errc::truncated},
                           {"integer of 65 bits", "02" + ff + "02", errc::bad_value},
                           {"integer of eleven bytes", "02" + ff + "ff01", errc::bad_value},
                           {"text longer than the input", "030561", errc::truncated},
                           {"text of 2^61 bytes", "03808080808080808020", errc::over_limit},
                           {"bytes of 2^61", "04808080808080808020", errc::over_limit},
                           {"list of 2^61 ids", "08808080808080808020", errc::over_limit},
                           {"structure of 2^61 bytes", "09808080808080808020", errc::over_limit},
                           {"list longer than the input", "0802" + std::string(32, '1'), errc::truncated},
                           {"byte after", "0000", errc::trailing_bytes},
                           {"byte after a text", "0301ff61", errc::bad_value},
                           {"date above 32 bits", "068080808020", errc::bad_value},
                           {"zone above 16 bits", "0700808004", errc::bad_value}};
  for (const Refusal& c : cases) {
    const auto bytes = from_hex(c.hex);
    ASSERT_TRUE(bytes) << c.name;
    const auto back = Value::decode(*bytes);
    ASSERT_FALSE(back) << c.name << " " << c.hex;
    EXPECT_EQ(back.error(), c.code) << c.name << " " << c.hex;
  }
}

// A text value with these bytes.
Result<Value> text_of(std::string_view content) {
  return Value::decode(Value::text(content).encode());
}

TEST(Values, TextIsUtf8InNfcWithoutControls) {
  struct Text {
    const char* name;
    std::string content;
    bool good;
  };
  using namespace std::string_literals;
  const Text cases[] = {{"vietnamese composed", "Đắk Lắk", true},
                        {"decomposed", "Đa\u0306k", false},
                        {"lone combining mark after a consonant", "x\u0301", true},
                        {"lao and khmer", "ກຳ ខ្មែរ", true},
                        {"tab and line feed", "a\tb\nc", true},
                        {"carriage return", "a\rb", false},
                        {"NUL", "a\0b"s, false},
                        {"escape", "\x1b[0m", false},
                        {"delete", "\x7f", false},
                        {"right-to-left override", "a\u202Eb", false},
                        {"left-to-right embedding", "\u202A", false},
                        {"isolate", "\u2066", false},
                        {"pop isolate", "\u2069", false},
                        {"left-to-right mark", "\u200E", false},
                        {"arabic letter mark", "\u061C", false},
                        {"zero width joiner", "ន\u200Dត", true},
                        {"cut sequence", "\xC3", false},
                        {"overlong slash", "\xC0\xAF", false},
                        {"surrogate", "\xED\xA0\x80", false},
                        {"above U+10FFFF", "\xF4\x90\x80\x80", false},
                        {"emoji", "🌾", true}};
  for (const Text& c : cases) {
    const auto back = text_of(c.content);
    EXPECT_EQ(static_cast<bool>(back), c.good) << c.name;
    if (!back) {
      EXPECT_EQ(back.error(), errc::bad_value) << c.name;
    }
  }
}

TEST(Values, StopAtTheirCaps) {
  struct Cap {
    const char* name;
    Value full, over;
  };
  const std::vector<RawId> full_list(limits::kListItems), over_list(limits::kListItems + 1);
  const Cap caps[] = {
      {"text", Value::text(std::string(limits::kTextBytes, 'a')),
       Value::text(std::string(limits::kTextBytes + 1, 'a'))},
      {"bytes", Value(Value::Variant(Bytes(limits::kTextBytes))), Value(Value::Variant(Bytes(limits::kTextBytes + 1)))},
      {"structure", Value(Value::Variant(Structure{Bytes(limits::kTextBytes)})),
       Value(Value::Variant(Structure{Bytes(limits::kTextBytes + 1)}))},
      {"list", Value(Value::Variant(full_list)), Value(Value::Variant(over_list))}};
  for (const Cap& c : caps) {
    EXPECT_TRUE(Value::decode(c.full.encode())) << c.name;
    const auto over = Value::decode(c.over.encode());
    ASSERT_FALSE(over) << c.name;
    EXPECT_EQ(over.error(), errc::over_limit) << c.name;
  }
}

TEST(Values, CutAnywhereAreRefused) {
  for (const auto& [name, value] : sample_values()) {
    const Bytes bytes = value.encode();
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(Value::decode(ByteView(bytes).first(size))) << name << " " << size;
  }
}

}  // namespace
}  // namespace tram::sync::test
