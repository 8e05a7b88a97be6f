#include "tasks/difficulty_notice.h"

#include <algorithm>

namespace tram::tasks {

// R26: past its term and not begun, impossible or done wrongly. A task that was done late names its cause in the
// explanation of R28; one that goes on past its term cannot be done in it.
bool notice_needed(Outcome outcome, Execution execution) {
  const bool past = outcome == Outcome::not_started_overdue || outcome == Outcome::not_done_overdue;
  if (past) return true;
  return execution == Execution::done_wrongly && outcome == Outcome::done_late;
}

// R26: it stays open until the office, the inspecting body and the system have it.
bool notice_is_open(const NoticeTimes& times) {
  return !times.sent || !times.received_by_office || !times.received_by_inspection;
}

// R26: it closes with the last of the three.
std::optional<Moment> notice_closed(const NoticeTimes& times) {
  if (notice_is_open(times)) return std::nullopt;
  return std::max({*times.sent, *times.received_by_office, *times.received_by_inspection});
}

}  // namespace tram::tasks
