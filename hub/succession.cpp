#include "hub/succession.h"

#include <algorithm>

#include "station/act/act.h"
#include "station/body_lives.h"
#include "station/permission_gate.h"
#include "station/schema.h"
#include "station/task_view.h"

namespace tram::hub {
namespace {

// Nothing of it is to be done any more.
bool is_over(const station::AssignmentView& a) {
  return a.state == "done" || a.state == "verified" || a.state == "cancelled" || a.state == "recalled";
}

bool has_task(const station::TaskView& task, const std::string& body) {
  return std::any_of(task.assignments.begin(), task.assignments.end(), [&](const station::AssignmentView& a) {
    return a.body.code == body && a.state != "cancelled" && a.state != "recalled";
  });
}

struct Found {
  std::vector<Rehoming> list;
  std::vector<sync::RecordId> to_hand_on;
};

Found look(Station& station) {
  const tasks::BodyLives lives = station::body_lives(station);
  Found found;
  for (const station::TaskView& task : station::task_views(station))
    for (const station::AssignmentView& a : task.assignments) {
      if (is_over(a) || a.assigning != station::kHubCode) continue;
      const tasks::OpenAssignment open{a.id.hex(), a.body.code};
      const tasks::Rehomed one = tasks::rehome({&open, 1}, lives, station::today());
      if (one.to_one.empty() && one.to_decide.empty()) continue;
      const bool clear = !one.to_one.empty() && !has_task(task, one.to_one.front().body);
      found.list.push_back({task.ref, a.body.code, clear ? one.to_one.front().body : std::string()});
      if (clear) found.to_hand_on.push_back(a.id);
    }
  return found;
}

}  // namespace

void end_organisation(Station& station, const Actor& actor, std::string_view code, tasks::LocalDate last_day,
                      const std::vector<std::string>& successors) {
  (void)station::permit(station, actor, tasks::Action::load_document);
  const auto entry_named = [&](std::string_view name) {
    const auto* found = station.directory().organisation(name);
    if (found == nullptr)
      throw station::refused("unknown_body", "There is no body " + std::string(name) + " in the directory.",
                             "Import the directory first.");
    return *found;
  };
  sync::Organisation entry = entry_named(code);
  entry.to_days = static_cast<std::int32_t>(last_day.time_since_epoch().count());
  entry.successors.clear();
  for (const std::string& name : successors) {
    if (name == code)
      throw station::refused("own_successor", "A body does not succeed itself.", "Name another one with --successor.");
    entry.successors.push_back(entry_named(name).id);
  }
  station.transact([&] {
    append_entry(station, entry);
    station.audit(actor, "org_end", std::string(code), "done", tasks::format_date(last_day));
  });
}

std::vector<Rehoming> open_rehomings(Station& station) {
  return look(station).list;
}

std::vector<Rehoming> rehome_assignments(Station& station, const Actor& actor, bool dry_run) {
  (void)station::permit(station, actor, tasks::Action::rehome_task);
  const station::ActSpec& act = *station::act_named("rehome");
  Found found;
  station.transact([&] {
    found = look(station);
    if (dry_run) return;
    for (std::size_t at = 0; at < found.to_hand_on.size(); at += station::kActTargets) {
      const std::size_t end = std::min(found.to_hand_on.size(), at + station::kActTargets);
      (void)station::carry_out_here(station, actor, act,
                                    {found.to_hand_on.begin() + static_cast<std::ptrdiff_t>(at),
                                     found.to_hand_on.begin() + static_cast<std::ptrdiff_t>(end)},
                                    {});
    }
  });
  return std::move(found.list);
}

}  // namespace tram::hub
