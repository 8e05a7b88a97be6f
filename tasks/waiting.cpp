#include "tasks/waiting.h"

#include <algorithm>

#include "tasks/plan_import.h"

namespace tram::tasks {

// R48: one entry frees every row that carries the text, but a request is made of one body.
bool shares_its_event(std::string_view condition) {
  return condition != kOnRequest;
}

// R48: an assignment with a condition waits until the hub records that it is met.
bool waits(std::string_view condition, std::optional<LocalDate> met_on) {
  return !condition.empty() && !met_on;
}

// R48: the hub lists what waits with its age.
std::vector<Waiting> waiting_list(std::span<const ConditionFacts> assignments, Moment now) {
  std::vector<Waiting> list;
  for (const ConditionFacts& a : assignments) {
    if (!waits(a.condition, a.met_on)) continue;
    const Moment since = a.handed_over.value_or(now);
    list.push_back({a.assignment, a.condition, since, static_cast<int>((date_of(now) - date_of(since)).count())});
  }
  std::stable_sort(list.begin(), list.end(), [](const Waiting& a, const Waiting& b) { return a.since < b.since; });
  return list;
}

// R48: recording the event starts the clocks of every assignment that shares it.
std::vector<std::string> freed_by(std::span<const ConditionFacts> assignments, std::string_view event) {
  std::vector<std::string> freed;
  for (const ConditionFacts& a : assignments)
    if (a.condition == event && shares_its_event(event) && waits(a.condition, a.met_on)) freed.push_back(a.assignment);
  return freed;
}

}  // namespace tram::tasks
