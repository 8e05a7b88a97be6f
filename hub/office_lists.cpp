#include "hub/office_lists.h"

#include <algorithm>
#include <set>

#include "hub/succession.h"
#include "station/act/change_builder.h"
#include "station/task_json.h"
#include "tasks/classification.h"
#include "tasks/warning.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Fields;
using sync::Layer;
using tasks::field_number;
using tasks::RecordType;

// Assignments whose newest word of the follow-up body is that the work is wrong, and those with an open difficulty.
struct Marked {
  std::set<sync::RecordId> wrong, difficult;
};

Marked marked(Station& station) {
  Marked found;
  std::map<sync::RecordId, sync::RecordId> newest;
  const auto each = [&](RecordType type, auto&& take) {
    for (const sync::RecordRow& row :
         station.store().records_of_type(static_cast<std::uint16_t>(type), Layer::confirmed))
      take(row);
  };
  each(RecordType::assessment, [&](const sync::RecordRow& row) {
    const auto last = station::newest_in(station, row.home, RecordType::assessment);
    if (last && *last == row.id &&
        Fields(station, row.id).text(field_number(RecordType::assessment, "judgement")) == "wrong")
      found.wrong.insert(row.home);
  });
  each(RecordType::notice, [&](const sync::RecordRow& row) {
    if (station::state_of(station, row.id, RecordType::notice) != "closed") found.difficult.insert(row.home);
  });
  return found;
}

std::string_view list_name(tasks::OfficeList list) {
  constexpr std::string_view kNames[] = {"due_and_not_done", "done_wrongly", "new_problem", "at_risk"};
  return kNames[static_cast<std::size_t>(list)];
}

}  // namespace

json::object office_lists_json(Station& station) {
  station::Regulation regulation(station, station::moment_now());
  const Marked marks = marked(station);
  json::array lists[4], unfollowed;
  std::vector<tasks::Followed> followed;
  const auto views = station::task_views(station);
  for (const station::TaskView& t : views) {
    if (t.state != "cancelled") followed.push_back({t.id.hex(), t.follow_up});
    for (const station::AssignmentView& a : t.assignments) {
      if (a.state == "loaded" || a.state == "cancelled" || a.state == "recalled") continue;
      tasks::ListFacts facts;
      facts.outcome = a.outcome;
      if (marks.wrong.contains(a.id)) facts.execution = tasks::Execution::done_wrongly;
      facts.difficulty_open = marks.difficult.contains(a.id);
      facts.due_soon = std::any_of(a.obligations.begin(), a.obligations.end(), [&](const tasks::Obligation& o) {
        return o.kind == tasks::ObligationKind::result &&
               tasks::urgency_of(o, regulation.working_time(a.body.code), regulation.policy(), regulation.now()) !=
                   tasks::Urgency::none;
      });
      for (const tasks::OfficeList list : tasks::office_lists(facts))
        lists[static_cast<std::size_t>(list)].push_back({{"id", a.id.hex()},
                                                         {"ref", t.ref},
                                                         {"document", t.document},
                                                         {"org", a.body.code},
                                                         {"outcome", tasks::name_of(a.outcome)},
                                                         {"deadline", station::moment_json(a.due.due)}});
    }
  }
  for (const std::string& id : tasks::without_follow_up(followed, ""))
    for (const station::TaskView& t : views)
      if (t.id.hex() == id) unfollowed.push_back({{"id", id}, {"ref", t.ref}, {"document", t.document}});
  json::array orphans;
  for (const Rehoming& r : open_rehomings(station))
    if (r.to.empty()) orphans.push_back({{"ref", r.task}, {"org", r.from}});
  json::object whole;
  for (std::size_t i = 0; i < std::size(lists); ++i)
    whole[list_name(static_cast<tasks::OfficeList>(i))] = std::move(lists[i]);
  whole["without_follow_up"] = std::move(unfollowed);
  whole["without_successor"] = std::move(orphans);
  return whole;
}

}  // namespace tram::hub
