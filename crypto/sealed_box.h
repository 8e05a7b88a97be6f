// Anonymous public-key encryption (libsodium crypto_box_seal: X25519, XSalsa20-Poly1305). 48 bytes longer than the
// message. Whoever has the public key can seal; it authenticates nobody.
#pragma once
#include "crypto/errc.h"
#include "crypto/keys.h"

namespace tram::crypto {

inline constexpr std::size_t kSealOverhead = 48;
Bytes seal(const EncryptKey& to, ByteView message);
[[nodiscard]] Result<Bytes> open_sealed(const DecryptionKey& key, ByteView sealed);  // errc::cannot_open

}  // namespace tram::crypto
