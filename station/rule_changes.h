// Newer calendars and policies, and what they moved (R46): an assignment that was handed over before one of them keeps
// what was answered by then, its open obligations move and say from where to where. Nothing of it is stored: every
// station holds all versions in its signed directory. What moves is said by tasks/moved_due.h.
#pragma once
#include <memory>
#include <vector>

#include "station/regulation.h"
#include "tasks/moved_due.h"

namespace tram::station {

// A new version of a calendar or the policy that is in force.
struct RuleChange {
  std::uint64_t entry = 0;  // its version of the directory
  tasks::Moment since{};    // from when on it counts
  tasks::CalendarVersion from, to;
};
// In the order in which they came.
std::vector<RuleChange> rule_changes(Station& station, tasks::Moment now);

// The obligations of one assignment under the rules in force, and what moved on the way there.
class ChangedRules {
 public:
  // Not more of the newest changes than these are looked back at.
  static constexpr std::size_t kMostChanges = 64;

  ChangedRules(Station& station, tasks::Moment now);
  tasks::Recomputed hold_against(const tasks::AssignmentFacts& facts, const std::string& body,
                                 const std::string& follow_up, std::vector<tasks::Obligation> in_force);

 private:
  Regulation& before(std::size_t change);

  Station& station_;
  tasks::Moment now_;
  std::vector<RuleChange> changes_;
  std::vector<std::unique_ptr<Regulation>> before_;  // of each change, made when it is first needed
};

}  // namespace tram::station
