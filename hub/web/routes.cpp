#include "hub/web/routes.h"

#include <charconv>

#include "hub/directory_office.h"
#include "hub/office_lists.h"
#include "hub/plans.h"
#include "hub/report_regimes.h"
#include "hub/reports.h"
#include "hub/sites.h"
#include "hub/status.h"
#include "station/act/act_commands.h"
#include "station/acts.h"
#include "station/exchange.h"
#include "station/permission_gate.h"
#include "station/serve/answer.h"
#include "station/serve/json_body.h"
#include "station/serve/people_routes.h"
#include "station/serve/record_routes.h"
#include "tasks/record_schema.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::ActRefused;
using station::AdmittedRequest;
using station::answer;
using station::ExchangeCount;
using station::ExchangeResult;
using station::Method;
using station::Permission;
using station::Reply;
using station::Route;
using station::RouteKind;

constexpr std::string_view kBytesType = "application/octet-stream";
constexpr std::string_view kRetryFullDisk = "900";  // reliability design 6, self-protection
constexpr int kPending = 202;
constexpr std::size_t kDateBytes = 10, kNameBytes = 4096;

Reply bytes_reply(ByteView bytes) {
  return {.content_type = std::string(kBytesType), .body = std::string(as_text(bytes)), .headers = {}};
}

// Devices get few statuses: 403 for who they are, 400 for what they sent; failures as everywhere.
Reply refusal_to_device(const ActRefused& refused) {
  const bool of_person = refused.code == sync::name(sync::OutcomeCode::unknown_sender);
  const int status = refused.exit == station::exit_status::kFailed ? station::http_status(refused)
                     : of_person                                   ? 403
                                                                   : 400;
  Reply reply = station::error_reply(status, refused.code, refused.message, refused.next);
  if (status == 507) reply.headers.emplace_back("Retry-After", kRetryFullDisk);
  return reply;
}

Reply exchange(Station& station, ExchangeCount& count, NewsDesk& news, const AdmittedRequest& request) {
  try {
    Reply reply = bytes_reply(station::answer_request(station, as_bytes(request.body()),
                                                      [&news](const sync::DeviceId& d) { return news.issue(d); }));
    count.add(ExchangeResult::done);
    news.poke();
    return reply;
  } catch (const ActRefused& refused) {
    count.add(refused.exit == station::exit_status::kFailed ? ExchangeResult::failed : ExchangeResult::refused);
    return refusal_to_device(refused);
  }
}

Reply enrol_device(Station& station, const AdmittedRequest& request) {
  try {
    return bytes_reply(enrol_over_network(station, as_bytes(request.body())));
  } catch (const ActRefused& refused) {
    if (refused.code != "enrol_pending") return refusal_to_device(refused);
    return station::error_reply(kPending, refused.code, refused.message, refused.next);
  }
}

json::value event_happened(Station& station, const AdmittedRequest& request) {
  const station::JsonBody body(request.body(), {"name", "on", "document"});
  const Actor actor = station::acting_person(station, request);
  const auto on = tasks::parse_date(body.text("on", kDateBytes));
  if (!on) throw station::refused("bad_date", "on is no day.", "Write YYYY-MM-DD.");
  std::optional<std::string> document;
  if (body.has("document")) document = body.text("document", kNameBytes);
  const EventRecorded r = record_event(station, actor, body.text("name", kNameBytes), *on, std::move(document));
  return json::object{{"event", r.event}, {"tasks", r.tasks}};
}

// As `plan hand-over`: R7 asks for a reason and a second person where there is no digital signature.
json::value hand_document_over(Station& station, const AdmittedRequest& request) {
  constexpr std::uint32_t kSecond = sync::role_bit(sync::Role::hub_office) | sync::role_bit(sync::Role::hub_security);
  const station::JsonBody body(request.body(),
                               {"unsigned_reason", station::kSecondMember, station::kSecondPasswordMember});
  const Actor actor = station::acting_person(station, request);
  const HandOver how{body.text("unsigned_reason", kNameBytes), station::second_of(station, actor, body, kSecond)};
  return json::object{{"handed_over", hand_over(station, actor, request.path_parameter("id"), how)}};
}

json::value due_reports(Station& station, const AdmittedRequest& request) {
  station::need_clearance(station, station::acting_person(station, request));
  const std::string text(request.query("year").value_or(""));
  int year = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (ec != std::errc() || end != text.data() + text.size() || year < 2025 || year > 2100)
    throw station::wrong_usage("year is a year, for instance 2025.");
  std::optional<std::string> org;
  if (const auto given = request.query("org"); given && !given->empty()) org = std::string(*given);
  return reports_due_json(station, year, org);
}

