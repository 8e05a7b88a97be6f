// GET and POST /api/v1/session and POST /api/v1/session/end (docs/api.md): who is signed in, signing in, signing out.
// The password is checked in the pool; everything else runs on the application thread.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "station/web/accounts.h"
#include "station/web/application_thread.h"
#include "station/web/password_pool.h"
#include "station/web/route.h"

namespace tram::station {

// What only the program knows about itself; asked for on the application thread with each answer.
struct ProgramState {
  std::string program;  // "node" or "hub"
  std::string zone;     // "open", "closed" or "practice"
  std::string version;
  std::string site_org;
  std::string site_name;
  bool setup_needed = false;
};

enum class LoginOutcome : std::uint8_t { signed_in, wrong, throttled, busy, signed_out };

struct SessionRoutes {
  ApplicationThread& application;
  PasswordPool& passwords;
  std::shared_ptr<SessionTable> sessions;
  Accounts& accounts;
  std::function<ProgramState()> program;
  std::function<MonoTime()> now;
  // For the audit log: name as typed, address, what came of it. May be empty. On the application thread.
  std::function<void(std::string_view name, std::string_view address, LoginOutcome)> on_login;
  // What an unknown name is checked against, so that it takes as long as a known one.
  std::string hash_of_nobody;
};
// A hash of no password, with the cost of new ones (64 MiB, 2 passes).
std::string usual_hash_of_nobody();

// The references must live until the application thread has stopped.
std::vector<Route> session_routes(SessionRoutes parts);

}  // namespace tram::station
