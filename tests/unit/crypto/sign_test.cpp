#include "crypto/sign.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>

#include "vector_file.h"

namespace tram::crypto {
namespace {

using test::read_vectors;

// RFC 8032 signs bare messages and sign() never does, so the vectors go to libsodium with keys of our making.
TEST(SigningKey, MatchesRfc8032) {
  for (const auto& v : read_vectors("rfc8032.txt", 5)) {
    SCOPED_TRACE(v.text("name"));
    const auto key = SigningKey::from_seed(v.bytes("seed"));
    EXPECT_EQ(to_hex(key.public_key), v.text("public"));
    EXPECT_EQ(to_hex(key.secret.view()), v.text("seed") + v.text("public"));
    const auto message = v.bytes("message");
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), key.secret.view().data());
    EXPECT_EQ(to_hex(signature), v.text("signature"));
    EXPECT_EQ(crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.public_key.data()), 0);
  }
}

TEST(Sign, MatchesTheVectors) {
  for (const auto& v : read_vectors("signed_message.txt", 3)) {
    SCOPED_TRACE(v.text("purpose"));
    const auto first = v.bytes("first");
    const auto second = v.bytes("second");
    EXPECT_EQ(to_hex(signed_message(v.text("purpose"), {first, second})), v.text("message"));
    const auto key = SigningKey::from_seed(v.bytes("seed"));
    const auto signature = sign(key, v.text("purpose"), {first, second});
    EXPECT_EQ(to_hex(signature), v.text("signature"));
    EXPECT_TRUE(verify(key.public_key, v.text("purpose"), {first, second}, signature));
  }
}

class Refusal : public ::testing::Test {
 protected:
  bool accepts(const Signature& signature) const {
    return verify(key_.public_key, "changeset", {as_bytes("ab"), as_bytes("c")}, signature);
  }
  const SigningKey key_ = SigningKey::from_seed(Bytes(32, 7));
  const Signature good_ = sign(key_, "changeset", {as_bytes("ab"), as_bytes("c")});
};

TEST_F(Refusal, OfAnotherPurpose) {
  ASSERT_TRUE(accepts(good_));
  for (const std::string_view purpose : {"bundle", "changeset2", "changese", "", "Changeset"})
    EXPECT_FALSE(verify(key_.public_key, purpose, {as_bytes("ab"), as_bytes("c")}, good_)) << purpose;
}

TEST_F(Refusal, OfAMovedBoundaryBetweenParts) {
  const auto a = as_bytes("a"), ab = as_bytes("ab"), abc = as_bytes("abc"), bc = as_bytes("bc"), c = as_bytes("c");
  EXPECT_TRUE(verify(key_.public_key, "changeset", {ab, c}, good_));
  EXPECT_FALSE(verify(key_.public_key, "changeset", {a, bc}, good_));
  EXPECT_FALSE(verify(key_.public_key, "changeset", {abc}, good_));
  EXPECT_FALSE(verify(key_.public_key, "changeset", {abc, {}}, good_));
  EXPECT_FALSE(verify(key_.public_key, "changeset", {ab, c, {}}, good_));
  EXPECT_FALSE(verify(key_.public_key, "changeset", {c, ab}, good_));
  // Nor can the end of the purpose become a part.
  EXPECT_NE(signed_message("changeset", {abc}), signed_message("changese", {as_bytes("tabc")}));
}

TEST_F(Refusal, OfEveryFlippedBit) {
  for (std::size_t bit = 0; bit < good_.size() * 8; ++bit) {
    auto bad = good_;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_FALSE(accepts(bad)) << bit;
  }
}

TEST_F(Refusal, OfAnotherKey) {
  const auto other = SigningKey::from_seed(Bytes(32, 8));
  EXPECT_FALSE(verify(other.public_key, "changeset", {as_bytes("ab"), as_bytes("c")}, good_));
  EXPECT_FALSE(accepts(sign(other, "changeset", {as_bytes("ab"), as_bytes("c")})));
}

// RFC 8032 5.1.7: S must be below L, else every signature has a twin.
TEST_F(Refusal, OfSPlusL) {
  const auto order = *from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  auto twin = good_;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned>(twin[32 + i]) + order[i];
    twin[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0u);
  ASSERT_NE(twin, good_);
  EXPECT_FALSE(accepts(twin));
}

TEST_F(Refusal, OfAllZero) {
  EXPECT_FALSE(accepts(Signature{}));
  EXPECT_FALSE(verify(VerifyKey{}, "changeset", {as_bytes("ab"), as_bytes("c")}, Signature{}));
}

// With a key of small order and R of small order, S = 0 would fit one message in eight or all of them.
TEST(Verify, RefusesKeysAndPointsOfSmallOrder) {
  const char* const points[] = {
      "0100000000000000000000000000000000000000000000000000000000000000",  // order 1
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
      "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
      "0000000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      "0100000000000000000000000000000000000000000000000000000000000080",  // not canonical
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  const auto honest = SigningKey::from_seed(Bytes(32, 7));
  for (const auto* const point : points) {
    const auto bytes = *from_hex(point);
    VerifyKey key{};
    Signature signature{};
    std::copy(bytes.begin(), bytes.end(), key.begin());
    std::copy(bytes.begin(), bytes.end(), signature.begin());
    auto of_identity = Signature{1};
    for (std::uint8_t message = 0; message < 16; ++message) {
      EXPECT_FALSE(verify(key, "root", {ByteView(&message, 1)}, signature)) << point;
      EXPECT_FALSE(verify(key, "root", {ByteView(&message, 1)}, of_identity)) << point;
      EXPECT_FALSE(verify(honest.public_key, "root", {ByteView(&message, 1)}, signature)) << point;
    }
  }
}

TEST(SignDeathTest, StopsOnAPurposeThatDoesNotFit) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH((void)signed_message(std::string(256, 'p'), {}), "");
}

}  // namespace
}  // namespace tram::crypto
