#include "station/rule_changes.h"

#include <algorithm>
#include <set>

namespace tram::station {
namespace {

// Entries that a body's hours or the limits follow from; the day from which each counts.
struct Counts {
  std::string id;
  std::uint32_t version = 0;
  tasks::LocalDate from{};
  bool of_all = false;  // its first version is what everything began with
};
std::optional<Counts> counts(const sync::DirectoryBody& body) {
  if (const auto* calendar = std::get_if<sync::CalendarEntry>(&body)) {
    const auto read = tasks::decode_calendar(calendar->content);
    if (!read) return std::nullopt;
    return Counts{calendar->id, calendar->version, read->valid_from, calendar->owner.empty()};
  }
  const auto* setting = std::get_if<sync::SettingsEntry>(&body);
  if (setting == nullptr) return std::nullopt;
  if (setting->name == kNationSetting)
    return Counts{std::string(kNationSetting) + (setting->owner.empty() ? "" : ":" + setting->owner),
                  setting->version,
                  {},
                  setting->owner.empty()};
  if (setting->name != kPolicySetting) return std::nullopt;
  const auto read = tasks::decode_policy(setting->content);
  if (!read) return std::nullopt;
  return Counts{std::string(kPolicySetting) + (setting->owner.empty() ? "" : ":" + setting->owner), setting->version,
                read->valid_from, setting->owner.empty()};
}

}  // namespace

std::vector<RuleChange> rule_changes(Station& station, tasks::Moment now) {
  std::vector<RuleChange> all;
  std::set<std::string> known;
  const sync::Directory& directory = station.directory();
  for (std::uint64_t v = 1; v <= directory.version(); ++v) {
    const sync::DirectoryEntry& entry = *directory.entry(v);
    const auto found = counts(entry.body);
    if (!found) continue;
    const tasks::Moment since =
        std::max(moment_of_ms(entry.issued_ms),
                 found->from == tasks::LocalDate{} ? moment_of_ms(entry.issued_ms) : tasks::moment_at(found->from, {}));
    const bool begins = known.insert(found->id).second && found->of_all;
    if (begins || since > now) continue;
    all.push_back({v, since, {found->id, found->version - 1}, {found->id, found->version}});
  }
  return all;
}

ChangedRules::ChangedRules(Station& station, tasks::Moment now)
    : station_(station), now_(now), changes_(rule_changes(station, now)) {
  if (changes_.size() > kMostChanges)
    changes_.erase(changes_.begin(), changes_.end() - static_cast<std::ptrdiff_t>(kMostChanges));
  before_.resize(changes_.size());
}

Regulation& ChangedRules::before(std::size_t change) {
  auto& slot = before_[change];
  if (!slot) slot = std::make_unique<Regulation>(station_, now_, changes_[change].entry - 1);
  return *slot;
}

tasks::Recomputed ChangedRules::hold_against(const tasks::AssignmentFacts& facts, const std::string& body,
                                             const std::string& follow_up, std::vector<tasks::Obligation> in_force) {
  std::vector<std::size_t> after;  // changes that met the assignment in somebody's hands
  if (facts.handed_over)
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (changes_[i].since >= *facts.handed_over) after.push_back(i);
  if (after.empty()) return {std::move(in_force), {}};
  const auto under = [&](std::size_t change) {
    Regulation& rules = before(change);
    return tasks::obligations_of(facts, rules.working_times(body, follow_up), rules.policy(facts.of_the_centre), now_)
        .list;
  };
  tasks::Recomputed result{under(after.front()), {}};
  for (std::size_t i = 0; i < after.size(); ++i) {
    const RuleChange& change = changes_[after[i]];
    auto fresh = i + 1 < after.size() ? under(after[i + 1]) : in_force;
    // What was answered later was open when the new version came.
    for (tasks::Obligation& o : result.list)
      if (o.acted && *o.acted > change.since) o.acted.reset();
    tasks::Recomputed next = tasks::recomputed(result.list, fresh, change.from, change.to);
    result.list = std::move(next.list);
    result.moved.insert(result.moved.end(), next.moved.begin(), next.moved.end());
  }
  return result;
}

}  // namespace tram::station
