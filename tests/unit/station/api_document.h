// The table of docs/api.md as a list of routes, and a program's OpenAPI file as another, so that a test can hold one
// against the other.
#pragma once
#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "loopback_client.h"
#include "station/serve/pages.h"
#include "station/serve/serve.h"
#include "station/serve/station_accounts.h"

namespace tram::station::test {

// "GET /api/v1/tasks/{id}" of every row that names `program` or both.
inline std::set<std::string> documented_routes(const std::string& program) {
  std::ifstream in(TRAM_SOURCE_DIR "/docs/api.md");
  std::set<std::string> found;
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    std::string bar, method, path, next, where;
    if (!(cells >> bar >> method >> path >> next >> where)) continue;
    if (bar != "|" || next != "|" || path.front() != '/') continue;
    if (where != program && where != "both") continue;
    found.insert(method + " /api/v1" + path.substr(0, path.find('?')));
  }
  return found;
}

inline std::set<std::string> routes_of(const boost::json::object& openapi, const std::string& below) {
  std::set<std::string> found;
  for (const auto& path : openapi.at("paths").as_object()) {
    const std::string pattern(path.key());
    if (!pattern.starts_with(below) || pattern == "/api/v1/openapi.json") continue;
    for (const auto& operation : path.value().as_object()) {
      std::string method(operation.key());
      std::transform(method.begin(), method.end(), method.begin(),
                     [](char c) { return static_cast<char>(std::toupper(c)); });
      found.insert(method + " " + pattern);
    }
  }
  return found;
}

// A station behind its web server on loopback.
class ServedStation {
 public:
  ServedStation(Station& station, std::vector<Route> routes) : accounts_(station) {
    ServerConfig config;
    config.routes = std::move(routes);
    for (Route& route : page_routes()) config.routes.push_back(std::move(route));
    config.program = [&station] { return program_state(station); };
    config.pages = embedded_page;
    config.limits.shutdown_time = std::chrono::milliseconds(250);
    auto started = WebServer::start(std::move(config), application_, accounts_);
    if (!started) throw std::runtime_error(started.error().message());
    server_ = std::move(*started);
  }

  HttpAnswer ask(const std::string& method, const std::string& path, const std::string& more = "",
                 const std::string& body = "") {
    const std::string at = "127.0.0.1:" + std::to_string(server_->port());
    std::string text = method + " " + path + " HTTP/1.1\r\nHost: " + at + "\r\n" + more;
    if (method != "GET") text += "Origin: http://" + at + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return LoopbackClient(server_->port()).ask(text + "\r\n" + body);
  }

  // The signed-in headers of a person; empty when the name or the password is wrong.
  std::string sign_in(const std::string& name, const std::string& password) {
    const HttpAnswer form = ask("GET", "/api/v1/session");
    const std::string body = boost::json::serialize(boost::json::object{{"name", name}, {"password", password}});
    const HttpAnswer in = ask("POST", "/api/v1/session", headers_of(form), body);
    return in.status == 200 ? headers_of(in) : "";
  }

 private:
  static std::string headers_of(const HttpAnswer& answer) {
    const std::string set = answer.header("set-cookie");
    const auto csrf = boost::json::parse(answer.body).as_object().at("csrf").as_string();
    return "Content-Type: application/json\r\nCookie: " + set.substr(0, set.find(';')) +
           "\r\nX-Tram-CSRF: " + std::string(csrf) + "\r\n";
  }

  StationAccounts accounts_;
  ApplicationThread application_;
  std::unique_ptr<WebServer> server_;
};

}  // namespace tram::station::test
