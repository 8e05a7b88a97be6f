// A restored hub, for its operator: who was heard, what came back, what is lost, and the end by hand (sync design 8).
#pragma once
#include <boost/json.hpp>

#include "station/station.h"

namespace tram::hub {

// {"recovering","epoch","since","restored","held","waiting_for":[{"org","device","last_contact"}],"heard":[…],"ended",
// "lost":{"count","items":[{"hub_epoch","hub_seq","changeset","log","seq"}]},"judged_anew":[{"changeset",
// "former_hub_epoch","former_hub_seq","hub_epoch","hub_seq"}]}
boost::json::object recovery_json(station::Station& station);
// Waits for nobody any more. Refusal: not_recovering (5).
boost::json::object end_recovery(station::Station& station, const station::Actor& actor);

}  // namespace tram::hub
