// `serve` of both programs: opens the station, runs its one application thread, the web server, the control socket and
// the background work, tends the database, and ends cleanly on SIGTERM or SIGINT (contract; reliability design 8).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "station/command.h"
#include "station/web/server.h"

namespace tram::station {

// Work beside requests: the node's link to its hub. Everything it does to the station runs on the application thread.
class Background {
 public:
  virtual ~Background() = default;
  virtual void start() = 0;  // once the program answers
  virtual void poke() = 0;   // something may have been saved; on any thread, returns at once
  virtual void stop() = 0;   // returns when its threads have ended; not on the application thread
};

struct ServeParts {
  const ProgramTable& table;
  StationPlace place;
  std::string listen;  // HOST:PORT; HOST an IP literal or localhost, [..] around IPv6; port 0 takes a free one
  std::optional<TlsFiles> tls = {};
  // Made first, so that the routes may use it. May be empty.
  std::function<std::unique_ptr<Background>(Station&, ApplicationThread&)> background = {};
  std::function<std::vector<Route>(Station&)> routes = {};
  std::function<ProgramState(Station&)> state = {};   // empty: program_state()
  std::function<std::string(Station&)> metrics = {};  // the program's own, beside those of every station
};

// Serves until a signal; gives the exit status. Once it answers it prints the one line `listening on HOST:PORT`.
// Refusals: those of Station::open; usage; needs_tls, bad_certificate; port_in_use (5).
int serve(const ServeParts& parts);

// What the front page says of this station.
ProgramState program_state(Station& station);

// Of --tls-cert and --tls-key, which go together. Refusal: usage.
std::optional<TlsFiles> tls_files(const Invocation& in);

struct ListenAddress {
  std::string address;  // IP literal
  std::uint16_t port = 0;
};
// Refusal: usage.
ListenAddress listen_address(std::string_view text);
// HOST:PORT, with brackets around IPv6.
std::string shown_address(std::string_view address, std::uint16_t port);

}  // namespace tram::station
