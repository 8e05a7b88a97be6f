#include "station/web/built_in_routes.h"

namespace tram::station {
namespace {

Reply plain(int status, std::string text) {
  return {.status = status, .content_type = "text/plain", .body = std::move(text), .headers = {}};
}

void add_health(std::vector<Route>& routes, const ServerConfig& config) {
  // On the loop, so that they tell of an application that is stuck instead of waiting for it.
  routes.push_back({.pattern = "/healthz",
                    .permission = Permission::open,
                    .runs_on = RunsOn::loop,
                    .summary = "200 ok while loop and writer turn",
                    .handle =
                        [healthy = config.healthy](const AdmittedRequest&) {
                          return !healthy || healthy() ? plain(200, "ok") : plain(503, "unhealthy");
                        },
                    .handle_later = {}});
  routes.push_back({.pattern = "/readyz",
                    .permission = Permission::open,
                    .runs_on = RunsOn::loop,
                    .summary = "200 ready, or 503 and one word",
                    .handle =
                        [not_ready = config.not_ready](const AdmittedRequest&) {
                          const std::string word = not_ready ? not_ready() : std::string();
                          return word.empty() ? plain(200, "ready") : plain(503, word);
                        },
                    .handle_later = {}});
}

void add_metrics(std::vector<Route>& routes, const ServerConfig& config, const RefusalCount& refusals) {
  routes.push_back({.pattern = "/metrics",
                    .permission = Permission::open,
                    .kind = RouteKind::metrics,
                    .summary = "Prometheus text, on this PC only",
                    .handle =
                        [metrics = config.metrics, &refusals](const AdmittedRequest&) {
                          Reply reply = plain(200, (metrics ? metrics() : std::string()) + refusals.metrics());
                          reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
                          return reply;
                        },
                    .handle_later = {}});
}

void add_pages(std::vector<Route>& routes, const ServerConfig& config) {
  if (!config.pages) return;
  const auto page = [pages = config.pages](const AdmittedRequest& request) {
    const auto file = pages(request.path());
    if (!file) return refusal_reply(Refused::no_such_page);
    Reply reply{.content_type = file->content_type, .body = std::string(file->content), .headers = {}};
    if (file->immutable) reply.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    return reply;
  };
  for (const char* pattern : {"/", "/login", "/static/{path...}"})
    routes.push_back({.pattern = pattern,
                      .permission = Permission::open,
                      .runs_on = RunsOn::loop,
                      .summary = {},
                      .handle = page,
                      .handle_later = {}});
  // The office's own authority is handed out on the PC itself only (5.1).
  routes.push_back({.pattern = "/office-ca.crt",
                    .permission = Permission::open,
                    .runs_on = RunsOn::loop,
                    .summary = {},
                    .handle =
                        [page](const AdmittedRequest& request) {
                          return is_loopback(request.remote_address()) ? page(request)
                                                                       : refusal_reply(Refused::not_loopback);
                        },
                    .handle_later = {}});
}

}  // namespace

std::vector<Route> all_routes(ServerConfig& config, ApplicationThread& application, PasswordPool& passwords,
                              std::shared_ptr<SessionTable> sessions, Accounts& accounts,
                              const RefusalCount& refusals) {
  std::vector<Route> routes = std::move(config.routes);
  for (auto& route : session_routes({.application = application,
                     .passwords = passwords,
                     .sessions = std::move(sessions),
                     .accounts = accounts,
                     .program = config.program,
                     .now = config.now,
                     .on_login = config.on_login,
                     .hash_of_nobody = config.hash_of_nobody}))
    routes.push_back(std::move(route));
  add_health(routes, config);
  add_metrics(routes, config, refusals);
  add_pages(routes, config);

  Route description{.pattern = "/api/v1/openapi.json",
                    .permission = Permission::open,
                    .summary = "This API as OpenAPI 3.1",
                    .handle = [](const AdmittedRequest&) { return Reply{.body = {}, .headers = {}}; },
                    .handle_later = {}};
  routes.push_back(description);
  // Made once from the whole table, its own row among them.
  routes.back().handle = [routes = routes, program = config.program](const AdmittedRequest&) {
    const std::string version = program ? program().version : std::string();
    return Reply{.body = openapi_document(routes, "Tram", version), .headers = {}};
  };
  return routes;
}

}  // namespace tram::station
