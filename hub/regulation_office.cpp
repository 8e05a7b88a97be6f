#include "hub/regulation_office.h"

#include <algorithm>

#include "station/permission_gate.h"
#include "station/regulation.h"
#include "station/task_view.h"
#include "tasks/lines.h"
#include "tasks/settings_import.h"

namespace tram::hub {
namespace {

using tasks::errc;

void append_setting(Station& station, std::string_view name, std::string_view owner, std::uint32_t version,
                    ByteView content) {
  append_entry(station, sync::SettingsEntry{std::string(name), std::string(owner), version,
                                            Bytes(content.begin(), content.end())});
}

tasks::LocalDate today() {
  return tasks::date_of(station::moment_of_ms(station::wall_clock_ms()));
}

// The lines of the new version that the old one does not have, by their first words; number and date aside.
std::vector<std::string> changed_lines(ByteView before, ByteView after) {
  const auto old = tasks::split(as_text(before), '\n');
  std::vector<std::string> changed;
  for (const std::string_view line : tasks::split(as_text(after), '\n')) {
    const std::string_view name = line.substr(0, line.rfind('\t'));
    if (name == "version" || name == "valid-from" || std::find(old.begin(), old.end(), line) != old.end()) continue;
    std::string shown(name);
    std::replace(shown.begin(), shown.end(), '\t', '.');
    changed.push_back(std::move(shown));
  }
  return changed;
}

template <class T>
const T& newest(const std::vector<T>& versions, const T& shipped) {
  const auto at =
      std::max_element(versions.begin(), versions.end(), [](const T& a, const T& b) { return a.version < b.version; });
  return at == versions.end() ? shipped : *at;
}

// R72: never backwards. The row is that of the day, which every file of a new version names.
void refuse_backwards(errc code, std::string_view csv, tasks::LocalDate from, tasks::LocalDate before) {
  if (from > today() && from >= before) return;
  std::size_t row = 0, at = 0;
  for (const std::string_view line : tasks::split(csv, '\n')) {
    ++at;
    if (line.find("valid-from") != std::string_view::npos) row = at;
  }
  throw refused_import(
      {{code, row, "value", "valid-from must name a day to come, and none before the last version's."}});
}

struct Dues {
  std::string about, body;
  std::vector<tasks::Obligation> list;
};
std::map<sync::RecordId, Dues> dues_of_all(Station& station) {
  std::map<sync::RecordId, Dues> all;
  for (station::TaskView& t : station::task_views(station))
    for (station::AssignmentView& a : t.assignments)
      all[a.id] = {t.document + ":" + t.ref, a.body.code, std::move(a.obligations)};
  return all;
}

// R46: what moves leaves an entry with both moments.
std::vector<MovedObligation> moved_since(Station& station, const std::map<sync::RecordId, Dues>& before,
                                         const tasks::CalendarVersion& from, const tasks::CalendarVersion& to) {
  std::vector<MovedObligation> moved;
  for (const auto& [id, fresh] : dues_of_all(station))
    if (const auto at = before.find(id); at != before.end())
      for (const tasks::MovedDue& due : tasks::recomputed(at->second.list, fresh.list, from, to).moved)
        moved.push_back({fresh.about, fresh.body, due});
  return moved;
}

void audit_moved(Station& station, const Actor& actor, const std::vector<MovedObligation>& moved) {
  for (const MovedObligation& m : moved)
    station.audit(actor, "due_moved", m.about + " " + m.body, "done",
                  std::string(tasks::name_of(m.due.kind)) + " " + tasks::format_moment(m.due.old_due) + " to " +
                      tasks::format_moment(m.due.new_due));
}

}  // namespace

void append_shipped_regulation(Station& station, std::string_view nation) {
  append_setting(station, station::kNationSetting, "", 1, as_bytes(nation));
  const tasks::Policy policy;
  append_setting(station, station::kPolicySetting, "", policy.version, tasks::encode_policy(policy));
  const tasks::Criteria criteria = tasks::shipped_criteria();
  append_setting(station, station::kCriteriaSetting, "", criteria.version, tasks::encode_criteria(criteria));
  for (const std::string_view id : tasks::kShippedCalendars) {
    const tasks::Calendar c = tasks::shipped_calendar(id).value();
    append_entry(station, sync::CalendarEntry{c.id, c.owner_id, c.version, tasks::encode_calendar(c)});
  }
}

SettingsImport import_policy(Station& station, const Actor& actor, const Actor& second, std::string_view csv,
                             bool of_the_centre) {
  (void)station::permit(station, actor, tasks::Action::set_policy, {.second = &second});
  const std::string owner(of_the_centre ? station::kCentre : "");
  const tasks::Policy before = newest(station::policies(station, station::kNewestDirectory, owner), tasks::Policy{});
  const auto read = tasks::parse_policy_file(csv, before);
  if (!read.value) throw refused_import(read.problems);
  const tasks::Policy& next = *read.value;
  SettingsImport result{before.version, before.valid_from, 0, 1, {}};
  const Bytes content = tasks::encode_policy(next);
  result.changed = changed_lines(tasks::encode_policy(before), content);
  if (result.changed.empty()) return result;
  refuse_backwards(errc::bad_policy, csv, next.valid_from, before.valid_from);
  if (!tasks::may_follow(before, next, today()))
    throw refused_import(
        {{errc::bad_policy, 0, "version", "The next version is " + std::to_string(before.version + 1) + "."}});
  station.transact([&] {
    append_setting(station, station::kPolicySetting, owner, next.version, content);
    station.audit(actor, "policy_import", "policy " + owner + " " + std::to_string(next.version), "done",
                  "second " + second.name);
  });
  return {next.version, next.valid_from, 1, 0, std::move(result.changed)};
}

SettingsImport import_criteria(Station& station, const Actor& actor, const Actor& second, std::string_view csv) {
  (void)station::permit(station, actor, tasks::Action::set_policy, {.second = &second});
  const tasks::Criteria before = newest(station::criteria_versions(station), tasks::shipped_criteria());
  const auto read = tasks::parse_criteria_file(csv, before);
  if (!read.value) throw refused_import(read.problems);
  const tasks::Criteria& next = *read.value;
  SettingsImport result{before.version, before.valid_from, 0, 1, {}};
  const Bytes content = tasks::encode_criteria(next);
  result.changed = changed_lines(tasks::encode_criteria(before), content);
  if (result.changed.empty() && next.weights == before.weights) return result;
  refuse_backwards(errc::bad_criteria, csv, next.valid_from, before.valid_from);
  if (next.version != before.version + 1)
    throw refused_import(
        {{errc::bad_criteria, 0, "version", "The next version is " + std::to_string(before.version + 1) + "."}});
  station.transact([&] {
    append_setting(station, station::kCriteriaSetting, "", next.version, content);
    station.audit(actor, "criteria_import", "criteria " + std::to_string(next.version), "done",
                  "second " + second.name);
  });
  return {next.version, next.valid_from, 1, 0, std::move(result.changed)};
}

CalendarImport import_calendar(Station& station, const Actor& actor, std::string_view text) {
  (void)station::permit(station, actor, tasks::Action::set_calendar);
  const auto read = tasks::parse_calendar_file(text);
  if (!read.value) throw refused_import(read.problems);
  const tasks::Calendar& next = *read.value;
  std::size_t owner_row = 0, at = 0;
  for (const std::string_view line : tasks::split(text, '\n')) {
    ++at;
    if (line.starts_with("owner\t")) owner_row = at;
  }
  if (next.owner != tasks::CalendarOwner::nation && station.directory().organisation(next.owner_id) == nullptr)
    throw refused_import(
        {{errc::unknown_body, owner_row, "owner", "The directory holds no body " + next.owner_id + "."}});
  const tasks::Calendar* before = nullptr;
  const auto known = station::calendars(station);
  for (const tasks::Calendar& c : known)
    if (c.id == next.id && (before == nullptr || c.version > before->version)) before = &c;
  if (before != nullptr && *before == next) return {next.id, next.version, 0, 0, 1};
  const bool follows = before == nullptr || (next.version == before->version + 1 && next.owner == before->owner &&
                                             next.owner_id == before->owner_id);
  if (!follows)
    throw refused_import({{errc::bad_calendar, 0, "version",
                           "The calendar " + next.id + " is known: its next version is " +
                               std::to_string(before->version + 1) + ", of the same owner."}});
  CalendarImport result{next.id, next.version, before == nullptr ? 1U : 0U, before == nullptr ? 0U : 1U, 0};
  const auto dues = dues_of_all(station);
  station.transact([&] {
    append_entry(station, sync::CalendarEntry{next.id, next.owner_id, next.version, tasks::encode_calendar(next)});
    station.audit(actor, "calendar_import", next.id, "done", "version " + std::to_string(next.version));
    result.moved =
        moved_since(station, dues, {next.id, before == nullptr ? 0 : before->version}, {next.id, next.version});
    audit_moved(station, actor, result.moved);
  });
  return result;
}

std::vector<MovedObligation> choose_nation(Station& station, const Actor& actor, std::string_view body,
                                           std::string_view nation) {
  (void)station::permit(station, actor, tasks::Action::set_calendar);
  if (station.directory().organisation(body) == nullptr)
    throw station::refused("unknown_body", "There is no such body.", "Check its code.");
  const auto known = station::calendars(station);
  if (std::none_of(known.begin(), known.end(),
                   [&](const tasks::Calendar& c) { return c.owner == tasks::CalendarOwner::nation && c.id == nation; }))
    throw station::refused("unknown_calendar", "There is no nation's calendar of this id.", "See `calendar list`.");
  std::uint32_t version = 1;
  for (const sync::SettingsEntry* entry : station.directory().settings(station::kNationSetting))
    if (entry->owner == body) version = entry->version + 1;
  const std::string rule = std::string(station::kNationSetting) + ":" + std::string(body);
  const auto dues = dues_of_all(station);
  std::vector<MovedObligation> moved;
  station.transact([&] {
    append_setting(station, station::kNationSetting, body, version, as_bytes(nation));
    station.audit(actor, "calendar_choose", std::string(body), "done", std::string(nation));
    moved = moved_since(station, dues, {rule, version - 1}, {rule, version});
    audit_moved(station, actor, moved);
  });
  return moved;
}

}  // namespace tram::hub
