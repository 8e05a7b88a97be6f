// `verify`: database, every changeset's hash, chain and signature, receipts against the streams, fence, audit log
// (reliability design 8). Reads alone; safe while serving.
#pragma once
#include "station/station.h"

namespace tram::station {

struct Problem {
  std::string code;
  std::string subject;
};
struct Verification {
  std::uint64_t changesets = 0;
  std::vector<Problem> problems;  // at most 100
};
Verification verify_station(Station& station, std::optional<AuditAnchor> anchor = std::nullopt);

}  // namespace tram::station
