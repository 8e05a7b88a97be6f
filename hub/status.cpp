#include "hub/status.h"

#include "hub/sites.h"
#include "station/acts.h"
#include "station/decisions.h"
#include "tasks/record_types.h"

namespace tram::hub {

namespace json = boost::json;

namespace {

std::size_t records_of(Station& station, tasks::RecordType type) {
  return station.store().records_of_type(static_cast<std::uint16_t>(type), sync::Layer::provisional).size();
}

}  // namespace

json::object status_json(Station& station) {
  json::array alerts = station::standing_alerts(station);
  for (const auto& alert : station.alerts())
    alerts.push_back({{"code", alert.code}, {"message", alert.subject}, {"at", station::rfc3339(alert.at_ms)}});
  json::object whole = sites_json(station);
  whole["tasks"] = records_of(station, tasks::RecordType::task);
  whole["assignments"] = records_of(station, tasks::RecordType::assignment);
  whole["conflicts"] = station::conflicts(station).size();
  whole["proposals"] = station::open_proposals(station).size();
  whole["quarantined"] = station.store().versions_with_verdict(sync::Verdict::quarantined).size();
  whole["alerts"] = std::move(alerts);
  return whole;
}

}  // namespace tram::hub
