// BLAKE2b-256 with personalisation, whole and in pieces; comparison in constant time.
#include "crypto/hash.h"

#include <sodium.h>

#include <algorithm>

namespace tram::crypto {

namespace {

void start(crypto_generichash_blake2b_state& blake, std::string_view personal, ByteView key) {
  ByteArray<crypto_generichash_blake2b_PERSONALBYTES> filled{};
  if (personal.size() > filled.size() || (!key.empty() && key.size() < crypto_generichash_blake2b_KEYBYTES_MIN) ||
      key.size() > crypto_generichash_blake2b_KEYBYTES_MAX)
    sodium_misuse();
  std::copy(personal.begin(), personal.end(), filled.begin());
  // A missing salt is the zero salt of the bundle design 3.1.
  crypto_generichash_blake2b_init_salt_personal(&blake, key.empty() ? nullptr : key.data(), key.size(), sizeof(Hash),
                                                nullptr, filled.data());
}

void add(crypto_generichash_blake2b_state& blake, ByteView piece) {
  if (!piece.empty()) crypto_generichash_blake2b_update(&blake, piece.data(), piece.size());
}

// At once, on the stack: most hashes are of a few short parts.
Hash hash_of(std::string_view personal, ByteView key, std::initializer_list<ByteView> parts) {
  crypto_generichash_blake2b_state blake;
  start(blake, personal, key);
  for (const auto part : parts) add(blake, part);
  Hash out{};
  crypto_generichash_blake2b_final(&blake, out.data(), out.size());
  if (!key.empty()) sodium_memzero(&blake, sizeof blake);
  return out;
}

}  // namespace

struct Hasher::State {
  crypto_generichash_blake2b_state blake;
  ~State() { sodium_memzero(&blake, sizeof blake); }  // a keyed state holds the key
};

Hasher::Hasher(std::string_view personal, ByteView key) : state_(std::make_unique<State>()) {
  start(state_->blake, personal, key);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(ByteView piece) {
  if (!state_) sodium_misuse();
  add(state_->blake, piece);
}

Hash Hasher::finish() {
  if (!state_) sodium_misuse();
  Hash out{};
  crypto_generichash_blake2b_final(&state_->blake, out.data(), out.size());
  state_.reset();
  return out;
}

Hash hash(std::string_view personal, std::initializer_list<ByteView> parts) {
  return hash_of(personal, {}, parts);
}

Hash keyed_hash(std::string_view personal, ByteView key, std::initializer_list<ByteView> parts) {
  if (key.empty()) sodium_misuse();  // else a lost key would quietly give the hash without one
  return hash_of(personal, key, parts);
}

bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace tram::crypto
