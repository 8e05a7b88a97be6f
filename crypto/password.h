// Passwords of persons (reliability design 5.4): Argon2id, 64 MiB, 2 passes, stored as libsodium's string form.
#pragma once
#include <string>

#include "crypto/errc.h"

namespace tram::crypto {

struct PasswordCost {
  std::uint64_t passes = 2;
  std::size_t memory_bytes = 64u << 20;
};
[[nodiscard]] Result<std::string> hash_password(std::string_view password, PasswordCost cost = {});  // out_of_memory
[[nodiscard]] bool password_matches(std::string_view stored, std::string_view password);

}  // namespace tram::crypto
