// The relay of a document (R50): its tasks that fall due on the same days, one body handing on to the next by their
// hours, and whose step is missing. How steps stand is said by tasks/relay.h.
#pragma once
#include <boost/json.hpp>

#include "station/station.h"

namespace tram::station {

// {"items":[{"date","missing":org|null,"steps":[{"org","due","acted","state","late_s","without_previous"}]}]}: the days
// on which more than one step falls, up to now and the next one. Refusal: unknown_document.
boost::json::object relays_json(Station& station, const std::string& document);

}  // namespace tram::station