Route of_devices(Method method, std::string pattern, std::string summary,
                 std::function<Reply(const AdmittedRequest&)> handle) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = Permission::open,
          .body_limit = kExchangeBytes,
          .content_type = std::string(kBytesType),
          .kind = RouteKind::exchange,
          .summary = std::move(summary),
          .handle = std::move(handle),
          .handle_later = {}};
}

}  // namespace

std::vector<Route> hub_routes(Station& station, std::shared_ptr<ExchangeCount> count, NewsDesk& news) {
  std::vector<Route> routes = station::record_routes({station, {}});
  for (Route& route : station::act_routes(station, [&news] { news.poke(); })) routes.push_back(std::move(route));
  routes.push_back(
      {.pattern = "/api/v1/status",
       .permission = Permission::signed_in,
       .summary = "Sites with their last contact, and what waits for a person",
       .handle = [&station](const AdmittedRequest&) { return answer([&] { return status_json(station); }); },
       .handle_later = {}});
  routes.push_back({.method = Method::post,
                    .pattern = "/api/v1/events",
                    .permission = Permission::load_documents,
                    .summary = "An event that deadlines wait for happened (R48)",
                    .handle =
                        [&station, &news](const AdmittedRequest& r) {
                          return answer([&] {
                            json::value done = event_happened(station, r);
                            news.poke();
                            return done;
                          });
                        },
                    .handle_later = {}});
  routes.push_back({.method = Method::post,
                    .pattern = "/api/v1/documents/{id}/hand-over",
                    .permission = Permission::load_documents,
                    .summary = "Hand a document's tasks over; starts the clocks (R7)",
                    .handle =
                        [&station, &news](const AdmittedRequest& r) {
                          return answer([&] {
                            json::value done = hand_document_over(station, r);
                            news.poke();
                            return done;
                          });
                        },
                    .handle_later = {}});
  routes.push_back(
      {.pattern = "/api/v1/office-lists",
       .permission = Permission::load_documents,
       .summary = "What the office looks at: due, wrong, new problems, at risk, without follow-up (R59, R63)",
       .handle =
           [&station](const AdmittedRequest& r) {
             return answer([&]() -> json::value {
               station::need_clearance(station, station::acting_person(station, r));
               return office_lists_json(station);
             });
           },
       .handle_later = {}});
  routes.push_back({.pattern = "/api/v1/reports",
                    .permission = Permission::load_documents,
                    .summary = "Reports of all sites",
                    .handle =
                        [&station](const AdmittedRequest& r) {
                          return answer([&]() -> json::value {
                            station::need_clearance(station, station::acting_person(station, r));
                            return reports_json(station);
                          });
                        },
                    .handle_later = {}});
  routes.push_back(
      {.pattern = "/api/v1/reports/due",
       .permission = Permission::load_documents,
       .summary = "What is due in a year, and what came; ?year= &org=",
       .handle = [&station](const AdmittedRequest& r) { return answer([&] { return due_reports(station, r); }); },
       .handle_later = {}});
  for (Route& route : station::people_routes(station, [&news] { news.poke(); })) routes.push_back(std::move(route));
  routes.push_back(
      of_devices(Method::post, "/sync/1/exchange", "One exchange: a sealed container in, its answer out",
                 [&station, count, &news](const AdmittedRequest& r) { return exchange(station, *count, news, r); }));
  Route wait =
      of_devices(Method::get, "/sync/1/wait", "Long poll: 200 when there is something for the ticket's device", {});
  wait.handle_later = [&news](const AdmittedRequest& r, station::Respond respond) {
    news.wait(r.wait_ticket(), std::move(respond));
  };
  routes.push_back(std::move(wait));
  routes.push_back(of_devices(Method::post, "/sync/1/enrol",
                              "Enrolment request in; the answer, or 202 while it waits for approval",
                              [&station](const AdmittedRequest& r) { return enrol_device(station, r); }));
  routes.push_back(of_devices(Method::get, "/sync/1/keys", "The hub's public keys as a key file",
                              [&station](const AdmittedRequest&) {
                                return station::answer_with([&] { return bytes_reply(key_file(station)); });
                              }));
  return routes;
}

}  // namespace tram::hub
