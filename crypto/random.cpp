// Start of libsodium and its random source, which tests replace by a seeded one (bundle design 8.1).
#include "crypto/random.h"

#include <sodium.h>

#include <cstdlib>

namespace tram::crypto {

void initialise() {
  if (sodium_init() < 0) std::abort();
}

void wipe(std::span<std::uint8_t> secret) {
  if (!secret.empty()) sodium_memzero(secret.data(), secret.size());
}

void random_bytes(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

}  // namespace tram::crypto
