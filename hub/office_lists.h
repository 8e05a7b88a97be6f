// The lists that the office works from: due and not done, done wrongly, new problems, at risk (R63), tasks without a
// follow-up body (R59), and work of bodies that ended and have no clear successor (R58). Which assignment stands on
// which list is said by tasks/.
#pragma once
#include <boost/json.hpp>

#include "hub/directory_office.h"

namespace tram::hub {

// {"due_and_not_done":[I…],"done_wrongly":[I…],"new_problem":[I…],"at_risk":[I…],"without_follow_up":[{"id","ref",
// "document"}],"without_successor":[{"ref","org"}]}, I = {"id","ref","document","org","outcome","deadline"}.
boost::json::object office_lists_json(Station& station);

}  // namespace tram::hub
