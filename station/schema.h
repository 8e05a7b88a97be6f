// The regulation's records as `sync` needs to know them: the tables of tasks/record_schema.h as one schema value, and
// the policy as shipped (docs/formats/sync.md, "Policy").
#pragma once
#include "sync/authority.h"
#include "sync/container.h"

namespace tram::station {

// In a closed zone the fields and records marked as class 0 only do not exist (R8).
sync::Schema record_schema(sync::ZoneKind zone);
sync::Policy record_policy(const sync::Schema& schema);

// Ceilings of roles: what a site, and the hub's office, may assign (decisions 10). Bits of sync::role_bit.
std::uint32_t site_role_ceiling();
std::uint32_t hub_role_ceiling();

// The code of the hub's own organisation in every directory.
inline constexpr std::string_view kHubCode = "hub";

}  // namespace tram::station
