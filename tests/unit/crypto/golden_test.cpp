// Sealed box and secretstream have no official vectors. The golden files come from an independent implementation.
#include <gtest/gtest.h>

#include "crypto/sealed_box.h"
#include "crypto/secret_stream.h"
#include "seeded_random.h"
#include "vector_file.h"

namespace tram::crypto {
namespace {

using test::read_vectors;
using test::SeededRandom;
using test::VectorCase;

Bytes text_of(std::size_t length) {
  Bytes text(length);
  for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<std::uint8_t>((7 * i + length) % 251);
  return text;
}

void expect_sealed(const VectorCase& v, ByteView sealed) {
  if (v.has("sealed"))
    EXPECT_EQ(to_hex(sealed), v.text("sealed"));
  else
    EXPECT_EQ(to_hex(hash("", {sealed})), v.text("sealed_hash"));
}

TEST(SealedBox, MatchesTheGoldenFile) {
  for (const auto& v : read_vectors("sealed_box.txt", 6)) {
    SCOPED_TRACE(v.text("length"));
    const auto text = text_of(v.number("length"));
    const auto key = DecryptionKey::from_secret(v.bytes("secret"));
    EXPECT_EQ(to_hex(key.public_key), v.text("public"));
    Bytes sealed;
    {
      SeededRandom seeded;
      sealed = seal(key.public_key, text);
    }
    EXPECT_EQ(sealed.size(), text.size() + kSealOverhead);
    expect_sealed(v, sealed);
    const auto opened = open_sealed(key, sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, text);
  }
}

TEST(SealedBox, OpensForItsKeyOnlyAndUnchangedOnly) {
  const auto key = DecryptionKey::generate();
  const auto good = seal(key.public_key, text_of(32));
  EXPECT_NE(good, seal(key.public_key, text_of(32)));
  EXPECT_EQ(open_sealed(DecryptionKey::generate(), good).error(), errc::cannot_open);
  // The top bit of a public key is no part of it (RFC 7748 section 5), but the nonce covers it here.
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_EQ(open_sealed(key, bad).error(), errc::cannot_open) << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(open_sealed(key, ByteView(good).first(size)).error(), errc::cannot_open) << size;
}

TEST(SealedBox, ForAKeyOfSmallOrderNobodyOpensIt) {
  const EncryptKey nobody{1};
  const auto sealed = seal(nobody, text_of(32));
  EXPECT_EQ(sealed.size(), 32 + kSealOverhead);
  EXPECT_FALSE(equal(sealed, Bytes(sealed.size(), 0)));
  EXPECT_EQ(open_sealed(DecryptionKey::generate(), sealed).error(), errc::cannot_open);
}

TEST(SecretStream, MatchesTheGoldenFile) {
  const auto associated = as_bytes("chunk header");
  for (const auto& v : read_vectors("secret_stream.txt", 6)) {
    SCOPED_TRACE(v.text("length"));
    const Secret<32> key(v.bytes("key"));
    const auto text = text_of(v.number("length"));
    Bytes first, last;
    StreamHeader header;
    {
      SeededRandom seeded;
      StreamEncryptor made(key);
      StreamEncryptor encryptor(std::move(made));
      header = encryptor.header();
      encryptor.push(text_of(32), associated, StreamTag::message, first);
      last = {0xee};  // push appends
      encryptor.push(text, associated, StreamTag::final, last);
    }
    EXPECT_EQ(last.front(), 0xee);
    last.erase(last.begin());
    EXPECT_EQ(last.size(), text.size() + kStreamOverhead);
    EXPECT_EQ(to_hex(header), v.text("header"));
    EXPECT_EQ(to_hex(first), v.text("first"));
    expect_sealed(v, last);

    StreamDecryptor made(key, v.array<24>("header"));
    StreamDecryptor decryptor(std::move(made));
    const auto one = decryptor.pull(v.bytes("first"), associated);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->text, text_of(32));
    EXPECT_EQ(one->tag, 0);
    const auto two = decryptor.pull(last, associated);
    ASSERT_TRUE(two);
    EXPECT_EQ(two->text, text);
    EXPECT_EQ(two->tag, 3);
  }
}

TEST(SecretStream, RefusesChangedCutSwappedAndRepeatedChunks) {
  const Secret<32> key;
  StreamEncryptor encryptor(key);
  Bytes first, second;
  encryptor.push(text_of(20), as_bytes("0"), StreamTag::message, first);
  encryptor.push(text_of(20), as_bytes("1"), StreamTag::final, second);

  StreamDecryptor decryptor(key, encryptor.header());
  EXPECT_EQ(decryptor.pull(second, as_bytes("1")).error(), errc::not_authentic);
  EXPECT_EQ(decryptor.pull(first, as_bytes("1")).error(), errc::not_authentic);
  EXPECT_EQ(decryptor.pull(first, {}).error(), errc::not_authentic);
  for (std::size_t bit = 0; bit < first.size() * 8; ++bit) {
    auto bad = first;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_EQ(decryptor.pull(bad, as_bytes("0")).error(), errc::not_authentic) << bit;
  }
  for (std::size_t size = 0; size < first.size(); ++size)
    EXPECT_EQ(decryptor.pull(ByteView(first).first(size), as_bytes("0")).error(), errc::not_authentic) << size;
  EXPECT_TRUE(decryptor.pull(first, as_bytes("0")));  // a refused chunk leaves the stream where it was
  EXPECT_EQ(decryptor.pull(first, as_bytes("0")).error(), errc::not_authentic);
  EXPECT_TRUE(decryptor.pull(second, as_bytes("1")));

  StreamDecryptor other(Secret<32>(Bytes(32, 1)), encryptor.header());
  EXPECT_EQ(other.pull(first, as_bytes("0")).error(), errc::not_authentic);
}

}  // namespace
}  // namespace tram::crypto
