// The people of this station: account, password hash, roles. Who may do what stands in the route table; passwords are
// hashed in crypto/password.h before they come here. The login sees them through station/web/accounts.h. Writes run
// inside a transaction.
#pragma once
#include "station/store/sqlite.h"
#include "sync/ids.h"

namespace tram::station {

struct AccountRow {
  std::string name;  // key, 1..64 bytes; also how the person signs in
  sync::PersonId person;
  std::string password_hash;
  std::uint16_t roles = 0;   // bit n-1 = role n of reliability design 5.6
  std::string organisation;  // code
  bool disabled = false;
  std::uint64_t created_ms = 0;
  bool operator==(const AccountRow&) const = default;
};

class AccountTable {
 public:
  explicit AccountTable(Connection& connection) : connection_(connection) {}

  std::optional<AccountRow> get(std::string_view name);
  std::vector<AccountRow> of_person(const sync::PersonId& person);
  std::vector<AccountRow> all();  // by name
  std::uint64_t count();
  // Errors: already_exists, over_limit.
  Result<void> add(const AccountRow& account);
  // Errors: no_such_row.
  Result<void> set_password(std::string_view name, std::string_view password_hash);
  Result<void> set_roles(std::string_view name, std::uint16_t roles);
  Result<void> set_disabled(std::string_view name, bool disabled);

 private:
  Connection& connection_;
};

}  // namespace tram::station
