#include <algorithm>

#include "station/act/act_commands.h"
#include "station/act/update_sheet.h"
#include "station/report_differences.h"
#include "station/serve/answer.h"
#include "station/serve/json_body.h"
#include "station/serve/reach.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::Action;

constexpr std::size_t kFieldBytes = 64u << 10;
constexpr std::string_view kTargets = "targets";

// What the gate of the web asks of the session before the body is read; the act asks the matrix again.
Permission permission_of(Action action, Program program) {
  switch (action) {
    case Action::confirm:
    case Action::settle_own_side:
    case Action::break_into_subtasks:
      return Permission::read_records;  // operators and approvers; no column of 5.6 holds both
    case Action::draft_update:
    case Action::send_notice:
    case Action::explain:
    case Action::enter_from_paper:
      return Permission::draft;
    case Action::assess:
    case Action::note_contact:
      return Permission::assess;
    case Action::urge:
    case Action::request_information:
      return Permission::read_records;  // follow-up, and the office
    case Action::carry_bundle:
      return Permission::bundles;
    case Action::flag_finding:
    case Action::plan_inspection:
      return Permission::flag_findings;
    default:
      // At a site it is the assigning side of its sub-tasks alone, and approvers act for it.
      return program == Program::hub ? Permission::load_documents : Permission::approve;
  }
}

std::string_view schema_type(EntryKind kind) {
  return kind == EntryKind::number ? "integer" : "string";
}

json::object schema_of(const ActSpec& spec) {
  json::object properties;
  json::array required;
  if (spec.target != ActTarget::none) {
    json::object list{{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}, {"maxItems", kActTargets}};
    list["description"] = "ids: " + std::string(tasks::find_record(spec.type)->name);
    properties[kTargets] = std::move(list);
    required.push_back(json::value(kTargets));
  }
  for (const EntryField& field : spec.fields) {
    json::object one{{"type", schema_type(field.kind)}, {"description", field.help}};
    if (field.kind == EntryKind::date) one["format"] = "date";
    if (field.kind == EntryKind::moment) one["format"] = "date-time";
    if (field.kind == EntryKind::word) {
      json::array words;
      for (std::size_t at = 0; at < field.words.size();) {
        const std::size_t end = std::min(field.words.find(' ', at), field.words.size());
        words.push_back(json::value(field.words.substr(at, end - at)));
        at = end + 1;
      }
      one["enum"] = std::move(words);
    }
    properties[field.name] = std::move(one);
    if (field.required) required.push_back(json::value(field.name));
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

std::vector<sync::RecordId> targets_of(const JsonBody& body) {
  std::vector<sync::RecordId> found;
  for (const std::string& text : body.texts(kTargets, kActTargets)) {
    const auto id = sync::RecordId::parse(text);
    if (!id) throw refused("unknown_record", "\"" + text.substr(0, 64) + "\" is no id.", "Open the list again.");
    found.push_back(*id);
  }
  return found;
}

json::value run(Station& station, const ActSpec& spec, const AdmittedRequest& request) {
  std::vector<std::string_view> members;
  if (spec.target != ActTarget::none) members.push_back(kTargets);
  for (const EntryField& field : spec.fields) members.push_back(field.name);
  const JsonBody body(request.body(), members);
  const Actor actor = acting_person(station, request);
  ActEntry entry;
  for (const EntryField& field : spec.fields) {
    if (!body.has(field.name)) continue;
    const std::string text = field.kind == EntryKind::number
                                 ? std::to_string(body.integer(field.name, 0, 1'000'000'000))
                                 : body.text(field.name, kFieldBytes);
    take_entry(station, field, text, entry);
  }
  const auto targets = spec.target == ActTarget::none ? std::vector<sync::RecordId>{} : targets_of(body);
  json::array items;
  for (const ActResult& r : carry_out(station, actor, spec, targets, entry)) items.push_back(json_of(r));
  return json::object{{"items", std::move(items)}};
}

Route route_of(Station& station, const ActSpec& spec, const std::function<void()>& saved) {
  return {.method = Method::post,
          .pattern = "/api/v1/acts/" + std::string(spec.name),
          .permission = permission_of(action_of(spec, station.program()), station.program()),
          .body_schema = json::serialize(schema_of(spec)),
          .summary = std::string(spec.help),
          .handle =
              [&station, &spec, saved](const AdmittedRequest& r) {
                return answer([&] {
                  json::value done = run(station, spec, r);
                  if (saved) saved();
                  return done;
                });
              },
          .handle_later = {}};
}

// Records that hang on tasks which the person may read; others of the own body.
json::value records(Station& station, const AdmittedRequest& request) {
  const Actor actor = acting_person(station, request);
  need_clearance(station, actor);
  const Reach reach(station, actor.roles, request.session()->org);
  std::optional<sync::RecordId> home;
  if (const auto on = request.query("on")) {
    home = sync::RecordId::parse(*on);
    if (!home) throw wrong_usage("on is the id of a record.");
  }
  json::object found = records_json(station, request.query("type").value_or(""), home);
  if (reach.holds_all()) return found;
  std::set<std::string> readable;
  for (const TaskView& task : task_views(station)) {
    if (!reach.holds(task)) continue;
    readable.insert(task.id.hex());
    readable.insert(task.document_id.hex());
    for (const AssignmentView& a : task.assignments) readable.insert(a.id.hex());
  }
  json::array kept;
  for (json::value& item : found["items"].as_array()) {
    const json::object& o = item.as_object();
    if (readable.contains(std::string(o.at("on").as_string())) || o.at("org").as_string() == request.session()->org)
      kept.push_back(std::move(item));
  }
  return json::object{{"items", std::move(kept)}};
}

}  // namespace

std::vector<Route> act_routes(Station& station, const std::function<void()>& saved) {
  std::vector<Route> list;
  const std::uint8_t here = station.program() == Program::hub ? programs::hub : programs::node;
  for (const ActSpec& spec : all_acts())
    if ((spec.where & here) != 0) list.push_back(route_of(station, spec, saved));
  list.push_back(
      {.pattern = "/api/v1/records",
       .permission = Permission::read_records,
       .summary = "Records of one type with their fields; ?type= &on=",
       .handle = [&station](const AdmittedRequest& r) { return answer([&] { return records(station, r); }); },
       .handle_later = {}});
  list.push_back({.pattern = "/api/v1/reports/{id}/differences",
                  .permission = Permission::read_records,
                  .summary = "A report's frozen figures beside what the system holds now (R21)",
                  .handle =
                      [&station](const AdmittedRequest& r) {
                        return answer([&]() -> json::value {
                          need_clearance(station, acting_person(station, r));
                          return report_differences_json(station, r.path_parameter("id"));
                        });
                      },
                  .handle_later = {}});
  if (station.program() != Program::node) return list;
  list.push_back({.method = Method::post,
                  .pattern = "/api/v1/updates/sheet",
                  .permission = Permission::draft,
                  .body_limit = kSheetBytes,
                  .content_type = "text/csv",
                  .summary = "Progress updates from a table; each waits for approval",
                  .handle =
                      [&station](const AdmittedRequest& r) {
                        return answer([&] {
                          return json::value(json_of(take_update_sheet(station, acting_person(station, r), r.body(),
                                                                       r.query("dry_run") == "1")));
                        });
                      },
                  .handle_later = {}});
  return list;
}

}  // namespace tram::station
