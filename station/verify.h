// `verify`: database, every changeset's hash, chain and signature, receipts against the streams, fence, audit log
// (reliability design 8). Reads alone; safe while serving. What can be fetched again is the caller's to say to the
// engine (sync::Mend).
#pragma once
#include "station/station.h"

namespace tram::station {

struct Problem {
  std::string code;
  std::string subject;
};
struct Verification {
  std::uint64_t changesets = 0;
  std::vector<Problem> problems;    // at most 100
  std::vector<sync::Hash> damaged;  // changesets to be fetched again, at most 64
};
Verification verify_station(Station& station, std::optional<AuditAnchor> anchor = std::nullopt);

}  // namespace tram::station
