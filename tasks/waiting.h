// Assignments that wait for a condition (R48): what "on request" and "after Central guidance" mean until the hub
// records that it is met. Confirmation runs as usual; the other clocks do not.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/time.h"

namespace tram::tasks {

// "on request" in any of its spellings is never shared: each assignment gets its own date (decisions 6).
bool shares_its_event(std::string_view condition);

bool waits(std::string_view condition, std::optional<LocalDate> met_on);

struct Waiting {
  std::string assignment;
  std::string condition;
  Moment since;    // handed over
  int age_days{};  // whole days by the calendar
};
struct ConditionFacts {
  std::string assignment;
  std::string condition;
  std::optional<LocalDate> met_on{};
  std::optional<Moment> handed_over{};
};
// What waits, the oldest first.
std::vector<Waiting> waiting_list(std::span<const ConditionFacts> assignments, Moment now);

// The assignments of one document that recording `event` frees.
std::vector<std::string> freed_by(std::span<const ConditionFacts> assignments, std::string_view event);

}  // namespace tram::tasks
