// The register of what was carried (R56): one entry for every bundle out and in, media that are taken, and whether the
// printed register and the bundles agree.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/plan_import.h"
#include "tasks/time.h"

namespace tram::tasks {

struct CourierEntry {
  std::string bundle;  // its code, as printed
  std::string zone;
  std::string handed_by, handed_to;
  std::optional<Moment> handed_at{};
  std::string medium;  // its number in the list of media; may be empty in the open zone
};
bool courier_entry_is_complete(const CourierEntry& entry, Zone zone);

// In the closed zone only a medium of the list is taken.
bool medium_is_taken(std::string_view medium, std::span<const std::string> registered, Zone zone);

// Codes that only one side has, ascending; both empty: they agree.
struct RegisterDifference {
  std::vector<std::string> without_entry;   // bundles that nobody wrote down
  std::vector<std::string> without_bundle;  // entries whose bundle is not known
  bool operator==(const RegisterDifference&) const = default;
};
RegisterDifference register_difference(std::span<const CourierEntry> entries, std::span<const std::string> bundles);

}  // namespace tram::tasks
