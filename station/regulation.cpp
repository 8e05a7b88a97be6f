#include "station/regulation.h"

#include "station/schema.h"
#include "tasks/due.h"

namespace tram::station {
namespace {

constexpr std::string_view kNation = "vn";

// The tree alone: names play no part in whose calendar counts.
tasks::Directory tree_of(const sync::Directory& directory) {
  tasks::Directory tree;
  for (const sync::Organisation* o : directory.organisations()) {
    tasks::Organisation body;
    body.id = o->code;
    if (const auto* parent = o->parent.is_zero() ? nullptr : directory.organisation(o->parent))
      body.parent = parent->code;
    tree.emplace(body.id, std::move(body));
  }
  return tree;
}

}  // namespace

tasks::Moment moment_of_ms(std::uint64_t ms) {
  return tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(ms / 1000)}};
}

Regulation::Regulation(Station& station, tasks::Moment now) : now_(now), bodies_(tree_of(station.directory())) {
  for (const sync::CalendarEntry* entry : station.directory().calendars())
    if (auto calendar = tasks::decode_calendar(entry->content)) calendars_.push_back(std::move(*calendar));
  if (calendars_.empty())
    throw wrong_state("no_calendar", "There is no calendar here yet, so no deadline can be computed.",
                      "Enrol first, or take in the newest directory.");
}

const tasks::WorkingTime& Regulation::working_time(const std::string& body) {
  auto& slot = of_body_[body];
  if (slot) return *slot;
  const auto chosen = tasks::calendars_of(body, bodies_, calendars_, kNation, tasks::date_of(now_));
  std::string key;
  for (const tasks::Calendar& c : chosen) key += c.id + '\t' + std::to_string(c.version) + '\n';
  auto& shared = merged_[key];
  if (!shared) {
    auto merged = tasks::WorkingTime::merge(chosen);
    if (!merged)
      throw wrong_state("no_calendar", "No calendar with working hours is in force for " + body + ".",
                        "Take in the newest directory.");
    shared = std::make_shared<const tasks::WorkingTime>(std::move(*merged));
  }
  return *(slot = shared);
}

tasks::WorkingTimes Regulation::working_times(const std::string& body, const std::string& follow_up) {
  const tasks::WorkingTime& office = working_time(std::string(kHubCode));
  return {office, tasks::calendar_for(working_time(body), office, policy_),
          tasks::calendar_for(working_time(follow_up), office, policy_)};
}

}  // namespace tram::station
