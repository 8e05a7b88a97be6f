// XChaCha20-Poly1305 in one piece. The nonce is the caller's: it stands beside the ciphertext in the caller's format.
#include "crypto/aead.h"

#include <sodium.h>

namespace tram::crypto {
namespace {

constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kTag == 16 && sizeof(Nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);

}  // namespace

Bytes encrypt(const Secret<32>& key, const Nonce& nonce, ByteView text, ByteView associated) {
  Bytes sealed(text.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, text.data(), text.size(), associated.data(),
                                             associated.size(), nullptr, nonce.data(), key.view().data());
  return sealed;
}

Result<Bytes> decrypt(const Secret<32>& key, const Nonce& nonce, ByteView sealed, ByteView associated) {
  if (sealed.size() < kTag) return errc::not_authentic;
  Bytes text(sealed.size() - kTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(text.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                 associated.data(), associated.size(), nonce.data(),
                                                 key.view().data()) != 0)
    return errc::not_authentic;
  return text;
}

}  // namespace tram::crypto
