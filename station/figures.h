// Figures in the moment of asking (R29): the assignments of this station as ratings and reports take them, counted by
// tasks/figures.h for all and for each body, with the age of the data behind them (R69). Reads alone.
#pragma once
#include <boost/json.hpp>
#include <functional>

#include "station/task_view.h"
#include "tasks/rating.h"

namespace tram::station {

// What was handed over and not cancelled; `counts` picks among the tasks.
std::vector<tasks::RatedAssignment> rated_assignments(Station& station,
                                                      const std::function<bool(const TaskView&)>& counts = {});

// {"as_of","all":F,"bodies":[{"org","name",F}],"data":{"newer_than_2_days","of","oldest_s"}|null}; `data` at the hub.
boost::json::object figures_json(Station& station, const std::function<bool(const TaskView&)>& counts = {});

}  // namespace tram::station
