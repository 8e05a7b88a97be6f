#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/kdf.h"
#include "vector_file.h"

namespace tram::crypto {
namespace {

using test::read_vectors;

TEST(Hash, MatchesTheVectors) {
  for (const auto& v : read_vectors("blake2b.txt", 11)) {
    const auto text = v.bytes("text");
    const auto key = v.bytes("key");
    const auto personal = v.text("personal");
    const auto once = key.empty() ? hash(personal, {text}) : keyed_hash(personal, key, {text});
    EXPECT_EQ(to_hex(once), v.text("hash")) << personal;
  }
}

TEST(Hash, IsTheSameInPieces) {
  for (const auto& v : read_vectors("blake2b.txt", 11)) {
    const auto text = v.bytes("text");
    for (const std::size_t step : {1u, 7u, 128u}) {
      Hasher hasher(v.text("personal"), v.bytes("key"));
      for (std::size_t at = 0; at < text.size(); at += step)
        hasher.update(ByteView(text).subspan(at, std::min(step, text.size() - at)));
      hasher.update({});
      Hasher moved(std::move(hasher));
      EXPECT_EQ(to_hex(moved.finish()), v.text("hash")) << v.text("personal") << " in steps of " << step;
    }
  }
}

TEST(Hash, TakesPartsOneAfterAnother) {
  EXPECT_EQ(hash("TRM1-dir", {as_bytes("ab"), {}, as_bytes("c")}), hash("TRM1-dir", {as_bytes("abc")}));
  EXPECT_NE(hash("TRM1-dir", {as_bytes("abc")}), hash("TRM1-row", {as_bytes("abc")}));
}

TEST(HashDeathTest, StopsOnABrokenPrecondition) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const Bytes key(32, 1);
  EXPECT_DEATH((void)hash("seventeen letters", {}), "");
  EXPECT_DEATH((void)keyed_hash("TRM1-dir", ByteView(key).first(15), {}), "");
  EXPECT_DEATH((void)keyed_hash("TRM1-dir", {}, {}), "");
}

TEST(Derive, MatchesTheVectors) {
  for (const auto& v : read_vectors("kdf.txt", 5)) {
    const auto subkey = derive(Secret<32>(v.bytes("key")), v.number("id"), v.text("context"));
    EXPECT_EQ(to_hex(subkey.view()), v.text("out")) << v.text("context");
  }
}

TEST(Equal, ComparesContentAndSize) {
  const Bytes a{1, 2, 3};
  EXPECT_TRUE(equal(a, Bytes{1, 2, 3}));
  EXPECT_TRUE(equal({}, {}));
  for (const Bytes& other : {Bytes{1, 2}, Bytes{1, 2, 3, 0}, Bytes{0, 2, 3}, Bytes{1, 2, 0x83}, Bytes{}})
    EXPECT_FALSE(equal(a, other));
}

}  // namespace
}  // namespace tram::crypto
