// `site revoke`: the end of a body's devices (bundle design 5.5). Two entries for each: REVOKE with its cut-off, and
// DEVICE with its state.
#pragma once
#include "hub/sites.h"
#include "sync/revocation.h"
#include "tasks/time.h"

namespace tram::hub {

struct RevokeOrder {
  sync::RevokeReason reason = sync::RevokeReason::lost;
  std::optional<tasks::LocalDate> since;  // compromised: the day from which the device is suspect
};
// Every device of the body that is in use or suspended; gives the first. Refusals: nothing_enrolled, since_missing.
Approved revoke_site(Station& station, const Actor& actor, const Actor& second, std::string_view organisation,
                     const RevokeOrder& order);

}  // namespace tram::hub
