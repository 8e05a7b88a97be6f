// Warnings of this station (R36): every obligation that is about to be overdue, falls due today or is overdue, to the
// person who can act on it, and the digest of a day that keeps them from flooding anybody. Which obligation warns whom
// is said by tasks/warning.h.
#pragma once
#include <boost/json.hpp>

#include "station/people.h"
#include "station/task_view.h"
#include "tasks/warning.h"

namespace tram::station {

// A site hears of what its own people can act on, the hub of what its office can; both of their reports (R24, R25).
std::vector<tasks::Warning> warnings(Station& station);

// Those that a person can act on, by roles and body.
std::vector<tasks::Warning> warnings_for(Station& station, const Actor& actor);

// {"as_of","overdue","due","soon","items":[{"about","kind","rule","urgency","due","org","recipient"}],"more"}: the most
// pressing first, at most kMaxDigestLines of them unless all are asked for.
boost::json::object warnings_json(std::vector<tasks::Warning> list, bool all);

// The digest of this day, made when it is first asked for and the same until midnight. `digest` is a new one, then.
boost::json::object daily_digest_json(Station& station, const Actor& actor);

}  // namespace tram::station
