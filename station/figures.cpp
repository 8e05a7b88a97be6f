#include "station/figures.h"

#include <algorithm>
#include <set>

#include "tasks/figures.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using sync::Layer;
using tasks::field_number;
using tasks::RecordType;

constexpr std::chrono::seconds kFresh = std::chrono::hours{48};

// Assignments with an open finding of an inspection (R20).
std::set<sync::RecordId> found_faulty(Station& station) {
  std::set<sync::RecordId> found;
  constexpr auto kNote = static_cast<std::uint16_t>(RecordType::inspection_note);
  for (const sync::RecordRow& row : station.store().records_of_type(kNote, Layer::confirmed))
    if (Fields(station, row.id).event(field_number(RecordType::inspection_note, "state")) ==
        tasks::event_number(RecordType::inspection_note, "open"))
      found.insert(row.home);
  return found;
}

tasks::Secrecy secrecy_of(Station& station, const sync::RecordId& document) {
  return static_cast<tasks::Secrecy>(std::clamp<std::int64_t>(
      Fields(station, document).integer(field_number(RecordType::document, "confidentiality")), 0, 2));
}

json::object figures_object(const tasks::Figures& f) {
  json::object outcomes;
  for (std::size_t i = 0; i < f.by_outcome.size(); ++i)
    outcomes[tasks::name_of(static_cast<tasks::Outcome>(i))] = f.by_outcome[i];
  return {{"assignments", f.assignments},
          {"outcomes", std::move(outcomes)},
          {"overdue_obligations", f.overdue_obligations},
          {"open_notices", f.open_notices}};
}

// How old the data of the sites are: of each active one, when the hub last heard of it.
json::value age_of_data(Station& station, tasks::Moment now) {
  if (station.program() == Program::node) return nullptr;
  std::vector<tasks::Moment> heard;
  for (const sync::Device* d : station.directory().devices())
    if (d->id != station.device() && d->state == sync::DeviceState::active)
      heard.push_back(moment_of_ms(sync::meta_u64(station.store(), "contact:" + d->id.hex())));
  const tasks::Figure figure = tasks::freshness(heard, now, kFresh);
  return json::object{
      {"newer_than_2_days", figure.numerator}, {"of", figure.denominator}, {"oldest_s", figure.oldest.count()}};
}

}  // namespace

std::vector<tasks::RatedAssignment> rated_assignments(Station& station,
                                                      const std::function<bool(const TaskView&)>& counts) {
  std::vector<tasks::RatedAssignment> list;
  const auto faulty = found_faulty(station);
  std::map<sync::RecordId, tasks::Secrecy> secrecy;
  for (const TaskView& t : task_views(station)) {
    if (counts && !counts(t)) continue;
    const auto [at, fresh] = secrecy.try_emplace(t.document_id);
    if (fresh) at->second = secrecy_of(station, t.document_id);
    for (const AssignmentView& a : t.assignments) {
      if (a.state == "cancelled" || a.state == "loaded") continue;
      tasks::RatedAssignment rated;
      rated.body = a.body.code;
      rated.ref = t.document + ":" + t.ref;
      rated.confidentiality = at->second;
      rated.obligations.due = a.due;
      rated.obligations.outcome = a.outcome;
      rated.obligations.list = a.obligations;
      rated.finding = faulty.contains(a.id);
      list.push_back(std::move(rated));
    }
  }
  return list;
}

json::object figures_json(Station& station, const std::function<bool(const TaskView&)>& counts) {
  const tasks::Moment now = moment_now();
  json::array bodies;
  json::object all;
  for (const auto& [code, figures] : tasks::figures_by_body(rated_assignments(station, counts), now)) {
    json::object one = figures_object(figures);
    if (code.empty()) {
      all = std::move(one);
      continue;
    }
    const auto* body = station.directory().organisation(code);
    one["org"] = code;
    one["name"] = body == nullptr ? code : body_of(station, body->id).name;
    bodies.push_back(std::move(one));
  }
  return {{"as_of", tasks::format_moment(now)},
          {"all", std::move(all)},
          {"bodies", std::move(bodies)},
          {"data", age_of_data(station, now)}};
}

}  // namespace tram::station
