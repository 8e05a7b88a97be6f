#include "tasks/outcome.h"

#include <algorithm>
#include <array>

namespace tram::tasks {
namespace {
constexpr std::array<std::string_view, 7> kNames = {
    "not_started_in_time", "in_progress_on_time", "in_progress_late",    "done_on_time",
    "done_late",           "not_done_overdue",    "not_started_overdue",
};
}

std::string_view name_of(Outcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> outcome_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Outcome>(found - kNames.begin());
}

// R6: seven classes from facts and the clock.
Outcome outcome_of(const OutcomeFacts& facts, Moment now) {
  const auto in_time = [&](Moment moment) { return !facts.last_good_moment || moment <= *facts.last_good_moment; };
  if (facts.completed) return in_time(last_moment_of(*facts.completed)) ? Outcome::done_on_time : Outcome::done_late;
  if (!in_time(now)) return facts.begun ? Outcome::not_done_overdue : Outcome::not_started_overdue;
  if (!facts.begun) return Outcome::not_started_in_time;
  return facts.behind ? Outcome::in_progress_late : Outcome::in_progress_on_time;
}

}  // namespace tram::tasks
