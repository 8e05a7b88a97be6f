// Passwords of persons. The stored string carries its own cost, so a later release may raise it for new passwords.
#include "crypto/password.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace tram::crypto {
namespace {

// What a stored string may ask of this machine; the same bounds as the keystore's (bundle design 5.6).
constexpr std::uint64_t kMaxMemoryKib = 1u << 20;
constexpr std::uint64_t kMaxPasses = 10;

// libsodium takes no null pointer, not even for a password of no characters.
const char* characters(std::string_view password) {
  return password.empty() ? "" : password.data();
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool take_number(std::string_view& text, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > max) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool cost_is_bounded(std::string_view stored) {
  return take(stored, "$argon2id$v=19$m=") && take_number(stored, kMaxMemoryKib) && take(stored, ",t=") &&
         take_number(stored, kMaxPasses) && take(stored, ",p=1$");
}

}  // namespace

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  if (crypto_pwhash_str_alg(stored.data(), characters(password), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return errc::out_of_memory;
  return std::string(stored.data());
}

bool password_matches(std::string_view stored, std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (stored.size() >= text.size() || !cost_is_bounded(stored)) return false;
  stored.copy(text.data(), stored.size());
  return crypto_pwhash_str_verify(text.data(), characters(password), password.size()) == 0;
}

}  // namespace tram::crypto
