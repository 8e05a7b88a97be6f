#include "station/serve/station_accounts.h"

#include "station/people_office.h"
#include "station/store/accounts.h"
#include "tasks/text.h"

namespace tram::station {

std::optional<Account> StationAccounts::find(std::string_view name) {
  if (!tasks::is_clean_utf8(name)) return std::nullopt;
  // Names are stored in NFC; keyboards give either form.
  const auto row = AccountTable(station_.connection()).get(tasks::to_nfc(name));
  if (!row) return std::nullopt;
  return Account{.person = row->person.bytes,
                 .name = row->name,
                 .password_hash = row->password_hash,
                 .roles = static_cast<Roles>(row->roles | mandated_roles(station_, row->person)),
                 .org = row->organisation.empty() ? station_.organisation_code() : row->organisation,
                 .disabled = row->disabled};
}

}  // namespace tram::station
