#include "tasks/figures.h"

#include <algorithm>

namespace tram::tasks {
namespace {

void add(Figures& figures, const RatedAssignment& a, Moment now) {
  ++figures.assignments;
  ++figures.by_outcome[static_cast<std::size_t>(a.obligations.outcome)];
  for (const Obligation& o : a.obligations.list) {
    figures.open_notices += is_open_notice(o) ? 1U : 0U;
    const bool duty = o.kind != ObligationKind::return_task && o.kind != ObligationKind::notice;
    figures.overdue_obligations += duty && standing_of(o, now) == Standing::missed ? 1U : 0U;
  }
}

}  // namespace

// R29: figures are aggregated by themselves, at the moment of asking.
Figures figures_of(std::span<const RatedAssignment> assignments, Moment now) {
  Figures figures;
  for (const RatedAssignment& a : assignments) add(figures, a, now);
  return figures;
}

// R29: from the same assignments for the map, body by body.
std::map<std::string, Figures> figures_by_body(std::span<const RatedAssignment> assignments, Moment now) {
  std::map<std::string, Figures> figures;
  figures[""] = figures_of(assignments, now);
  for (const RatedAssignment& a : assignments) add(figures[a.body], a, now);
  return figures;
}

}  // namespace tram::tasks
