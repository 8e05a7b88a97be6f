#include "station/serve/answer.h"

#include <algorithm>

namespace tram::station {
namespace {

// Refusals for who somebody is, not for what was entered.
constexpr std::string_view kOfPerson[] = {"role_missing",     "same_person",    "second_person",  "not_ours",
                                          "not_in_reach",     "no_account",     "wrong_password", "role_ceiling",
                                          "account_disabled", "unknown_sender", "sender_revoked", "wrong_zone",
                                          "needs_clearance",  "login_not_fresh"};
constexpr std::string_view kOfAddress[] = {"unknown_task", "unknown_assignment", "unknown_draft", "unknown_attachment"};

template <std::size_t N>
bool among(const std::string_view (&codes)[N], std::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

int http_status(const ActRefused& refused) {
  switch (refused.exit) {
    case exit_status::kUsage:
      return 400;
    case exit_status::kUnreachable:
      return 503;
    case exit_status::kWrongState:
      return 409;
    case exit_status::kFailed:
      return refused.code == "no_space" ? 507 : 500;
    default:
      break;
  }
  if (among(kOfPerson, refused.code)) return 403;
  return among(kOfAddress, refused.code) ? 404 : 422;
}

Reply refusal_of(const ActRefused& refused) {
  return error_reply(http_status(refused), refused.code, refused.message, refused.next);
}

Reply answer(const std::function<boost::json::value()>& work) {
  return answer_with([&] { return Reply{.body = boost::json::serialize(work()), .headers = {}}; });
}

Reply answer_with(const std::function<Reply()>& work) {
  try {
    return work();
  } catch (const ActRefused& refused) {
    return refusal_of(refused);
  }
}

Actor acting_person(Station& station, const AdmittedRequest& request) {
  const Session* session = request.session();
  if (session == nullptr) throw refused("no_account", "Nobody is signed in.", "Sign in.");
  Actor actor = actor_named(station, session->name);
  if (actor.person.bytes != session->person)
    throw refused("no_account", "This account is another person's now.", "Sign in again.");
  actor.fresh_login = session->login_is_fresh;
  return actor;
}

}  // namespace tram::station
