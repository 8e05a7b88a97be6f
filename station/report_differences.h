// R21, R67: the frozen figures of a report beside what the system holds now. What differs is named, with both values,
// so that either side can open a difference about it.
#pragma once
#include <boost/json.hpp>

#include "station/task_view.h"

namespace tram::station {

// {"report","frozen_at","items":[{"ref","org","fact","reported","system"}]}. Refusal: unknown_report.
boost::json::object report_differences_json(Station& station, std::string_view report);

}  // namespace tram::station
