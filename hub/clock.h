// The hub's clock, for its operator: hub time never falls, and after a jump ahead of more than five minutes no receipts
// are written until somebody looked (sync design 9.4).
#pragma once
#include <boost/json.hpp>

#include "station/station.h"

namespace tram::hub {

// {"hub_time","clock","jump_s","held"}: the last moment given, the system clock, how far it jumped ahead since the
// program started, and whether receipts wait for that.
boost::json::object clock_json(station::Station& station);
// The clock is right. Refusal: clock_not_held (5).
boost::json::object confirm_clock(station::Station& station, const station::Actor& actor);

}  // namespace tram::hub
