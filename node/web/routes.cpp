#include "node/web/routes.h"

#include "node/assignment_acts.h"
#include "node/reports.h"
#include "station/act/act_commands.h"
#include "station/permission_gate.h"
#include "station/serve/answer.h"
#include "station/serve/json_body.h"
#include "station/serve/people_routes.h"
#include "station/serve/record_routes.h"

namespace tram::node {
namespace {

namespace json = boost::json;
using station::acting_person;
using station::AdmittedRequest;
using station::answer;
using station::JsonBody;
using station::Method;
using station::Permission;
using station::Route;

constexpr std::size_t kNoteBytes = 16u << 10;
constexpr std::size_t kWordBytes = 32;
constexpr std::size_t kRegimeBytes = 256, kMostRegimes = 16;

// POST /reports: as `report draft`; the approval desk has it next.
ActDone write_report(Station& station, const AdmittedRequest& r, const Actor& actor) {
  const JsonBody body(r.body(), {"regime", "period", "text", "also", "corrects", "paper_reason", "paper_moment"});
  const auto given = [&](std::string_view member) {
    return body.has(member) ? body.text(member, kRegimeBytes) : std::string();
  };
  ReportEntry entry{given("regime"), given("period"), body.text("text", kNoteBytes)};
  if (body.has("also")) entry.also = body.texts("also", kMostRegimes);
  entry.corrects = given("corrects");
  entry.paper_reason = given("paper_reason");
  entry.paper_moment = given("paper_moment");
  if (entry.regime.empty() == entry.corrects.empty()) throw station::wrong_usage("Give regime or corrects.");
  return draft_report(station, actor, entry);
}

ActDone send_report(Station& station, const AdmittedRequest& r, const Actor& actor) {
  (void)JsonBody(r.body(), {});
  return submit_report(station, actor, r.path_parameter("id"));
}

using Read = std::function<json::value(Station&, const AdmittedRequest&)>;
using Act = std::function<ActDone(Station&, const AdmittedRequest&, const Actor&)>;

Route reading(const NodeRoutes& parts, std::string pattern, Permission permission, std::string summary, Read read) {
  return {.pattern = std::move(pattern),
          .permission = permission,
          .summary = std::move(summary),
          .handle = [&station = parts.station, read = std::move(read)](
                        const AdmittedRequest& r) { return answer([&] { return read(station, r); }); },
          .handle_later = {}};
}

Route acting(const NodeRoutes& parts, std::string pattern, Permission permission, std::string summary, Act act) {
  return {.method = Method::post,
          .pattern = std::move(pattern),
          .permission = permission,
          .summary = std::move(summary),
          .handle =
              [parts, act = std::move(act)](const AdmittedRequest& r) {
                return answer([&] {
                  const ActDone done = act(parts.station, r, acting_person(parts.station, r));
                  parts.saved();
                  return json::value(json_of(done));
                });
              },
          .handle_later = {}};
}

sync::RecordId assignment(const AdmittedRequest& r) {
  return station::record_of_address(r, "id", "unknown_assignment");
}

DraftId draft(const AdmittedRequest& r) {
  const auto id = DraftId::parse(r.path_parameter("id"));
  if (!id) throw station::refused("unknown_draft", "There is no such item waiting.", "Open the list again.");
  return *id;
}

ActDone receive_assignment(Station& station, const AdmittedRequest& r, const Actor& actor) {
  (void)JsonBody(r.body(), {});
  return receive(station, actor, assignment(r));
}

ActDone return_assignment(Station& station, const AdmittedRequest& r, const Actor& actor) {
  const JsonBody body(r.body(), {"reason"});
  return draft_return(station, actor, assignment(r), body.text("reason", kNoteBytes));
}

ActDone update_assignment(Station& station, const AdmittedRequest& r, const Actor& actor) {
  const JsonBody body(r.body(), {"progress", "state", "note"});
  const UpdateEntry entry{body.integer("progress", 0, 100), body.text("state", kWordBytes),
                          body.text("note", kNoteBytes), ""};
  return draft_update(station, actor, assignment(r), entry);
}

// The desk holds updates, returns and reports alike.
ActDone approve_draft(Station& station, const AdmittedRequest& r, const Actor& actor) {
  (void)JsonBody(r.body(), {});
  const DraftId id = draft(r);
  const auto found = station::Drafts(station.connection()).get(id);
  const bool report = found && found->kind == "report";
  ActDone done = report ? approve_report(station, actor, id) : approve(station, actor, id);
  done.id = id.hex();  // what the page asked about
  return done;
}

ActDone return_draft(Station& station, const AdmittedRequest& r, const Actor& actor) {
  const JsonBody body(r.body(), {"reason"});
  return give_back(station, actor, draft(r), body.text("reason", station::kDraftReasonBytes));
}

ActDone withdraw(Station& station, const AdmittedRequest& r, const Actor& actor) {
  (void)JsonBody(r.body(), {});
  return withdraw_draft(station, actor, draft(r));
}

// Before enrolment there is neither calendar nor record, hence nothing that waits.
json::value approvals(Station& station, const AdmittedRequest& r) {
  if (!station.enrolled()) return json::object{{"items", json::array()}};
  return approvals_json(station, acting_person(station, r).person);
}

json::value outbox(Station& station, const AdmittedRequest&) {
  if (!station.enrolled())
    return json::object{{"to_approve", json::array()}, {"to_send", json::array()}, {"waiting_receipt", json::array()}};
  return outbox_json(station);
}

json::array pending_in(Station& station, const station::TaskView& task, const Actor& actor) {
  json::array found;
  const json::object all = approvals_json(station, actor.person);
  for (const json::value& item : all.at("items").as_array()) {
    const json::value& of = item.as_object().at("task");
    if (of.is_string() && std::string_view(of.get_string()) == task.id.hex()) found.push_back(item);
  }
  return found;
}

Route exchange(const NodeRoutes& parts) {
  return {.method = Method::post,
          .pattern = "/api/v1/sync",
          .permission = Permission::signed_in,
          .summary = "Exchange with the hub now",
          .handle = {},
          .handle_later = [parts](const AdmittedRequest& r, const station::Respond& respond) {
            bool well_formed = false;
            station::Reply refusal = answer([&] {
              (void)JsonBody(r.body(), {});
              (void)acting_person(parts.station, r);
              well_formed = true;
              return json::value();
            });
            if (well_formed) return parts.exchange_now(respond);
            respond(std::move(refusal));
          }};
}

}  // namespace

std::vector<Route> node_routes(NodeRoutes parts) {
  Station& station = parts.station;
  std::vector<Route> routes =
      station::record_routes({station, [&station](const station::TaskView& task, const Actor& actor) {
                                return pending_in(station, task, actor);
                              }});
  routes.push_back(reading(parts, "/api/v1/status", Permission::signed_in,
                           "What waits here, and the last contact with the hub",
                           [](Station& s, const AdmittedRequest&) { return json::value(status_json(s)); }));
  routes.push_back(reading(parts, "/api/v1/approvals", Permission::read_records, "What waits for approval", approvals));
  routes.push_back(reading(parts, "/api/v1/outbox", Permission::read_records, "Work on its way to the hub", outbox));
  // Operators and approvers may both confirm receipt; the act itself asks for one of the two roles (R12).
  routes.push_back(acting(parts, "/api/v1/assignments/{id}/receive", Permission::read_records, "Confirm receipt (R12)",
                          receive_assignment));
  routes.push_back(acting(parts, "/api/v1/assignments/{id}/return", Permission::draft,
                          "Give an assignment back with a reason (R13); waits for approval", return_assignment));
  routes.push_back(acting(parts, "/api/v1/assignments/{id}/update", Permission::draft,
                          "Enter a progress update; waits for approval", update_assignment));
  routes.push_back(acting(parts, "/api/v1/approvals/{id}/approve", Permission::approve,
                          "Approve another person's version (R51)", approve_draft));
  routes.push_back(acting(parts, "/api/v1/approvals/{id}/return", Permission::approve,
                          "Give a version back to its author with a reason (R52)", return_draft));
  routes.push_back(acting(parts, "/api/v1/approvals/{id}/withdraw", Permission::draft,
                          "Take an own version back before it is approved (R52)", withdraw));
  routes.push_back(reading(parts, "/api/v1/reports", Permission::read_records, "Reports with their states",
                           [](Station& s, const AdmittedRequest& r) -> json::value {
                             station::need_clearance(s, acting_person(s, r));
                             if (!s.enrolled()) return json::object{{"items", json::array()}};
                             return reports_json(s);
                           }));
  routes.push_back(
      acting(parts, "/api/v1/reports", Permission::draft, "Draft a periodic report; waits for approval", write_report));
  routes.push_back(
      acting(parts, "/api/v1/reports/{id}/submit", Permission::read_records, "Submit an approved report", send_report));
  routes.push_back(exchange(parts));
  for (Route& route : station::people_routes(station, parts.saved)) routes.push_back(std::move(route));
  for (Route& route : station::act_routes(station, parts.saved)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace tram::node
