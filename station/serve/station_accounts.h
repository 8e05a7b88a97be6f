// The accounts of the data folder as the login sees them.
#pragma once
#include "station/station.h"
#include "station/web/accounts.h"

namespace tram::station {

class StationAccounts final : public Accounts {
 public:
  explicit StationAccounts(Station& station) : station_(station) {}
  std::optional<Account> find(std::string_view name) override;

 private:
  Station& station_;
};

}  // namespace tram::station
