#include "crypto/sha256.h"

#include <sodium.h>

namespace tram::crypto {

ByteArray<32> sha256(ByteView bytes) {
  ByteArray<32> out{};
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return out;
}

}  // namespace tram::crypto
