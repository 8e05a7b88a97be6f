// Signatures over a purpose and parts. The multi-part crypto_sign_init family is Ed25519ph, another scheme, and is
// not used (bundle design 3.1).
#include "crypto/sign.h"

#include <sodium.h>

#include <limits>

namespace tram::crypto {

Bytes signed_message(std::string_view purpose, std::initializer_list<ByteView> parts) {
  using namespace std::string_view_literals;
  if (purpose.size() > std::numeric_limits<std::uint8_t>::max()) sodium_misuse();
  constexpr auto kIntroduction = "TRAM-SIG-v1\0"sv;
  std::size_t size = kIntroduction.size() + 1 + purpose.size() + sizeof(std::uint32_t);
  for (const auto part : parts) size += sizeof(std::uint64_t) + part.size();
  Bytes message;
  message.reserve(size);
  append(message, as_bytes(kIntroduction));
  append_le(message, static_cast<std::uint8_t>(purpose.size()));
  append(message, as_bytes(purpose));
  append_le(message, static_cast<std::uint32_t>(parts.size()));
  for (const auto part : parts) {
    append_le(message, static_cast<std::uint64_t>(part.size()));
    append(message, part);
  }
  return message;
}

Signature sign(const SigningKey& key, std::string_view purpose, std::initializer_list<ByteView> parts) {
  const Bytes message = signed_message(purpose, parts);
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), key.secret.view().data());
  return signature;
}

bool verify(const VerifyKey& key, std::string_view purpose, std::initializer_list<ByteView> parts,
            const Signature& signature) {
  const Bytes message = signed_message(purpose, parts);
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

}  // namespace tram::crypto
