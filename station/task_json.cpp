#include "station/task_json.h"

#include <algorithm>

#include "station/assignment_facts.h"
#include "station/people.h"
#include "sync/claim.h"
#include "sync/merge.h"
#include "sync/redaction.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

namespace json = boost::json;

json::array bodies_json(const std::vector<Body>& bodies) {
  json::array list;
  for (const Body& b : bodies) list.push_back({{"org", b.code}, {"name", b.name}});
  return list;
}

json::value parent_json(const std::optional<ParentView>& parent) {
  if (!parent) return nullptr;
  return json::object{{"assignment", parent->assignment.hex()},
                      {"id", parent->task.is_zero() ? json::value(nullptr) : json::value(parent->task.hex())},
                      {"ref", parent->ref},
                      {"document", parent->document}};
}

json::value seconds_json(const std::optional<std::chrono::seconds>& span) {
  return span ? json::value(span->count()) : json::value(nullptr);
}

// R41, R42: the four times of the confirmation, the two clocks, and transport beside them.
json::object clocks_json(Station& station, const sync::RecordId& assignment, tasks::Moment now) {
  const tasks::FourTimes times = confirmation_times(station, assignment);
  return {{"handed_over", moment_json(times.handed_over)},
          {"available", moment_json(times.available)},
          {"acted", moment_json(times.acted)},
          {"received", moment_json(times.received)},
          {"statutory_s", seconds_json(tasks::statutory_clock(times, now))},
          {"site_s", seconds_json(tasks::site_clock(times, now))},
          {"transport_s", tasks::transport(times).count()}};
}

json::array moved_json(const AssignmentView& a) {
  json::array list;
  for (const tasks::MovedDue& m : a.moved)
    list.push_back({{"kind", tasks::name_of(m.kind)},
                    {"rule", "R" + std::to_string(tasks::rule_of(m.kind))},
                    {"old_due", tasks::format_moment(m.old_due)},
                    {"new_due", tasks::format_moment(m.new_due)},
                    {"because", m.to.id},
                    {"from_version", m.from.version},
                    {"to_version", m.to.version}});
  return list;
}

json::array sub_tasks_json(const AssignmentView& a) {
  json::array list;
  for (const SubTaskView& s : a.sub_tasks)
    list.push_back({{"id", s.task.hex()},
                    {"ref", s.ref},
                    {"title", s.title},
                    {"org", s.body.code},
                    {"org_name", s.body.name},
                    {"state", s.state},
                    {"outcome", tasks::name_of(s.outcome)},
                    {"deadline", moment_json(s.due)},
                    {"ends_after_parent", s.ends_after_parent}});
  return list;
}

std::string_view action_of(const sync::VersionRow& v) {
  switch (v.kind) {
    case sync::OperationKind::record_create:
      return "create";
    case sync::OperationKind::field_set:
      return "set";
    case sync::OperationKind::set_add:
      return "add";
    case sync::OperationKind::set_remove:
      return "remove";
    case sync::OperationKind::log_append:
      return "note";
    case sync::OperationKind::status_event:
      return "event";
    case sync::OperationKind::authority_change:
      return "assign";
    case sync::OperationKind::proposal_answer:
      return "answer";
    case sync::OperationKind::adopt:
      return "adopt";
    case sync::OperationKind::redact:
      return "redact";
    default:
      return "other";
  }
}

// A redacted value; what was never a value stays null.
bool is_removed(Station& station, const sync::VersionRow& v) {
  const bool carries = v.kind == sync::OperationKind::field_set || v.kind == sync::OperationKind::set_add ||
                       v.kind == sync::OperationKind::log_append || v.kind == sync::OperationKind::proposal_answer;
  return carries && v.value.is_absent() && sync::redacted(station.store(), v.changeset) == sync::Redacted::yes;
}

