// The acts as commands and as routes; both are made from the rows of act.h.
#pragma once
#include "station/act/act.h"
#include "station/command.h"
#include "station/serve/record_routes.h"

namespace tram::station {

std::vector<Command> act_commands(Program program);
// POST /api/v1/acts/NAME; `saved` is told after each act.
std::vector<Route> act_routes(Station& station, const std::function<void()>& saved);
// Records of one type as people read them: every field by its name, what it hangs on, who made it.
boost::json::object records_json(Station& station, std::string_view type, const std::optional<sync::RecordId>& home);

}  // namespace tram::station
