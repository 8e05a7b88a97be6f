#include "crypto/keys.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <regex>
#include <utility>

#include "crypto/kdf.h"
#include "crypto/random.h"
#include "seeded_random.h"
#include "vector_file.h"

namespace tram::crypto {
namespace {

using test::read_vectors;

Bytes product(const DecryptionKey& key, ByteView u) {
  Bytes out(32);
  EXPECT_EQ(crypto_scalarmult(out.data(), key.secret.view().data(), u.data()), 0);
  return out;
}

TEST(DecryptionKey, MatchesRfc7748) {
  for (const auto& v : read_vectors("rfc7748.txt", 5)) {
    const auto kind = v.text("kind");
    SCOPED_TRACE(kind);
    if (kind == "product") {
      EXPECT_EQ(to_hex(product(DecryptionKey::from_secret(v.bytes("scalar")), v.bytes("u"))), v.text("out"));
    } else if (kind == "rounds") {
      Bytes k(32), u(32);
      k[0] = u[0] = 9;
      for (auto left = v.number("rounds"); left > 0; --left) {
        auto next = product(DecryptionKey::from_secret(k), u);
        u = std::exchange(k, std::move(next));
      }
      EXPECT_EQ(to_hex(k), v.text("out"));
    } else {
      const auto a = DecryptionKey::from_secret(v.bytes("secret_a"));
      const auto b = DecryptionKey::from_secret(v.bytes("secret_b"));
      EXPECT_EQ(to_hex(a.public_key), v.text("public_a"));
      EXPECT_EQ(to_hex(b.public_key), v.text("public_b"));
      EXPECT_EQ(to_hex(product(a, b.public_key)), v.text("shared"));
      EXPECT_EQ(to_hex(product(b, a.public_key)), v.text("shared"));
    }
  }
}

TEST(DecryptionKey, OfASeedIsTheSameEachTime) {
  const auto a = DecryptionKey::from_seed(Bytes(32, 5));
  const auto b = DecryptionKey::from_secret(a.secret.view());
  EXPECT_EQ(a.public_key, b.public_key);
  EXPECT_EQ(a.public_key, DecryptionKey::from_seed(Bytes(32, 5)).public_key);
  EXPECT_NE(a.public_key, DecryptionKey::from_seed(Bytes(32, 6)).public_key);
}

TEST(Keys, AreNewEachTime) {
  EXPECT_NE(SigningKey::generate().public_key, SigningKey::generate().public_key);
  EXPECT_NE(DecryptionKey::generate().public_key, DecryptionKey::generate().public_key);
}

TEST(SigningKey, DoesNotBelieveAStoredPublicHalf) {
  const auto key = SigningKey::from_seed(Bytes(32, 5));
  Bytes forged(key.secret.view().begin(), key.secret.view().end());
  forged[40] ^= 1;
  const auto read = SigningKey::from_secret(forged);
  EXPECT_EQ(read.public_key, key.public_key);
  EXPECT_TRUE(equal(read.secret.view(), key.secret.view()));
}

TEST(KeyId, AndFingerprintsMatchTheVectors) {
  for (const auto& v : read_vectors("fingerprints.txt", 3)) {
    const auto ed = v.array<32>("ed25519");
    const auto x = v.array<32>("x25519");
    EXPECT_EQ(to_hex(key_id(KeyAlgorithm::ed25519, ed)), v.text("ed25519_id"));
    EXPECT_EQ(to_hex(key_id(KeyAlgorithm::x25519, x)), v.text("x25519_id"));
    EXPECT_NE(key_id(KeyAlgorithm::ed25519, ed), key_id(KeyAlgorithm::x25519, ed));
    EXPECT_EQ(device_fingerprint(v.bytes("device"), ed, x), v.text("device_digits"));
    EXPECT_EQ(root_fingerprint(ed), v.text("root_digits"));
  }
  const auto signing = SigningKey::from_seed(Bytes(32, 1));
  EXPECT_EQ(signing.id(), key_id(KeyAlgorithm::ed25519, signing.public_key));
  const auto encryption = DecryptionKey::from_seed(Bytes(32, 1));
  EXPECT_EQ(encryption.id(), key_id(KeyAlgorithm::x25519, encryption.public_key));
}

TEST(Fingerprint, IsSixGroupsOfFiveDigits) {
  EXPECT_EQ(fingerprint_digits(Hash{}), "00000 00000 00000 00000 00000 00000");
  Hash all;
  all.fill(0xff);  // 2^40 - 1 = 1099511627775
  EXPECT_EQ(fingerprint_digits(all), "27775 27775 27775 27775 27775 27775");
  Hash counted{};
  for (std::uint8_t group = 0; group < 6; ++group) counted[group * 5u + 4] = static_cast<std::uint8_t>(group + 1);
  counted[3] = 1;  // big-endian: 256 + 1
  EXPECT_EQ(fingerprint_digits(counted), "00257 00002 00003 00004 00005 00006");
  auto ends_differ = counted;
  ends_differ[30] = ends_differ[31] = 0xff;  // not shown
  EXPECT_EQ(fingerprint_digits(ends_differ), fingerprint_digits(counted));
  const std::regex form("[0-9]{5}( [0-9]{5}){5}");
  EXPECT_TRUE(std::regex_match(root_fingerprint(SigningKey::generate().public_key), form));
}

TEST(Secret, StartsAsZero) {
  const Secret<32> small;
  const Secret<64> large;
  EXPECT_TRUE(equal(small.view(), Bytes(32, 0)));
  EXPECT_TRUE(equal(large.view(), Bytes(64, 0)));
}

TEST(Secret, MovesAndLeavesNothing) {
  const Bytes content(32, 0x5a);
  Secret<32> first{content};
  Secret<32> second(std::move(first));
  EXPECT_EQ(first.view().data(), nullptr);
  EXPECT_TRUE(equal(second.view(), content));

  Secret<32> third(std::move(first));  // what was moved from moves on
  EXPECT_EQ(third.view().data(), nullptr);
  third = std::move(second);
  EXPECT_TRUE(equal(third.view(), content));
  EXPECT_EQ(second.view().data(), nullptr);
  second = Secret<32>(Bytes(32, 1));  // and takes a new value
  EXPECT_TRUE(equal(second.view(), Bytes(32, 1)));
  auto& same = third;
  third = std::move(same);
  EXPECT_TRUE(equal(third.view(), content));
}

TEST(Secret, CopiesOnlyWhenAsked) {
  static_assert(!std::is_copy_constructible_v<Secret<32>> && !std::is_copy_assignable_v<Secret<32>>);
  Secret<32> original{Bytes(32, 3)};
  const auto copy = original.copy();
  original.writable()[0] = 9;
  EXPECT_TRUE(equal(copy.view(), Bytes(32, 3)));
  auto key = SigningKey::from_seed(Bytes(32, 3));
  const auto twin = key.copy();
  key = SigningKey::generate();
  EXPECT_EQ(twin.public_key, SigningKey::from_seed(twin.secret.view().first(32)).public_key);
}

TEST(SecretDeathTest, NeverServesAsAKeyOnceMoved) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  Secret<32> key;
  const Secret<32> taken(std::move(key));
  EXPECT_DEATH((void)derive(key, 1, "TRM1cmit"), "");
  EXPECT_DEATH((void)key.copy(), "");
  EXPECT_DEATH((void)Secret<32>(Bytes(31)), "");
}

TEST(Random, FillsEverythingAndIsReplaceable) {
  Bytes a(64), b(64);
  {
    const test::SeededRandom seeded;
    random_bytes(a);
  }
  {
    const test::SeededRandom seeded;
    SystemEntropy().fill(b);
  }
  EXPECT_EQ(a, b);
  random_bytes(b);
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace tram::crypto
