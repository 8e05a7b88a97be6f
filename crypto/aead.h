// XChaCha20-Poly1305 (IETF draft; crypto_aead_xchacha20poly1305_ietf) with a random 24-byte nonce in front of the
// ciphertext: nonce 24 | ciphertext | tag 16. Used for secrets at rest; bundles use secret_stream.
#pragma once
#include "crypto/errc.h"
#include "crypto/keys.h"

namespace tram::crypto {

using Nonce = ByteArray<24>;
Bytes encrypt(const Secret<32>& key, const Nonce& nonce, ByteView text, ByteView associated);  // ciphertext | tag
[[nodiscard]] Result<Bytes> decrypt(const Secret<32>& key, const Nonce& nonce, ByteView sealed, ByteView associated);

}  // namespace tram::crypto
