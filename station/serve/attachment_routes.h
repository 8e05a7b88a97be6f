// The routes on attachments of both programs: what hangs on a task, and the contents as a download.
#pragma once
#include "station/station.h"
#include "station/web/route.h"

namespace tram::station {

std::vector<Route> attachment_routes(Station& station);

}  // namespace tram::station
