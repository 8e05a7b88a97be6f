#include "station/web/session_routes.h"

#include <boost/json.hpp>

#include "station/web/login_throttle.h"

namespace tram::station {
namespace {

namespace json = boost::json;

struct State {
  explicit State(SessionRoutes given) : parts(std::move(given)) {}
  SessionRoutes parts;
  LoginThrottle throttle;
  void note(std::string_view name, const std::string& address, LoginOutcome outcome) const {
    if (parts.on_login) parts.on_login(name, address, outcome);
  }
};
using StatePtr = std::shared_ptr<State>;

// The answer of all three routes. `token` is set when the browser needs a new cookie.
Reply describe_session(const State& state, const SessionSeen& seen, const SessionCookie& cookie,
                       const std::string& token) {
  const ProgramState program = state.parts.program();
  json::object whole;
  whole["signed_in"] = seen.session.has_value();
  whole["csrf"] = state.parts.sessions->csrf_token(seen.id);
  whole["program"] = program.program;
  whole["zone"] = program.zone;
  whole["version"] = program.version;
  whole["setup_needed"] = program.setup_needed;
  json::object site;
  site["org"] = program.site_org;
  site["name"] = program.site_name;
  whole["site"] = std::move(site);
  whole["user"] = nullptr;
  if (seen.session) {
    json::array roles;
    for (std::size_t i = 0; i < kRoles; ++i)
      if (has_role(seen.session->roles, static_cast<Role>(i + 1))) roles.push_back(json::value(kRoleNames[i]));
    json::object user;
    user["name"] = seen.session->name;
    user["roles"] = std::move(roles);
    user["org"] = seen.session->org;
    whole["user"] = std::move(user);
  }
  Reply reply{.body = json::serialize(whole), .headers = {}};
  if (!token.empty()) reply.headers.emplace_back("Set-Cookie", cookie.set(token));
  return reply;
}

Reply with_new_pre_session(const State& state, const SessionCookie& cookie) {
  const MonoTime now = state.parts.now();
  const std::string token = state.parts.sessions->open_pre_session(now);
  const auto seen = state.parts.sessions->use(token, now);
  return describe_session(state, seen.value_or(SessionSeen{}), cookie, token);
}

Reply show(const State& state, const AdmittedRequest& request) {
  if (request.session_seen()) return describe_session(state, *request.session_seen(), request.cookie(), {});
  return with_new_pre_session(state, request.cookie());
}

struct Credentials {
  std::string name;
  std::string password;
};

std::optional<Credentials> read_credentials(const std::string& body) {
  json::parse_options options;
  options.max_depth = 2;
  json::error_code ec;
  const json::value whole = json::parse(body, ec, {}, options);
  if (ec || !whole.is_object()) return std::nullopt;
  const auto* name = whole.as_object().if_contains("name");
  const auto* password = whole.as_object().if_contains("password");
  if (!name || !password || !name->is_string() || !password->is_string()) return std::nullopt;
  return Credentials{std::string(name->as_string()), std::string(password->as_string())};
}

Reply wait_reply(std::string_view code, std::string_view message, std::chrono::seconds wait) {
  Reply reply = error_reply(429, code, message, "Wait, then try again.");
  reply.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return reply;
}

Reply wrong_reply() {
  return error_reply(401, "wrong_name_or_password", "The name or the password is wrong.",
                     "Try again, or ask your administrator for a new password.");
}

// What is needed after the pool has answered; the request itself is gone by then.
struct Attempt {
  std::string name;
  std::string address;
  SessionCookie cookie;
  std::optional<crypto::Hash> replaces;
  PersonId person{};
  bool may_sign_in = false;
};

void finish(State& state, const Attempt& attempt, bool matches, const Respond& respond) {
  // Looked up again: the account may have been disabled, or its roles changed, while the password was checked.
  const auto account = state.parts.accounts.find(attempt.name);
  if (!matches || !attempt.may_sign_in || !account || account->disabled || account->person != attempt.person) {
    state.note(attempt.name, attempt.address, LoginOutcome::wrong);
    return respond(wrong_reply());
  }
  const MonoTime now = state.parts.now();
  state.throttle.succeeded(attempt.name, attempt.address);
  // The token that the browser came with is never kept: a planted one is worth nothing after login.
  const std::string token = state.parts.sessions->sign_in(*account, attempt.replaces, now);
  const auto seen = state.parts.sessions->use(token, now);
  state.note(attempt.name, attempt.address, LoginOutcome::signed_in);
  respond(describe_session(state, seen.value_or(SessionSeen{}), attempt.cookie, token));
}

void sign_in(const StatePtr& state, const AdmittedRequest& request, const Respond& respond) {
  auto credentials = read_credentials(request.body());
  if (!credentials)
    return respond(error_reply(400, "bad_body", "The body must hold name and password as texts.",
                               "Send {\"name\",\"password\"}."));
  const std::string& address = request.remote_address();
  // Bounded before it becomes a key of the throttle or work for Argon2id; the same answer as a wrong password.
  if (credentials->name.empty() || credentials->name.size() > 256 ||
      credentials->password.size() > 4 * kLongestPassword)
    return respond(wrong_reply());
  const auto wait = state->throttle.begin(credentials->name, address, state->parts.now());
  if (wait > std::chrono::seconds(0)) {
    state->note(credentials->name, address, LoginOutcome::throttled);
    return respond(wait_reply("login_wait", "Too many attempts to sign in.", wait));
  }
  const auto account = state->parts.accounts.find(credentials->name);
  Attempt attempt{.name = credentials->name,
                  .address = address,
                  .cookie = request.cookie(),
                  .replaces = {},
                  .person = account ? account->person : PersonId{},
                  .may_sign_in = account && !account->disabled && !account->password_hash.empty()};
  if (request.session_seen()) attempt.replaces = request.session_seen()->id;
  std::string stored = attempt.may_sign_in ? account->password_hash : state->parts.hash_of_nobody;
  const bool taken = state->parts.passwords.check(
      std::move(stored), std::move(credentials->password), [state, attempt, respond](bool matches) {
        // Refused only when the program stops; the connection is closed then, and nobody waits for the answer.
        state->parts.application.post([=] { finish(*state, attempt, matches, respond); });
      });
  if (taken) return;
  state->note(attempt.name, address, LoginOutcome::busy);
  respond(wait_reply("login_busy", "Many people sign in at this moment.", std::chrono::seconds(2)));
}

Reply sign_out(const State& state, const AdmittedRequest& request) {
  if (request.session_seen()) state.parts.sessions->end(request.session_seen()->id);
  if (request.session()) state.note(request.session()->name, request.remote_address(), LoginOutcome::signed_out);
  return with_new_pre_session(state, request.cookie());
}

}  // namespace

std::string usual_hash_of_nobody() {
  return "$argon2id$v=19$m=65536,t=2,p=1$wpZv2X3jqgOk2SDvtlNtoQ$zR2IJxRqt4PQi/TgzD+EgQPSMj26Y6owRbxyJfls15A";
}

std::vector<Route> session_routes(SessionRoutes parts) {
  const auto state = std::make_shared<State>(std::move(parts));
  std::vector<Route> routes;
  routes.push_back({.method = Method::get,
                    .pattern = "/api/v1/session",
                    .permission = Permission::open,
                    .summary = "Who is signed in, and the CSRF token of the session",
                    .handle = [state](const AdmittedRequest& request) { return show(*state, request); },
                    .handle_later = {}});
  routes.push_back({.method = Method::post,
                    .pattern = "/api/v1/session",
                    .permission = Permission::open,
                    .body_limit = 4 * 1024,
                    .summary = "Sign in with name and password",
                    .handle = {},
                    .handle_later = [state](const AdmittedRequest& request, const Respond& respond) {
                      sign_in(state, request, respond);
                    }});
  routes.push_back({.method = Method::post,
                    .pattern = "/api/v1/session/end",
                    .permission = Permission::signed_in,
                    .body_limit = 4 * 1024,
                    .summary = "Sign out",
                    .handle = [state](const AdmittedRequest& request) { return sign_out(*state, request); },
                    .handle_later = {}});
  return routes;
}

}  // namespace tram::station
