// Subkeys of a file key. What each id and context stands for is fixed in the bundle design 3.1, not here.
#include "crypto/kdf.h"

#include <sodium.h>

namespace tram::crypto {

Secret<32> derive(const Secret<32>& key, std::uint64_t id, std::string_view context8) {
  static_assert(crypto_kdf_KEYBYTES == 32 && crypto_kdf_CONTEXTBYTES == 8);
  if (context8.size() != crypto_kdf_CONTEXTBYTES) sodium_misuse();
  Secret<32> out;
  crypto_kdf_derive_from_key(out.writable().data(), 32, id, context8.data(), key.view().data());
  return out;
}

}  // namespace tram::crypto
