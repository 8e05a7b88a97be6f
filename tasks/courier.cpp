#include "tasks/courier.h"

#include <algorithm>
#include <set>

namespace tram::tasks {

// R56: every bundle out and in has a courier entry: code, zone, who, to whom, when.
bool courier_entry_is_complete(const CourierEntry& e, Zone zone) {
  return !e.bundle.empty() && !e.zone.empty() && !e.handed_by.empty() && !e.handed_to.empty() && e.handed_at &&
         (zone != Zone::closed || !e.medium.empty());
}

// R56: in the closed zone only registered media are taken.
bool medium_is_taken(std::string_view medium, std::span<const std::string> registered, Zone zone) {
  return zone != Zone::closed || std::find(registered.begin(), registered.end(), medium) != registered.end();
}

// R56: the printed register and the bundles agree.
RegisterDifference register_difference(std::span<const CourierEntry> entries, std::span<const std::string> bundles) {
  std::set<std::string> written, carried(bundles.begin(), bundles.end());
  for (const CourierEntry& e : entries) written.insert(e.bundle);
  RegisterDifference difference;
  std::set_difference(carried.begin(), carried.end(), written.begin(), written.end(),
                      std::back_inserter(difference.without_entry));
  std::set_difference(written.begin(), written.end(), carried.begin(), carried.end(),
                      std::back_inserter(difference.without_bundle));
  return difference;
}

}  // namespace tram::tasks
