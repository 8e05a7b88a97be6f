// crypto_kdf_derive_from_key (BLAKE2b): a 32-byte subkey from a 32-byte key, an id and an 8-byte context.
// Contexts and ids in use: TRM1cmit 1, TRM1strm 2, TRM1hmac 3, TRM1rcpt 4 (bundle design 3.1).
#pragma once
#include "crypto/keys.h"

namespace tram::crypto {

Secret<32> derive(const Secret<32>& key, std::uint64_t id, std::string_view context8);

}  // namespace tram::crypto
