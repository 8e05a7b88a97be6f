// Secret memory, key pairs, key ids and the fingerprints that people compare by telephone.
#include "crypto/keys.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tram::crypto {
namespace {

std::uint8_t* locked_memory(std::size_t size) {
  auto* bytes = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (bytes == nullptr) std::abort();
  // sodium_malloc does not say whether it could lock (libsodium issue 1237), so it is asked for once more. A refusal
  // (RLIMIT_MEMLOCK) is borne: the bytes are still guarded and wiped, and the machine's swap is the operator's matter.
  [[maybe_unused]] const int refused = sodium_mlock(bytes, size);
  return bytes;
}

}  // namespace

template <std::size_t N>
Secret<N>::Secret() : bytes_(locked_memory(N)) {
  sodium_memzero(bytes_, N);
}

template <std::size_t N>
Secret<N>::Secret(ByteView bytes) : bytes_(nullptr) {
  if (bytes.size() != N || bytes.data() == nullptr) sodium_misuse();
  bytes_ = locked_memory(N);
  std::copy(bytes.begin(), bytes.end(), bytes_);
}

template <std::size_t N>
Secret<N>::~Secret() {
  sodium_free(bytes_);  // wipes first; takes null
}

// The source keeps no memory: it may be destroyed or assigned, and any use of it as a key faults. A zero-filled rest
// would be worse, since it would encrypt.
template <std::size_t N>
Secret<N>::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}

template <std::size_t N>
Secret<N>& Secret<N>::operator=(Secret&& other) noexcept {
  if (this != &other) {
    sodium_free(bytes_);
    bytes_ = std::exchange(other.bytes_, nullptr);
  }
  return *this;
}

template class Secret<32>;
template class Secret<64>;

KeyId key_id(KeyAlgorithm algorithm, ByteView public_key) {
  const auto number = static_cast<std::uint8_t>(algorithm);
  const auto full = hash("TRM1-keyid", {ByteView(&number, 1), public_key});
  KeyId id{};
  std::copy_n(full.begin(), id.size(), id.begin());
  return id;
}

SigningKey SigningKey::generate() {
  SigningKey key;
  crypto_sign_keypair(key.public_key.data(), key.secret.writable().data());
  return key;
}

SigningKey SigningKey::from_seed(ByteView seed32) {
  if (seed32.size() != crypto_sign_SEEDBYTES) sodium_misuse();
  SigningKey key;
  crypto_sign_seed_keypair(key.public_key.data(), key.secret.writable().data(), seed32.data());
  return key;
}

SigningKey SigningKey::from_secret(ByteView secret64) {
  if (secret64.size() != crypto_sign_SECRETKEYBYTES) sodium_misuse();
  // The stored public half is not believed: signing with a foreign one gives the secret scalar away.
  return from_seed(secret64.first(crypto_sign_SEEDBYTES));
}

DecryptionKey DecryptionKey::generate() {
  DecryptionKey key;
  crypto_box_keypair(key.public_key.data(), key.secret.writable().data());
  return key;
}

DecryptionKey DecryptionKey::from_seed(ByteView seed32) {
  if (seed32.size() != crypto_box_SEEDBYTES) sodium_misuse();
  DecryptionKey key;
  crypto_box_seed_keypair(key.public_key.data(), key.secret.writable().data(), seed32.data());
  return key;
}

DecryptionKey DecryptionKey::from_secret(ByteView secret32) {
  DecryptionKey key{Secret<32>(secret32)};
  crypto_scalarmult_base(key.public_key.data(), key.secret.view().data());
  return key;
}

std::string fingerprint_digits(const Hash& fingerprint) {
  constexpr std::size_t kGroups = 6;
  constexpr std::size_t kDigits = 5;  // and as many bytes
  std::string text;
  for (std::size_t group = 0; group < kGroups; ++group) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kDigits; ++i) value = value << 8 | fingerprint[group * kDigits + i];
    std::string digits = std::to_string(value % 100000);
    if (group > 0) text.push_back(' ');
    text.append(kDigits - digits.size(), '0').append(digits);
  }
  return text;
}

std::string device_fingerprint(ByteView device_id, const VerifyKey& ed, const EncryptKey& x) {
  return fingerprint_digits(hash("TRM1-fingerprnt", {device_id, ed, x}));
}

std::string root_fingerprint(const VerifyKey& root) {
  return fingerprint_digits(hash("TRM1-fingerprnt", {root}));
}

}  // namespace tram::crypto
