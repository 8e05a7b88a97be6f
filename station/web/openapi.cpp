#include <boost/json.hpp>

#include "station/web/route.h"

namespace tram::station {
namespace {

namespace json = boost::json;

json::array parameters_of(std::string_view pattern) {
  json::array parameters;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) break;
    json::object parameter;
    parameter["name"] = pattern.substr(open + 1, close - open - 1);
    parameter["in"] = "path";
    parameter["required"] = true;
    parameter["schema"] = {{"type", "string"}};
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

json::object operation_of(const Route& route) {
  json::object operation;
  operation["summary"] = route.summary;
  operation["x-tram-permission"] = permission_name(route.permission);
  auto parameters = parameters_of(route.pattern);
  if (route.kind == RouteKind::page_api && route.method != Method::get) {
    json::object token;
    token["name"] = "X-Tram-CSRF";
    token["in"] = "header";
    token["required"] = true;
    token["schema"] = {{"type", "string"}};
    parameters.push_back(std::move(token));
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.method == Method::post || route.method == Method::put) {
    json::object schema;
    if (!route.body_schema.empty())
      schema = json::parse(route.body_schema).as_object();
    else if (route.content_type == "application/json")
      schema["type"] = "object";
    json::object media;
    media["schema"] = std::move(schema);
    json::object content;
    content[route.content_type.empty() ? "*/*" : route.content_type] = std::move(media);
    json::object body;
    body["required"] = true;
    body["content"] = std::move(content);
    operation["requestBody"] = std::move(body);
  }
  json::object responses;
  responses["200"] = {{"description", "done"}};
  responses["4XX"] = {{"description", "refused, nothing changed: {\"error\":{\"code\",\"message\",\"next\"}}"}};
  operation["responses"] = std::move(responses);
  return operation;
}

}  // namespace

std::string openapi_document(std::span<const Route> routes, std::string_view title, std::string_view version) {
  constexpr std::string_view kKeys[] = {"get", "head", "post", "put", "delete"};
  json::object paths;
  for (const auto& route : routes) {
    if (route.summary.empty()) continue;
    auto& path = paths[route.pattern];
    if (!path.is_object()) path.emplace_object();
    path.as_object()[kKeys[static_cast<std::size_t>(route.method)]] = operation_of(route);
  }
  json::object info;
  info["title"] = title;
  info["version"] = version;
  json::object document;
  document["openapi"] = "3.1.0";
  document["info"] = std::move(info);
  document["paths"] = std::move(paths);
  return json::serialize(document);
}

}  // namespace tram::station
