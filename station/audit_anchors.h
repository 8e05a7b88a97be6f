// Audit anchors between a site and its hub (reliability design 5.7): what HELLO states of the own log, what the hub
// heard of the others, and the file with which a hub countersigns one. Whoever cuts or rewrites an audit log
// contradicts it.
#pragma once
#include <boost/json.hpp>

#include "station/station.h"

namespace tram::station {

inline constexpr std::string_view kAnchorPurpose = "audit-anchor";

// States the newest row in the next HELLO. Inside a transaction.
void state_own_audit(Station& station);
// Hub: per device {"org","device","number","h","went_back"}.
boost::json::object anchors_json(Station& station);
// Hub: the newest anchor of a body's device, signed with the service key. Refusals: unknown_body, no_anchor.
std::string countersigned_anchor(Station& station, std::string_view organisation);
// The anchor of such a file, if the hub signed it for this device. Refusal: bad_anchor.
AuditAnchor read_anchor(Station& station, std::string_view text);

}  // namespace tram::station
