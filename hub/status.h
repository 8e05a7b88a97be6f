// What the hub's people look at first: the sites, how much there is, what waits for a decision, and the alerts. For the
// command line and the API alike (docs/api.md).
#pragma once
#include <boost/json.hpp>

#include "station/station.h"

namespace tram::hub {

boost::json::object status_json(station::Station& station);

}  // namespace tram::hub
