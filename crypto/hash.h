// BLAKE2b-256 with personalisation (RFC 7693; libsodium's crypto_generichash_blake2b_salt_personal), the only hash
// of Tram. `personal` is one of the strings of the bundle design 3.1, at most 16 ASCII bytes, zero-filled.
#pragma once
#include <initializer_list>
#include <memory>

#include "crypto/bytes.h"

namespace tram::crypto {

using Hash = ByteArray<32>;

// H(p, parts...): the parts are hashed one after another, without separators.
Hash hash(std::string_view personal, std::initializer_list<ByteView> parts);
// HK(p, key, parts...): keyed. Precondition: 16 <= key.size() <= 64.
Hash keyed_hash(std::string_view personal, ByteView key, std::initializer_list<ByteView> parts);

// The same over input that arrives in pieces. One use: after finish() the object is spent.
class Hasher {
 public:
  explicit Hasher(std::string_view personal, ByteView key = {});
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void update(ByteView piece);
  [[nodiscard]] Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Constant-time comparison (sodium_memcmp); false when the sizes differ.
bool equal(ByteView a, ByteView b);

}  // namespace tram::crypto
