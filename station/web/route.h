// The route table: every address a program answers, what it takes to use it, and what runs. The OpenAPI file is made
// from it, so the two cannot differ.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "station/web/admitted_request.h"
#include "station/web/permissions.h"
#include "station/web/reply.h"

namespace tram::station {

// A permission that somebody wrote down. It has no default, so a route without one does not compile.
class RequiredPermission {
 public:
  RequiredPermission() = delete;
  constexpr RequiredPermission(Permission value) : value_(value) {}  // NOLINT: a permission is one
  constexpr operator Permission() const { return value_; }           // NOLINT

 private:
  Permission value_;
};

enum class RouteKind : std::uint8_t {
  page_api,  // browsers: cookie, Origin, CSRF token
  exchange,  // devices: the body is authenticated by itself; no cookie, no Origin, no token
  metrics,   // the loopback peer only; no cookie, no Origin, no token
};

// Where the handler runs. `loop` is for what must answer while the application is stuck: it must not block.
enum class RunsOn : std::uint8_t { application, loop };

// Hands the reply in when it is ready; call once, from any thread.
using Respond = std::function<void(Reply)>;

struct Route {
  Method method = Method::get;  // a GET route answers HEAD too
  std::string pattern;          // "/api/v1/tasks/{id}"; {id} takes one segment, a last {rest...} all that follow
  RequiredPermission permission;
  std::size_t body_limit = kDefaultBodyLimit;
  std::string content_type = "application/json";  // of the body
  RouteKind kind = RouteKind::page_api;
  RunsOn runs_on = RunsOn::application;
  std::string body_schema{};  // JSON schema of the body for the OpenAPI file; empty: a free-form object
  std::string summary{};      // one line for the OpenAPI file; without one the route is a page and not listed
  // Exactly one of the two. `handle_later` starts on the application thread and may answer after it returned.
  std::function<Reply(const AdmittedRequest&)> handle{};
  std::function<void(const AdmittedRequest&, Respond)> handle_later{};
};

struct RouteMatch {
  const Route* route = nullptr;  // null: see `allow`
  TextMap parameters;
  std::string allow;  // methods of the address when it exists but does not take this one; else empty
};

class RouteTable {
 public:
  // Throws std::logic_error on a table that contradicts itself: two routes of one shape, no handler, a pattern without
  // leading slash, an exchange or metrics route that asks for a session. The program does not start with such a one.
  explicit RouteTable(std::vector<Route> routes);

  // `path` is decoded. Literal segments win over parameters.
  RouteMatch find(Method method, std::string_view path) const;
  std::span<const Route> routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

// OpenAPI 3.1 of the routes with a summary: paths, methods, summaries, parameters, bodies as free-form objects.
std::string openapi_document(std::span<const Route> routes, std::string_view title, std::string_view version);

}  // namespace tram::station
