#include "tasks/cleaning.h"

#include <algorithm>
#include <map>

#include "tasks/report_calendar.h"
#include "tasks/text.h"

namespace tram::tasks {

// R65: each quarter, half-year and year.
std::optional<Moment> cleaning_due(const Period& period, const Policy& policy) {
  if (period.type == PeriodType::month) return std::nullopt;
  return office_report_due(period, policy);
}

// R65: double entries.
std::vector<std::vector<std::string>> double_entries(std::span<const CleanedEntry> entries) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> same;
  for (const CleanedEntry& e : entries) same[{e.document, e.body, to_nfc(trimmed(e.text))}].push_back(e.id);
  std::vector<std::vector<std::string>> groups;
  for (auto& [key, ids] : same)
    if (ids.size() > 1) groups.push_back(std::move(ids));
  return groups;
}

// R65: the run is a signed list of what was changed and why.
bool cleaning_run_is_complete(const CleaningRun& run) {
  if (run.signed_by.empty() || run.period.type == PeriodType::month) return false;
  return std::all_of(run.changes.begin(), run.changes.end(), [](const CleanedChange& c) {
    return !c.id.empty() && !c.field.empty() && c.before != c.after && !trimmed(c.why).empty();
  });
}

}  // namespace tram::tasks
