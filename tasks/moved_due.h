// What a new version of a calendar, or of the policy, does to due moments (R46): open obligations move and leave an
// entry with both moments; what was answered stays as it was.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "tasks/obligation.h"

namespace tram::tasks {

struct CalendarVersion {
  std::string id;
  std::uint32_t version = 0;
  bool operator==(const CalendarVersion&) const = default;
};
struct MovedDue {
  ObligationKind kind;
  std::uint32_t number;
  Moment old_due, new_due;
  CalendarVersion from, to;
  bool operator==(const MovedDue&) const = default;
};
struct Recomputed {
  std::vector<Obligation> list;
  std::vector<MovedDue> moved;
};
// `fresh` are the same obligations under the new version. An obligation is the same if kind and number are.
Recomputed recomputed(std::span<const Obligation> before, std::span<const Obligation> fresh,
                      const CalendarVersion& from, const CalendarVersion& to);

}  // namespace tram::tasks
