// Enrolling sites: invitations, requests by network or file, approval by two persons (bundle design 5.3).
#pragma once
#include <boost/json.hpp>

#include "hub/directory_office.h"

namespace tram::hub {

struct Invited {
  std::string site, code, root_fingerprint;
  std::uint64_t expires_ms = 0;
};
// Refusal: unknown_body.
Invited invite(Station& station, const Actor& actor, std::string_view organisation, bool pre_approved);

// A request container (FILE profile, kind 4). Returns the answer container when the device stands in the directory.
// Refusals: container codes, enrol_code, enrol_expired, enrol_used, enrol_locked; enrol_pending (5) until approval.
Bytes enrol(Station& station, ByteView request);
// The same for the network route.
inline Bytes enrol_over_network(Station& station, ByteView request) {
  return enrol(station, request);
}

struct Approved {
  std::string device, fingerprint;
};
// Approves the pending request of a site. Refusals: nothing_pending.
Approved approve_pending(Station& station, const Actor& actor, const Actor& second, std::string_view organisation);
// Takes a request file in, approves it, and gives the answer container.
struct ApprovedFile {
  Approved approved;
  Bytes answer;
};
ApprovedFile approve_file(Station& station, const Actor& actor, const std::optional<Actor>& second, ByteView request);

// Suspends: the site still reads, its work is kept there. Refusal: nothing_enrolled.
Approved set_device_state(Station& station, const Actor& actor, const Actor& second, std::string_view organisation,
                          sync::DeviceState state);

boost::json::object sites_json(Station& station);

}  // namespace tram::hub
