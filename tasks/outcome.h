// The outcome class of an assignment (R6): seven values derived from facts and the clock, never typed in and never
// stored. Not to be mixed up with the outcome of an operation in sync.
#pragma once
#include <optional>
#include <string_view>

#include "tasks/time.h"

namespace tram::tasks {

enum class Outcome : std::uint8_t {
  not_started_in_time,
  in_progress_on_time,
  in_progress_late,
  done_on_time,
  done_late,
  not_done_overdue,
  not_started_overdue,
};

// The code of R6, for instance "in_progress_late"; and back, or nothing.
std::string_view name_of(Outcome outcome);
std::optional<Outcome> outcome_named(std::string_view name);

struct OutcomeFacts {
  bool begun = false;   // an approved progress update exists; a confirmation alone is no beginning
  bool behind = false;  // a due update whose moment passed without one (obligation.h)
  // Set exactly if a completion is approved: when the work was finished, with its hour if the deadline has one. A date
  // without an hour counts with the end of that day.
  std::optional<DateOrHour> completed{};
  std::optional<Moment> last_good_moment{};  // L; none without a deadline, for an expected one, or while it waits
};

// An act at the last good moment itself is in time (R47).
Outcome outcome_of(const OutcomeFacts& facts, Moment now);

}  // namespace tram::tasks
