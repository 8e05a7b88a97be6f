// The persons of a station as the login sees them; where they are stored is the program's matter.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "station/web/permissions.h"

namespace tram::station {

using PersonId = ByteArray<16>;

struct Account {
  PersonId person{};
  std::string name{};
  std::string password_hash{};  // libsodium's string form of Argon2id
  Roles roles = 0;
  std::string org{};  // code of the organisation the rights apply to
  bool disabled = false;
};

// Called on the application thread only.
class Accounts {
 public:
  virtual ~Accounts() = default;
  virtual std::optional<Account> find(std::string_view name) = 0;
};

}  // namespace tram::station
