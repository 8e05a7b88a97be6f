// The office's review for wrong and double entries (R65): when it is due, what it should look at, and when a run is a
// signed list of what was changed and why.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/period.h"
#include "tasks/policy.h"

namespace tram::tasks {

// The last good moment of the review of a quarter, half-year or year: with the office's own report on it. A month has
// none.
std::optional<Moment> cleaning_due(const Period& period, const Policy& policy);

struct CleanedEntry {
  std::string id;
  std::string body;
  std::string text;  // of the task
  std::string document;
};
// Groups of entries of one document and body that say the same, each in its order; wrong or not, a person decides.
std::vector<std::vector<std::string>> double_entries(std::span<const CleanedEntry> entries);

struct CleanedChange {
  std::string id, field, before, after, why;
};
struct CleaningRun {
  Period period;
  std::string signed_by;
  std::vector<CleanedChange> changes;  // may be empty: the review found nothing
};
bool cleaning_run_is_complete(const CleaningRun& run);

}  // namespace tram::tasks
