// The one question before data come from, or go to, another system (R38): does this documented format pass in this
// direction at an installation of this zone? The answer is that of tasks/exchange_format.h.
#pragma once
#include <boost/json.hpp>

#include "station/station.h"
#include "tasks/exchange_format.h"

namespace tram::station {

// The zone of this installation, as the rules name it.
tasks::Zone zone_of(const Station& station);

// Refusal: format_refused.
void need_exchange(const Station& station, tasks::ExchangeFormat format, tasks::Direction direction);

// {"items":[{"format","in","out"}]}, of one format if it is named. Refusal: unknown_format.
boost::json::object formats_json(const Station& station, const std::optional<std::string>& name);

}  // namespace tram::station
