#include "station/store/accounts.h"

#include "station/store/columns.h"

namespace tram::station {

static Select& operator>>(Select& s, AccountRow& a) {
  return s >> a.name >> a.person >> a.password_hash >> a.roles >> a.organisation >> a.disabled >> a.created_ms;
}

namespace {

constexpr std::size_t kTextBytes = 64;   // name, code of an organisation
constexpr std::size_t kHashBytes = 256;  // an encoded Argon2id hash has about 100
constexpr std::uint16_t kAllRoles = (1u << 10) - 1;

Result<void> found(int changed) {
  if (changed == 0) return errc::no_such_row;
  return {};
}

}  // namespace

std::optional<AccountRow> AccountTable::get(std::string_view name) {
  return one<AccountRow>({connection_, "account.get", name});
}

std::vector<AccountRow> AccountTable::of_person(const sync::PersonId& person) {
  return station::all<AccountRow>({connection_, "account.of_person", person});
}

std::vector<AccountRow> AccountTable::all() {
  return station::all<AccountRow>({connection_, "account.all"});
}

std::uint64_t AccountTable::count() {
  return station::count(connection_, "account.count");
}

Result<void> AccountTable::add(const AccountRow& a) {
  if (a.name.empty() || a.name.size() > kTextBytes || a.organisation.size() > kTextBytes ||
      a.password_hash.size() > kHashBytes || a.roles > kAllRoles)
    return errc::over_limit;
  const int added = change(connection_, "account.add", a.name, a.person, a.password_hash, a.roles, a.organisation,
                           a.disabled, a.created_ms);
  if (added == 0) return errc::already_exists;
  return {};
}

Result<void> AccountTable::set_password(std::string_view name, std::string_view password_hash) {
  if (password_hash.size() > kHashBytes) return errc::over_limit;
  return found(change(connection_, "account.set_password", password_hash, name));
}

Result<void> AccountTable::set_roles(std::string_view name, std::uint16_t roles) {
  if (roles > kAllRoles) return errc::over_limit;
  return found(change(connection_, "account.set_roles", roles, name));
}

Result<void> AccountTable::set_disabled(std::string_view name, bool disabled) {
  return found(change(connection_, "account.set_disabled", disabled, name));
}

}  // namespace tram::station
