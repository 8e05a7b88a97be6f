#include "tasks/relay.h"

#include <algorithm>
#include <map>

namespace tram::tasks {

// R50: lateness stays with the step it belongs to; a later body may act without waiting.
std::vector<StepStanding> relay_standing(std::span<const RelayStep> steps, Moment now) {
  std::vector<StepStanding> list;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const RelayStep& step = steps[i];
    StepStanding standing;
    if (step.acted) {
      standing.state = *step.acted <= step.due ? StepState::met : StepState::met_late;
      standing.late = std::max(std::chrono::seconds{0}, std::chrono::seconds{*step.acted - step.due});
      standing.without_previous = i > 0 && (!steps[i - 1].acted || *steps[i - 1].acted > *step.acted);
    } else if (now > step.due) {
      standing.state = StepState::missing;
      standing.late = now - step.due;
    }
    list.push_back(standing);
  }
  return list;
}

// R50: the link shows whose step is missing.
std::optional<std::size_t> missing_step(std::span<const RelayStep> steps, Moment now) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (!steps[i].acted && now > steps[i].due) return i;
  return std::nullopt;
}

// R50: a relay links obligations of one day, each at its hour; what is due by the end of the day alone hands on to
// nobody.
std::vector<RelayDay> relay_days(std::span<const std::pair<std::string, std::vector<Occurrence>>> tasks) {
  std::map<LocalDate, std::vector<RelayStep>> days;
  for (const auto& [body, occurrences] : tasks)
    for (const Occurrence& o : occurrences)
      if (o.written != end_of_day(date_of(o.written))) days[date_of(o.written)].push_back({body, o.due, std::nullopt});
  std::vector<RelayDay> list;
  for (auto& [date, steps] : days) {
    std::stable_sort(steps.begin(), steps.end(), [](const RelayStep& a, const RelayStep& b) { return a.due < b.due; });
    list.push_back({date, std::move(steps)});
  }
  return list;
}

}  // namespace tram::tasks
