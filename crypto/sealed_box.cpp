// Sealed boxes: the stanzas of a container header (bundle design 3.2).
#include "crypto/sealed_box.h"

#include <sodium.h>

#include "crypto/random.h"

namespace tram::crypto {

static_assert(kSealOverhead == crypto_box_SEALBYTES);

Bytes seal(const EncryptKey& to, ByteView message) {
  Bytes sealed(message.size() + kSealOverhead);
  // Only a public key of small order fails. No secret key belongs to it and nobody could open a box for it, so a box
  // of the same length that nobody can open is the whole truth, and one bad directory entry stops no other recipient.
  if (crypto_box_seal(sealed.data(), message.data(), message.size(), to.data()) != 0) random_bytes(sealed);
  return sealed;
}

Result<Bytes> open_sealed(const DecryptionKey& key, ByteView sealed) {
  if (sealed.size() < kSealOverhead) return errc::cannot_open;
  Bytes message(sealed.size() - kSealOverhead);
  if (crypto_box_seal_open(message.data(), sealed.data(), sealed.size(), key.public_key.data(),
                           key.secret.view().data()) != 0)
    return errc::cannot_open;
  return message;
}

}  // namespace tram::crypto
