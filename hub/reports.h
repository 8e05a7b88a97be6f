// Reports at the hub: those of the exchange as records, and the signed exports that came inside bundles, kept as files
// below DIR/reports after their signature was proved (R30; docs/formats/report.md).
#pragma once
#include <boost/json.hpp>

#include "hub/directory_office.h"

namespace tram::hub {

struct TakenReport {
  sync::OutcomeCode code = sync::OutcomeCode::ok_new;
  std::string site, period, folder;
};
// One REPORT frame. A report whose signature does not hold is not kept.
TakenReport take_report(Station& station, ByteView frame);
boost::json::object report_json(const TakenReport& report);

// Report records of all sites, with both moments: signed at the site, received here (R41).
boost::json::object reports_json(Station& station);

}  // namespace tram::hub
