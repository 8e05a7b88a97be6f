// What an administrator does with accounts, without a network (decisions 14): listing, disabling with what the leaver
// leaves (R53), one-time codes for a new password, and mandates. The last administrator is helped by the console, or by
// an order that the hub signed.
#pragma once
#include <boost/json.hpp>

#include "station/permission_gate.h"

namespace tram::station {

inline constexpr std::uint64_t kResetMs = 24ull * 3600 * 1000;
inline constexpr std::size_t kResetTries = 5;
inline constexpr std::string_view kResetPurpose = "account-reset";  // decisions 33

boost::json::object users_json(Station& station);

struct Leaving {
  std::string reason;   // kept in the audit log
  std::string hand_to;  // who takes over drafts and mandates; may be empty where there are none
};
// Nobody signs in under the name any more; drafts that nobody approved and mandates go to `hand_to`. Refusals:
// no_account, last_administrator, nobody_takes_over, missing_value, and those of the gate.
struct Left {
  std::size_t drafts = 0, mandates = 0;
};
Left disable_user(Station& station, const Actor& by, const Actor* second, std::string_view name, const Leaving& how);
void enable_user(Station& station, const Actor& by, const Actor* second, std::string_view name);

// A code that the administrator reads out; it works once, within a day. Refusals: no_account, those of the gate.
std::string reset_code(Station& station, const Actor& by, const Actor* second, std::string_view name);
// The person sets the new password with it. Refusals: reset_code, reset_expired, short_password.
void take_reset(Station& station, std::string_view name, std::string_view code, std::string_view password);

// Hub: an order for one account of one site, signed with the service key. Node: carries it out. Refusals: unknown_body;
// reset_order, reset_expired, reset_used, not_enrolled.
std::string reset_order(Station& station, const Actor& by, const Actor& second, std::string_view organisation,
                        std::string_view name);
void take_reset_order(Station& station, std::string_view order, std::string_view password);

// R53: who stands in for whom, from when to when, on whose authority.
struct MandateEntry {
  std::string person, stands_in_for;
  std::string part;  // "approve" or "update"
  std::string from, to;
  std::string authority_number, authority_on;
};
sync::RecordId give_mandate(Station& station, const Actor& by, const MandateEntry& entry);
void revoke_mandate(Station& station, const Actor& by, std::string_view id);
// The roles that mandates in force today give a person, as account bits.
std::uint16_t mandated_roles(Station& station, const sync::PersonId& person);

boost::json::object audit_json(Station& station, std::uint64_t from, std::uint32_t most);

}  // namespace tram::station
