// Enrolling this node at a hub, by network or by file (bundle design 5.3).
#pragma once
#include "station/station.h"
#include "sync/enrolment.h"

namespace tram::node {

using station::Station;

// Reads the hub's key file, compares the root fingerprint if one was given, and remembers the keys. Refusals:
// root_chain, fingerprint_differs, enrolled_already.
void trust_key_file(Station& station, ByteView key_file, std::optional<std::string> root_fingerprint);
// The request for the remembered hub. Refusals: enrol_code, not_prepared.
Bytes make_request(Station& station, std::string_view code);
// The hub's answer: takes zone and directory in and opens the log. Refusals: container codes.
void take_answer(Station& station, ByteView answer);

struct Enrolled {
  std::string device, fingerprint;
  std::string root_fingerprint;
};
// Online: keys, request, then waits until the hub approved (at most `patience_s`). Refusals: hub_unreachable (4),
// enrol_pending (5) when nobody approved in time.
Enrolled enrol_online(Station& station, const std::string& hub, std::string_view code,
                      std::optional<std::string> root_fingerprint, unsigned patience_s);

}  // namespace tram::node
