// The node's addresses below /api/v1 (docs/api.md). Each checks its body, names the person of the session as the actor
// and leaves the act itself to assignment_acts.h and reports.h.
#pragma once
#include <functional>
#include <vector>

#include "station/station.h"
#include "station/web/route.h"

namespace tram::node {

using station::Station;

struct NodeRoutes {
  Station& station;
  std::function<void()> saved;                         // after each act: there may be something to send
  std::function<void(station::Respond)> exchange_now;  // POST /sync
};
std::vector<station::Route> node_routes(NodeRoutes parts);

}  // namespace tram::node
