// Ed25519 signatures (RFC 8032, pure; crypto_sign_detached) over a purpose and parts, bundle design 3.1:
// SIGMSG(purpose, parts...) = "TRAM-SIG-v1" 00 | u8 len(purpose) | purpose | u32 count | per part: u64 len, bytes.
// A purpose is one of the strings of that section; it is never reused for a second meaning.
#pragma once
#include <initializer_list>

#include "crypto/keys.h"

namespace tram::crypto {

using Signature = ByteArray<64>;

Bytes signed_message(std::string_view purpose, std::initializer_list<ByteView> parts);
Signature sign(const SigningKey& key, std::string_view purpose, std::initializer_list<ByteView> parts);
[[nodiscard]] bool verify(const VerifyKey& key, std::string_view purpose, std::initializer_list<ByteView> parts,
                          const Signature& signature);

}  // namespace tram::crypto
