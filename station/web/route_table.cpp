#include <algorithm>
#include <stdexcept>

#include "station/web/route.h"

namespace tram::station {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{';
}
bool is_tail(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}");
}

// Cuts the first segment off a path that starts with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, TextMap& parameters) {
  parameters.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view want = take_segment(pattern);
    const std::string_view got = take_segment(path);
    if (is_tail(want)) {
      if (got.empty()) return false;
      parameters.emplace(want.substr(1, want.size() - 5), std::string(got) + std::string(path));
      return true;
    }
    if (is_parameter(want)) {
      if (got.empty()) return false;
      parameters.emplace(want.substr(1, want.size() - 2), got);
    } else if (want != got) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

// The pattern with its parameters' names left out. Sorts literals before parameters before tails.
std::string shape_of(std::string_view pattern) {
  std::string shape;
  while (!pattern.empty()) {
    const std::string_view segment = take_segment(pattern);
    shape += "/";
    shape += is_tail(segment) ? "{~}" : is_parameter(segment) ? "{}" : segment;
  }
  return shape;
}

bool takes(const Route& route, Method method) {
  return route.method == method || (route.method == Method::get && method == Method::head);
}

void check(const Route& route) {
  const auto wrong = [&](const char* what) { throw std::logic_error(route.pattern + ": " + what); };
  if (!route.pattern.starts_with('/')) wrong("a pattern starts with a slash");
  if (!route.handle == !route.handle_later) wrong("a route has exactly one handler");
  if (route.method == Method::head) wrong("HEAD belongs to GET");
  if (route.kind != RouteKind::page_api && route.permission != Permission::open)
    wrong("only pages know a session that could hold a permission");
}

}  // namespace

RouteTable::RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const auto& route : routes_) check(route);
  std::stable_sort(routes_.begin(), routes_.end(),
                   [](const Route& a, const Route& b) { return shape_of(a.pattern) < shape_of(b.pattern); });
  for (std::size_t i = 0; i + 1 < routes_.size(); ++i)
    for (std::size_t k = i + 1; k < routes_.size() && shape_of(routes_[i].pattern) == shape_of(routes_[k].pattern); ++k)
      if (routes_[i].method == routes_[k].method) throw std::logic_error(routes_[i].pattern + ": stands twice");
}

RouteMatch RouteTable::find(Method method, std::string_view path) const {
  RouteMatch match;
  if (!path.starts_with('/')) return match;
  TextMap parameters;
  for (const auto& route : routes_) {
    if (!matches(route.pattern, path, parameters)) continue;
    if (takes(route, method)) return {&route, std::move(parameters), {}};
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += route.method == Method::get ? "GET, HEAD" : method_name(route.method);
  }
  return match;
}

}  // namespace tram::station