std::string sync_state(Station& station, const sync::VersionRow& v) {
  if (v.layer == sync::Layer::confirmed) return "delivered";
  const auto row = station.store().changeset(v.changeset);
  if (row && row->hub_seq != 0) return "delivered";  // its receipt is here; the home's stream brings the rest, if ever
  return row && row->sent ? "waiting_receipt" : "to_send";
}

// What of the author's time cannot be so (sync design 9.2, 9.5); usually nothing.
json::array claim_json(Station& station, const sync::VersionRow& v) {
  const sync::Claim claim = sync::claim_of(station.store(), v, station.program() == Program::hub);
  json::array flags;
  if (claim.clock_unset) flags.push_back("clock_unset");
  if (claim.outside) flags.push_back("outside_bounds");
  if (claim.anchor_replaced) flags.push_back("anchor_replaced");
  return flags;
}

}  // namespace

json::array obligations_json(const AssignmentView& a, tasks::Moment now) {
  json::array list;
  for (const tasks::Obligation& o : a.obligations)
    list.push_back({{"kind", tasks::name_of(o.kind)},
                    {"rule", "R" + std::to_string(tasks::rule_of(o.kind))},
                    {"due", tasks::format_moment(o.due)},
                    {"written", tasks::format_moment(o.written)},
                    {"acted", moment_json(o.acted)},
                    {"standing", tasks::name_of(tasks::standing_of(o, now))},
                    {"provisional", o.provisional}});
  return list;
}

json::value moment_json(const std::optional<tasks::Moment>& moment) {
  return moment ? json::value(tasks::format_moment(*moment)) : json::value(nullptr);
}

json::object json_of(const AssignmentView& a) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  const std::optional<tasks::Moment> deadline = a.due.state == tasks::DueState::fixed ? a.due.due : std::nullopt;
  return {{"id", a.id.hex()},
          {"org", a.body.code},
          {"org_name", a.body.name},
          {"state", a.state},
          {"outcome", tasks::name_of(a.outcome)},
          {"deadline", moment_json(deadline)},
          {"deadline_written", text_or_null(a.deadline_written)},
          {"progress", a.progress},
          {"waiting_for", text_or_null(a.waiting_for)},
          {"open_notices", std::count_if(a.obligations.begin(), a.obligations.end(), tasks::is_open_notice)},
          {"agreed_next_step", text_or_null(a.agreed_next_step)},
          {"sync", text_or_null(std::string(name(a.work)))},
          {"values", a.values}};
}

json::object json_of(const TaskView& t) {
  json::array assignments;
  for (const AssignmentView& a : t.assignments) assignments.push_back(json_of(a));
  return {{"id", t.id.hex()},
          {"ref", t.ref},
          {"document", t.document},
          {"title", t.title},
          {"state", t.state},
          {"lead", bodies_json(t.lead)},
          {"coordinating", bodies_json(t.coordinating)},
          {"priority", t.priority},
          {"parent", parent_json(t.parent)},
          {"assignments", std::move(assignments)}};
}

json::object task_list_json(const std::vector<TaskView>& tasks) {
  json::array list;
  for (const TaskView& t : tasks) list.push_back(json_of(t));
  return {{"tasks", std::move(list)}};
}

json::value value_json(Station& station, const sync::Value& value) {
  if (const auto* text = value.get<std::string>()) return json::value(*text);
  if (const auto* number = value.get<std::int64_t>()) return json::value(*number);
  if (const auto* flag = value.get<bool>()) return json::value(*flag);
  if (const auto* id = value.get<sync::RawId>()) {
    if (const auto* o = station.directory().organisation(sync::OrganisationId{id->bytes})) return json::value(o->code);
    return json::value(to_hex(id->bytes));
  }
  if (const auto* date = value.get<sync::CivilDate>())
    return json::value(tasks::format_date(tasks::LocalDate{std::chrono::days{date->days}}));
  if (const auto* moment = value.get<sync::ZonedMoment>())
    return json::value(tasks::format_moment(tasks::Moment{std::chrono::seconds{moment->ms / 1000}}));
  if (const auto* bytes = value.get<Bytes>()) return json::value(to_hex(*bytes));
  return json::value(nullptr);
}

