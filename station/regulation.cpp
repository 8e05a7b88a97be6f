#include "station/regulation.h"

#include <algorithm>

#include "station/schema.h"
#include "tasks/due.h"
#include "tasks/warning.h"

namespace tram::station {
namespace {

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

// The first `most` of what came, where a look back is asked for: entries come in the directory's order.
template <class Entry>
std::vector<const Entry*> up_to_version(Station& station, std::vector<const Entry*> all, std::uint64_t up_to) {
  if (up_to >= station.directory().version()) return all;
  std::size_t held = 0;
  for (std::uint64_t v = 1; v <= up_to; ++v)
    if (const auto* entry = std::get_if<Entry>(&station.directory().entry(v)->body))
      held += std::find(all.begin(), all.end(), entry) != all.end() ? 1U : 0U;
  all.resize(held);
  return all;
}

template <class T, class Decode>
std::vector<T> decoded(const std::vector<const sync::SettingsEntry*>& entries, Decode decode) {
  std::vector<T> list;
  for (const sync::SettingsEntry* entry : entries)
    if (auto value = decode(entry->content)) list.push_back(std::move(*value));
  return list;
}

// The highest version that is valid on a day; none, the one that programs ship with.
tasks::Criteria criteria_on(const std::vector<tasks::Criteria>& known, tasks::LocalDate day) {
  const tasks::Criteria* best = nullptr;
  for (const tasks::Criteria& c : known)
    if (c.valid_from <= day && (best == nullptr || c.version > best->version)) best = &c;
  return best ? *best : tasks::shipped_criteria();
}

}  // namespace

std::vector<tasks::Policy> policies(Station& station, std::uint64_t up_to, std::string_view owner) {
  auto entries = up_to_version(station, station.directory().settings(kPolicySetting), up_to);
  std::erase_if(entries, [&](const sync::SettingsEntry* entry) { return entry->owner != owner; });
  return decoded<tasks::Policy>(entries, tasks::decode_policy);
}

std::vector<tasks::Criteria> criteria_versions(Station& station) {
  return decoded<tasks::Criteria>(station.directory().settings(kCriteriaSetting), tasks::decode_criteria);
}

std::vector<tasks::Calendar> calendars(Station& station, std::uint64_t up_to) {
  std::vector<tasks::Calendar> list;
  for (const sync::CalendarEntry* entry : up_to_version(station, station.directory().all_calendars(), up_to))
    if (auto calendar = tasks::decode_calendar(entry->content)) list.push_back(std::move(*calendar));
  return list;
}

tasks::Moment moment_of_ms(std::uint64_t ms) {
  return tasks::Moment{std::chrono::seconds{static_cast<std::int64_t>(ms / 1000)}};
}

Regulation::Regulation(Station& station, tasks::Moment now, std::uint64_t up_to)
    : now_(now), bodies_(tree_of(station.directory())), calendars_(calendars(station, up_to)) {
  if (calendars_.empty())
    throw wrong_state("no_calendar", "There is no calendar here yet, so no deadline can be computed.",
                      "Enrol first, or take in the newest directory.");
  const auto own = policies(station, up_to), of_centre = policies(station, up_to, kCentre);
  policy_ = tasks::policy_on(tasks::policies_for(false, of_centre, own), tasks::date_of(now));
  centre_policy_ = tasks::policy_on(tasks::policies_for(true, of_centre, own), tasks::date_of(now));
  criteria_ = criteria_on(criteria_versions(station), tasks::date_of(now));
  for (const sync::SettingsEntry* entry : up_to_version(station, station.directory().settings(kNationSetting), up_to))
    nations_[entry->owner] = std::string(as_text(entry->content));
}

// The nearest choice on the way up counts.
std::string Regulation::nation_of(std::string body) const {
  for (std::size_t step = 0; step <= tasks::kMaxTreeDepth; ++step) {
    if (const auto at = nations_.find(body); at != nations_.end()) return at->second;
    if (body.empty()) break;
    const auto known = bodies_.find(body);
    body = known == bodies_.end() ? std::string() : known->second.parent;
  }
  return std::string(kUsualNation);
}

std::vector<int> Regulation::missing_years(const std::string& body) {
  return tasks::missing_years(working_time(body), now_);
}

std::map<int, std::vector<std::string>> missing_years(Station& station, tasks::Moment now) {
  std::map<int, std::vector<std::string>> missing;
  if (!station.enrolled()) return missing;
  Regulation regulation(station, now);
  const auto look_at = [&](const std::string& body) {
    for (const int year : regulation.missing_years(body)) missing[year].push_back(body);
  };
  if (station.program() == Program::node)
    look_at(station.organisation_code());
  else
    for (const sync::Organisation* o : station.directory().organisations()) look_at(o->code);
  return missing;
}

const tasks::WorkingTime& Regulation::working_time(const std::string& body) {
  auto& slot = of_body_[body];
  if (slot) return *slot;
  const auto chosen = tasks::calendars_of(body, bodies_, calendars_, nation_of(body), tasks::date_of(now_));
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
