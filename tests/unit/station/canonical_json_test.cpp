#include "station/report/canonical_json.h"

#include <gtest/gtest.h>

namespace tram::station {
namespace {

using sync::OutcomeCode;

Json nested(std::size_t depth) {
  Json value{std::int64_t{1}};
  for (std::size_t i = 0; i < depth; ++i) value = Json{JsonList{value}};
  return value;
}

OutcomeCode code_of(std::string_view text) {
  const auto read = read_canonical(text);
  return read ? OutcomeCode::ok_new : read.error().code;
}

TEST(CanonicalJson, WritesOneFormAndReadsItBack) {
  const struct {
    Json value;
    std::string_view text;
  } cases[] = {
      {{std::int64_t{0}}, "0"},
      {{std::int64_t{-9007199254740991}}, "-9007199254740991"},
      {{std::string("a\"b\\c\td\ne/\x7e")}, "\"a\\\"b\\\\c\\td\\ne/~\""},
      {{std::string("Hải ເມືອງ ខេត្ត")}, "\"Hải ເມືອງ ខេត្ត\""},
      {{JsonList{}}, "[]"},
      {{JsonObject{}}, "{}"},
      // By bytes, not by letters: capital before small, ASCII before the rest, a prefix before what it begins.
      {{JsonObject{{"é", {std::int64_t{4}}},
                   {"ab", {std::int64_t{3}}},
                   {"a", {JsonList{{std::string()}}}},
                   {"Z", {std::int64_t{1}}}}},
       "{\"Z\":1,\"a\":[\"\"],\"ab\":3,\"é\":4}"},
  };
  for (const auto& c : cases) {
    const auto written = write_canonical(c.value);
    ASSERT_TRUE(written) << c.text;
    EXPECT_EQ(*written, c.text);
    const auto read = read_canonical(c.text);
    ASSERT_TRUE(read) << c.text << ": " << read.error().detail;
    EXPECT_EQ(*read, c.value) << c.text;
  }
}

TEST(CanonicalJson, RefusesEverySecondSpelling) {
  for (const std::string_view text : {
           "",
           " 1",
           "1 ",
           "01",
           "-0",
           "+1",
           "1.0",
           "1e3",
           "1E3",
           ".5",
           "9007199254740992",
           "-9007199254740992",
           "99999999999999999999",
           "true",
           "false",
           "null",
           "NaN",
           "'a'",
           "\"a",
           "\"\\u0041\"",
           "\"\\/\"",
           "\"\\b\"",
           "\"\\u000a\"",
           "\"\\",
           "\"a\nb\"",
           "\"a\tb\"",
           "\"\x01\"",
           "\"\x7f\"",
           "\"\xff\"",
           "\"\xc0\x80\"",
           "\"e\xcc\x81\"" /* not NFC */,
           "\"\xe2\x80\xae\"" /* RLO */,
           "[1,]",
           "[,1]",
           "[1 ,2]",
           "[1;2]",
           "[1",
           "[1}",
           "{",
           "{}{}",
           "{\"a\":1,}",
           "{\"a\": 1}",
           "{\"a\"1}",
           "{a:1}",
           "{\"b\":1,\"a\":2}",
           "{\"a\":1,\"a\":1}",
           "{\"a\":1 }",
           "{\"a\":1]",
           "1 2",
           "[]x",
           "\xef\xbb\xbf[]",
       })
    EXPECT_EQ(code_of(text), OutcomeCode::bad_content) << text;
  EXPECT_EQ(code_of(std::string_view("\"a\0b\"", 5)), OutcomeCode::bad_content);
}

TEST(CanonicalJson, SaysThatAKeyCameTwice) {
  EXPECT_NE(read_canonical("{\"a\":1,\"a\":2}").error().detail.find("twice"), std::string::npos);
}

TEST(CanonicalJson, HoldsItsBounds) {
  EXPECT_EQ(code_of(std::string(16, '[') + std::string(16, ']')), OutcomeCode::ok_new);
  EXPECT_EQ(code_of(std::string(17, '[') + std::string(17, ']')), OutcomeCode::over_limit);
  EXPECT_EQ(code_of(std::string(1'000'000, '[')), OutcomeCode::over_limit);
  EXPECT_EQ(code_of("\"" + std::string(kJsonBytes - 2, 'a') + "\""), OutcomeCode::ok_new);
  EXPECT_EQ(code_of("\"" + std::string(kJsonBytes - 1, 'a') + "\""), OutcomeCode::over_limit);
  std::string many = "[";
  for (std::size_t i = 0; i < kJsonValues; ++i) many += "0,";
  EXPECT_EQ(code_of(many + "0]"), OutcomeCode::over_limit);
}

TEST(CanonicalJson, WriterRefusesWhatHasNoForm) {
  const struct {
    Json value;
    OutcomeCode code;
  } cases[] = {
      {{std::int64_t{9007199254740992}}, OutcomeCode::bad_content},
      {{std::string("e\xcc\x81")}, OutcomeCode::bad_content},
      {{std::string("\r")}, OutcomeCode::bad_content},
      {{JsonObject{{"\xff", {std::int64_t{1}}}}}, OutcomeCode::bad_content},
      {nested(17), OutcomeCode::over_limit},
      {{std::string(kJsonBytes, 'a')}, OutcomeCode::over_limit},
  };
  for (const auto& c : cases) {
    const auto written = write_canonical(c.value);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, c.code) << written.error().detail;
  }
  EXPECT_TRUE(write_canonical(nested(16)));
}

}  // namespace
}  // namespace tram::station
