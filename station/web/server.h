// The web server of node and hub: listens, lets requests through the gate, runs handlers on the application thread, and
// writes answers (reliability design 5). One loop thread of its own; Asio and Beast stay behind this header.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "station/web/session_routes.h"
#include "station/web/web_errc.h"

namespace tram::station {

struct TlsFiles {
  std::string certificate_chain;  // PEM
  std::string private_key;        // PEM
};

// A file of the user interface. The view lives as long as the program.
struct PageFile {
  std::string_view content;
  std::string content_type;
  bool immutable = false;  // its name holds its hash
};

struct ServerConfig {
  // IP literals, all on the same port; 0 takes a free one. Loopback only, unless `tls` is there.
  std::vector<std::string> addresses = {"127.0.0.1"};
  std::uint16_t port = 0;
  std::optional<TlsFiles> tls;
  std::vector<std::string> host_names;  // besides localhost
  Limits limits;
  std::vector<Route> routes;  // the program's own; those of the session, health and pages are added

  // Callbacks on the application thread.
  std::function<ProgramState()> program;
  std::function<std::string()> metrics;  // Prometheus text, to which the gate's counters are added; may be empty
  std::function<void(std::string_view name, std::string_view address, LoginOutcome)> on_login;
  // Callbacks on the loop: must not block.
  std::function<std::optional<PageFile>(std::string_view path)> pages;
  std::function<bool()> healthy;           // /healthz; empty: always
  std::function<std::string()> not_ready;  // /readyz: one word, or empty when ready
  std::function<void(Refused, std::string_view remote_address)> on_refused;
  std::function<void(std::string_view what)> on_fault;  // a handler threw; for the log, on any thread
  // Once per address, before start() returns, with the real port.
  std::function<void(const std::string& address, std::uint16_t port)> on_listening;

  std::function<MonoTime()> now = [] { return std::chrono::steady_clock::now(); };
  std::string hash_of_nobody = usual_hash_of_nobody();
};

class WebServer {
 public:
  // Listens and serves until stop(). `application` and `accounts` must outlive the server, and accounts the
  // application thread's last work. Throws std::logic_error for a route table that contradicts itself.
  static Result<std::unique_ptr<WebServer>> start(ServerConfig config, ApplicationThread& application,
                                                  Accounts& accounts);
  ~WebServer();  // stop()
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // Takes no new work, lets running requests finish for 3 s at most, closes the rest. Neither on the loop nor on the
  // application thread.
  void stop();

  std::uint16_t port() const;
  SessionTable& sessions();  // to end sessions of a person on disable, role or password change
  const RefusalCount& refusals() const;

 private:
  class Loop;
  explicit WebServer(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace tram::station