json::object version_json(Station& station, const sync::VersionRow& v) {
  const auto record = station.store().record(v.record, sync::Layer::provisional);
  const sync::FieldSpec* spec = record ? station.schema().field(record->type, v.field) : nullptr;
  const auto field = station.store().field(v.record, v.field, sync::Layer::confirmed);
  json::object o;
  o["at"] = rfc3339(v.written_ms);
  o["received"] = v.layer == sync::Layer::confirmed ? json::value(rfc3339(v.hub_time_ms)) : json::value(nullptr);
  o["who"] = person_name(station, v.person);
  o["org"] = body_of(station, v.organisation).code;
  o["record"] = record ? std::string(station.schema().type_name(record->type)) : std::string("unknown");
  o["action"] = action_of(v);
  o["field"] = spec ? json::value(spec->name) : json::value(nullptr);
  o["value"] = value_json(station, v.value);
  if (is_removed(station, v)) o["value"] = "removed";
  if (v.kind == sync::OperationKind::status_event && record)
    if (const auto* event = station.schema().event(record->type, v.field, v.event)) o["value"] = event->name;
  if (v.layer == sync::Layer::confirmed)
    o["outcome"] = sync::name(sync::outcome_of(v, spec, field ? &*field : nullptr));
  else
    o["outcome"] = v.verdict == sync::Verdict::admitted ? "provisional" : sync::name(v.verdict);
  if (v.verdict != sync::Verdict::admitted) o["reason"] = sync::name(v.reason);
  o["claim"] = claim_json(station, v);
  o["sync"] = sync_state(station, v);
  o["version"] = v.id.hex();
  o["changeset"] = to_hex(v.changeset);
  return o;
}

json::object task_detail_json(Station& station, const TaskView& t) {
  json::object task = json_of(t);
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  task["follow_up"] = text_or_null(t.follow_up);
  task["recurrence"] = text_or_null(t.recurrence.substr(0, t.recurrence.find('\n')));
  task["condition"] = text_or_null(t.condition);
  json::array occurrences;
  for (const OccurrenceView& o : t.occurrences)
    occurrences.push_back({{"due", tasks::format_moment(o.when.due)},
                           {"written", tasks::format_moment(o.when.written)},
                           {"met", o.met},
                           {"standing", tasks::name_of(o.standing)}});
  task["occurrences"] = std::move(occurrences);
  const tasks::Moment now = moment_now();
  for (std::size_t i = 0; i < t.assignments.size(); ++i) {
    json::object& one = task.at("assignments").as_array()[i].as_object();
    one["obligations"] = obligations_json(t.assignments[i], now);
    one["clocks"] = clocks_json(station, t.assignments[i].id, now);
    one["moved"] = moved_json(t.assignments[i]);
    one["sub_tasks"] = sub_tasks_json(t.assignments[i]);
  }
  std::vector<sync::VersionRow> versions = station.store().versions_of_home(t.id);
  for (const AssignmentView& a : t.assignments)
    for (sync::VersionRow& v : station.store().versions_of_home(a.id)) versions.push_back(std::move(v));
  std::stable_sort(versions.begin(), versions.end(), [](const sync::VersionRow& a, const sync::VersionRow& b) {
    return std::tuple(a.written_ms, a.operation) > std::tuple(b.written_ms, b.operation);
  });
  json::array history;
  for (const sync::VersionRow& v : versions) {
    if (v.kind == sync::OperationKind::record_create && v.verdict == sync::Verdict::admitted)
      continue;  // its fields say it
    history.push_back(version_json(station, v));
  }
  return {{"task", std::move(task)}, {"history", std::move(history)}};
}

}  // namespace tram::station
