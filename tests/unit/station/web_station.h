// A running web server for tests: small deadlines, cheap passwords, a few routes of each kind.
#pragma once
#include <gtest/gtest.h>

#include "crypto/password.h"
#include "loopback_client.h"
#include "station/web/server.h"

namespace tram::station {

class KnownAccounts final : public Accounts {
 public:
  std::optional<Account> find(std::string_view name) override {
    const auto it = known.find(std::string(name));
    return it == known.end() ? std::nullopt : std::optional(it->second);
  }
  std::map<std::string, Account> known;
};

inline std::string cheap_hash(std::string_view password) {
  return crypto::hash_password(password, {.passes = 1, .memory_bytes = 8192}).value();
}

inline Route test_route(Method method, std::string pattern, Permission permission,
                        std::function<Reply(const AdmittedRequest&)> handle, RouteKind kind = RouteKind::page_api) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = permission,
          .content_type = kind == RouteKind::exchange ? "application/octet-stream" : "application/json",
          .kind = kind,
          .summary = "a route",
          .handle = std::move(handle),
          .handle_later = {}};
}

class WebStation {
 public:
  explicit WebStation(std::vector<Route> more = {}, std::function<void(ServerConfig&)> adapt = {}) {
    crypto::initialise();
    accounts.known["an"] = {.person = {1},
                            .name = "an",
                            .password_hash = cheap_hash("correct horse"),
                            .roles = role_bit(Role::operator_) | role_bit(Role::approver),
                            .org = "X1"};
    accounts.known["gone"] = {
        .person = {2}, .name = "gone", .password_hash = cheap_hash("correct horse"), .disabled = true};
    ServerConfig config;
    config.limits.header_time = std::chrono::milliseconds(100);
    config.limits.body_time = std::chrono::milliseconds(100);
    config.limits.shutdown_time = std::chrono::milliseconds(250);
    config.limits.request_burst = 1'000'000;
    config.hash_of_nobody = cheap_hash("nobody");
    config.program = [] {
      return ProgramState{.program = "node", .zone = "open", .version = "1.2", .site_org = "X1", .site_name = "Xã Một"};
    };
    config.pages = [](std::string_view path) -> std::optional<PageFile> {
      if (path == "/") return PageFile{"<!doctype html>", "text/html"};
      if (path == "/static/app-1a2b.js") return PageFile{"1", "text/javascript", true};
      return std::nullopt;
    };
    config.on_listening = [this](const std::string& address, std::uint16_t at) {
      listening.push_back(address + ":" + std::to_string(at));
    };
    config.routes = std::move(more);
    config.routes.push_back(test_route(Method::post, "/api/v1/echo", Permission::draft, [](const AdmittedRequest& r) {
      return Reply{.body = r.body(), .headers = {}};
    }));
    config.routes.push_back(test_route(
        Method::post, "/sync/1/exchange", Permission::open,
        [](const AdmittedRequest& r) {
          return Reply{.content_type = "application/octet-stream", .body = "got " + r.body(), .headers = {}};
        },
        RouteKind::exchange));
    if (adapt) adapt(config);
    auto started = WebServer::start(std::move(config), application, accounts);
    if (!started) throw std::runtime_error(started.error().message());
    server = std::move(*started);
    port = server->port();
    host = "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
    origin = "Origin: http://127.0.0.1:" + std::to_string(port) + "\r\n";
  }

  std::string get(const std::string& path, const std::string& extra = "") const {
    return "GET " + path + " HTTP/1.1\r\n" + host + extra + "\r\n";
  }
  std::string post(const std::string& path, const std::string& body, const std::string& extra = "") const {
    return "POST " + path + " HTTP/1.1\r\n" + host + origin +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + extra +
           "\r\n" + body;
  }

  ApplicationThread application;
  KnownAccounts accounts;
  std::unique_ptr<WebServer> server;
  std::vector<std::string> listening;
  std::uint16_t port = 0;
  std::string host, origin;
};

}  // namespace tram::station
