// Figures of the office in the moment of asking (R29): how many assignments stand in each class, and what is due, over
// the same assignments that reports, lists and ratings take. Dashboard, map and report ask here, so they cannot differ.
#pragma once
#include <array>
#include <map>
#include <span>
#include <string>

#include "tasks/rating.h"

namespace tram::tasks {

struct Figures {
  std::array<std::size_t, 7> by_outcome{};  // by Outcome
  std::size_t assignments = 0;
  std::size_t overdue_obligations = 0;  // of all kinds, rights aside
  std::size_t open_notices = 0;         // R26
  bool operator==(const Figures&) const = default;
};
Figures figures_of(std::span<const RatedAssignment> assignments, Moment now);
// Of each body, and under the empty name of all together.
std::map<std::string, Figures> figures_by_body(std::span<const RatedAssignment> assignments, Moment now);

}  // namespace tram::tasks
