#include "hub/web/routes.h"

#include "hub/directory_office.h"
#include "hub/plans.h"
#include "hub/sites.h"
#include "hub/status.h"
#include "station/act/act_commands.h"
#include "station/acts.h"
#include "station/exchange.h"
#include "station/serve/answer.h"
#include "station/serve/json_body.h"
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
