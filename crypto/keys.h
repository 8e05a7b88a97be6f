// Keys. Secret keys are move-only, wiped when they die, and have no formatter (style: ownership).
#pragma once
#include <compare>

#include "crypto/bytes.h"
#include "crypto/hash.h"

namespace tram::crypto {

// N secret bytes in locked, guarded memory (sodium_malloc with an explicit sodium_mlock). Move-only, wiped on death.
template <std::size_t N>
class Secret {
 public:
  Secret();                         // zero-filled
  explicit Secret(ByteView bytes);  // precondition: bytes.size() == N
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  std::span<std::uint8_t, N> writable() { return std::span<std::uint8_t, N>(bytes_, N); }
  std::span<const std::uint8_t, N> view() const { return std::span<const std::uint8_t, N>(bytes_, N); }
  Secret copy() const { return Secret(view()); }  // explicit, where a key must live twice

 private:
  std::uint8_t* bytes_;
};

using KeyId = ByteArray<16>;  // first 16 bytes of H(TRM1-keyid, alg | pk); alg 1 = Ed25519, 2 = X25519
enum class KeyAlgorithm : std::uint8_t { ed25519 = 1, x25519 = 2 };
KeyId key_id(KeyAlgorithm algorithm, ByteView public_key);

using VerifyKey = ByteArray<32>;   // Ed25519 public key (RFC 8032)
using EncryptKey = ByteArray<32>;  // X25519 public key (RFC 7748)

// Ed25519 key pair; the secret is libsodium's 64-byte form (seed | public key).
struct SigningKey {
  Secret<64> secret;
  VerifyKey public_key{};
  static SigningKey generate();
  static SigningKey from_seed(ByteView seed32);
  static SigningKey from_secret(ByteView secret64);
  SigningKey copy() const { return {secret.copy(), public_key}; }
  KeyId id() const { return key_id(KeyAlgorithm::ed25519, public_key); }
};

// X25519 key pair.
struct DecryptionKey {
  Secret<32> secret;
  EncryptKey public_key{};
  static DecryptionKey generate();
  static DecryptionKey from_seed(ByteView seed32);      // crypto_box_seed_keypair
  static DecryptionKey from_secret(ByteView secret32);  // public key recomputed
  DecryptionKey copy() const { return {secret.copy(), public_key}; }
  KeyId id() const { return key_id(KeyAlgorithm::x25519, public_key); }
};

// Bundle design 5.3: 30 digits in 6 groups of five, for people to compare by telephone. F is the 32-byte
// H(TRM1-fingerprnt, ...); group j = (big-endian value of bytes 5j..5j+4) mod 100000.
std::string fingerprint_digits(const Hash& fingerprint);
std::string device_fingerprint(ByteView device_id, const VerifyKey& ed, const EncryptKey& x);
std::string root_fingerprint(const VerifyKey& root);

}  // namespace tram::crypto
