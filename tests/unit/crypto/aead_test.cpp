#include "crypto/aead.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "vector_file.h"

namespace tram::crypto {
namespace {

using test::read_vectors;

TEST(Aead, MatchesTheVectors) {
  for (const auto& v : read_vectors("aead.txt", 2)) {
    const auto text = v.bytes("text");
    const auto associated = v.bytes("associated");
    if (v.text("kind") == "xchacha20") {
      const Secret<32> key(v.bytes("key"));
      const auto nonce = v.array<24>("nonce");
      EXPECT_EQ(to_hex(encrypt(key, nonce, text, associated)), v.text("sealed"));
      const auto opened = decrypt(key, nonce, v.bytes("sealed"), associated);
      ASSERT_TRUE(opened);
      EXPECT_EQ(*opened, text);
      continue;
    }
    // RFC 8439 pins the library underneath.
    Bytes sealed(text.size() + 16);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, text.data(), text.size(), associated.data(),
                                              associated.size(), nullptr, v.bytes("nonce").data(),
                                              v.bytes("key").data());
    EXPECT_EQ(to_hex(sealed), v.text("sealed"));
  }
}

TEST(Aead, RefusesEveryFlippedBitAndEveryPrefix) {
  const Secret<32> key;
  const Nonce nonce{};
  const auto associated = as_bytes("slot");
  const auto good = encrypt(key, nonce, as_bytes("secret"), associated);
  ASSERT_TRUE(decrypt(key, nonce, good, associated));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_EQ(decrypt(key, nonce, bad, associated).error(), errc::not_authentic) << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(decrypt(key, nonce, ByteView(good).first(size), associated).error(), errc::not_authentic) << size;
}

TEST(Aead, BindsKeyNonceAndAssociatedData) {
  const Secret<32> key;
  const auto good = encrypt(key, {}, as_bytes("secret"), as_bytes("slot"));
  EXPECT_EQ(decrypt(key, {}, good, as_bytes("slo")).error(), errc::not_authentic);
  EXPECT_EQ(decrypt(key, {}, good, {}).error(), errc::not_authentic);
  EXPECT_EQ(decrypt(key, Nonce{1}, good, as_bytes("slot")).error(), errc::not_authentic);
  EXPECT_EQ(decrypt(Secret<32>(Bytes(32, 1)), {}, good, as_bytes("slot")).error(), errc::not_authentic);
}

TEST(Aead, SealsTheEmptyText) {
  const Secret<32> key;
  const auto sealed = encrypt(key, {}, {}, {});
  EXPECT_EQ(sealed.size(), 16u);
  const auto opened = decrypt(key, {}, sealed, {});
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->empty());
}

}  // namespace
}  // namespace tram::crypto
