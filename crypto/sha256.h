// SHA-256 (FIPS 180-4; libsodium's crypto_hash_sha256) for what people outside Tram check with their own tools, such as
// sha256sum beside a report export. Nothing inside Tram relies on it: that hash is crypto/hash.h.
#pragma once
#include "crypto/bytes.h"

namespace tram::crypto {

ByteArray<32> sha256(ByteView bytes);

}  // namespace tram::crypto
