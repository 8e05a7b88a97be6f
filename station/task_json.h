// The JSON of tasks, assignments and histories, for `--json` and the API alike (docs/api.md; contract). One place per
// shape.
#pragma once
#include <boost/json.hpp>

#include "station/task_view.h"

namespace tram::station {

boost::json::object json_of(const AssignmentView& assignment);
boost::json::object json_of(const TaskView& task);
boost::json::object task_list_json(const std::vector<TaskView>& tasks);
// What is due of an assignment: kind, rule, moments, and how it stands.
boost::json::array obligations_json(const AssignmentView& assignment, tasks::Moment now);
// The task with its occurrences and obligations, and the history of it and its assignments, newest first.
boost::json::object task_detail_json(Station& station, const TaskView& task);

// One operation as people read it: {"at","received","who","org","record","action","field","value","outcome","sync"}.
boost::json::object version_json(Station& station, const sync::VersionRow& version);
// A value as text or number; ids of organisations as their codes.
boost::json::value value_json(Station& station, const sync::Value& value);
// Moments of whole seconds, or null.
boost::json::value moment_json(const std::optional<tasks::Moment>& moment);

}  // namespace tram::station
