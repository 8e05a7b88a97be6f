// The routes that both programs answer alike: the list of tasks, one task, the organisations (docs/api.md).
#pragma once
#include <boost/json.hpp>
#include <functional>
#include <vector>

#include "station/task_view.h"
#include "station/web/route.h"

namespace tram::station {

struct RecordRoutes {
  Station& station;
  // What waits for approval in a task; empty where nothing does.
  std::function<boost::json::array(const TaskView&, const Actor&)> pending;
};
std::vector<Route> record_routes(RecordRoutes parts);

// The task whose id stands in the address, if the signed-in person may read it. Refusal: unknown_task.
TaskView task_of_address(Station& station, const AdmittedRequest& request);

// The record id of an address, refused as `code` (unknown_task, unknown_assignment).
sync::RecordId record_of_address(const AdmittedRequest& request, std::string_view parameter, std::string_view code);

// Pages of 50: {"total","page","pages","as_of","tasks"}. `page` counts from 1; one beyond the last is empty.
boost::json::object task_page_json(const std::vector<TaskView>& tasks, std::uint64_t page);
// The same of all tasks in their order, with nothing read but the rows of that page.
boost::json::object every_task_page_json(Station& station, std::uint64_t page);
boost::json::object organisations_json(Station& station);

}  // namespace tram::station
