// What /metrics says of any station and its process (reliability design 8). Numbers alone: no names, titles, addresses.
#pragma once
#include <string>

#include "station/station.h"

namespace tram::station {

std::string station_metrics(Station& station);

}  // namespace tram::station
