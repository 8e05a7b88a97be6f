// A relay (R50): obligations of one day that hand on to each other, such as the Wednesday reports at 10:00, 14:00 and
// 15:00. Each keeps its own hour; the link says whose step is missing.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/recurrence.h"

namespace tram::tasks {

struct RelayStep {
  std::string body;
  Moment due;
  std::optional<Moment> acted{};
};

enum class StepState : std::uint8_t { to_come, met, met_late, missing };
struct StepStanding {
  StepState state = StepState::to_come;
  std::chrono::seconds late{};    // of this step alone
  bool without_previous = false;  // acted before the step it follows; takes a note, and is no fault
  bool operator==(const StepStanding&) const = default;
};

// One standing for each step, in the relay's order.
std::vector<StepStanding> relay_standing(std::span<const RelayStep> steps, Moment now);
// The first step whose moment passed without an act; none if all were acted or are to come.
std::optional<std::size_t> missing_step(std::span<const RelayStep> steps, Moment now);

// The steps of one day: occurrences of several tasks that were written for the same date, by their hour; each task is
// given with the body that leads it.
struct RelayDay {
  LocalDate written;
  std::vector<RelayStep> steps;
};
std::vector<RelayDay> relay_days(std::span<const std::pair<std::string, std::vector<Occurrence>>> tasks);

}  // namespace tram::tasks
