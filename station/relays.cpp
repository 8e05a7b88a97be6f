#include "station/relays.h"

#include <algorithm>

#include "station/task_json.h"
#include "tasks/relay.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::StepState;

std::string_view step_name(StepState state) {
  constexpr std::string_view kNames[] = {"to_come", "met", "met_late", "missing"};
  return kNames[static_cast<std::size_t>(state)];
}

// When each body answered the date, by body and due moment.
using Answers = std::map<std::pair<std::string, tasks::Moment>, std::optional<tasks::Moment>>;

json::object day_json(tasks::RelayDay& day, const Answers& answers, tasks::Moment now) {
  for (tasks::RelayStep& step : day.steps)
    if (const auto at = answers.find({step.body, step.due}); at != answers.end()) step.acted = at->second;
  const auto standing = tasks::relay_standing(day.steps, now);
  const auto missing = tasks::missing_step(day.steps, now);
  json::array steps;
  for (std::size_t i = 0; i < day.steps.size(); ++i)
    steps.push_back({{"org", day.steps[i].body},
                     {"due", tasks::format_moment(day.steps[i].due)},
                     {"acted", moment_json(day.steps[i].acted)},
                     {"state", step_name(standing[i].state)},
                     {"late_s", standing[i].late.count()},
                     {"without_previous", standing[i].without_previous}});
  return {{"date", tasks::format_date(day.written)},
          {"missing", missing ? json::value(day.steps[*missing].body) : json::value(nullptr)},
          {"steps", std::move(steps)}};
}

}  // namespace

json::object relays_json(Station& station, const std::string& document) {
  TaskFilter filter;
  filter.document = document;
  const auto views = task_views(station, filter);
  if (views.empty()) throw refused("unknown_document", "There is no such document here.", "Check its number.");
  std::vector<std::pair<std::string, std::vector<tasks::Occurrence>>> steps;
  Answers answers;
  for (const TaskView& t : views) {
    if (t.occurrences.empty()) continue;
    std::vector<tasks::Occurrence> dates;
    for (const OccurrenceView& o : t.occurrences) dates.push_back(o.when);
    for (const AssignmentView& a : t.assignments) {
      if (a.state == "cancelled" || a.state == "recalled") continue;
      steps.emplace_back(a.body.code, dates);
      for (const tasks::Obligation& o : a.obligations)
        if (o.kind == tasks::ObligationKind::occurrence) answers[{a.body.code, o.due}] = o.acted;
    }
  }
  const tasks::Moment now = moment_now();
  json::array items;
  for (tasks::RelayDay& day : tasks::relay_days(steps)) {
    if (day.steps.size() < 2) continue;
    const bool to_come = day.steps.front().due > now;
    items.push_back(day_json(day, answers, now));
    if (to_come) break;
  }
  return {{"items", std::move(items)}};
}

}  // namespace tram::station
