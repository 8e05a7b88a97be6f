// The notice of difficulty (R26): a task past its term that is not begun, cannot be done or is done wrongly.
#pragma once
#include <optional>

#include "tasks/outcome.h"
#include "tasks/time.h"

namespace tram::tasks {

// What the body or the follow-up body says of the execution.
enum class Execution : std::uint8_t { as_assigned, cannot_be_done, done_wrongly };

bool notice_needed(Outcome outcome, Execution execution);

struct NoticeTimes {
  std::optional<Moment> sent{};  // into the system, by the body
  std::optional<Moment> received_by_office{};
  std::optional<Moment> received_by_inspection{};
};
bool notice_is_open(const NoticeTimes& times);
// When the last of the three had it; none while it is open.
std::optional<Moment> notice_closed(const NoticeTimes& times);

}  // namespace tram::tasks
