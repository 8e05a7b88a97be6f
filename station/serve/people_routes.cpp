#include "station/serve/people_routes.h"

#include <charconv>

#include "station/people_office.h"
#include "station/serve/answer.h"

namespace tram::station {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameBytes = 256, kWordBytes = 64, kPasswordBytes = 512, kReasonBytes = 4096;
constexpr std::uint32_t kAuditRows = 500;
constexpr std::uint32_t kSecurity = sync::role_bit(sync::Role::hub_security);

std::string optional_text(const JsonBody& body, std::string_view member, std::size_t most) {
  return body.has(member) ? body.text(member, most) : std::string();
}

json::value add_account(Station& station, const AdmittedRequest& r) {
  const JsonBody body(r.body(), {"user", "role", "org", "password", "clearance", kSecondMember, kSecondPasswordMember});
  const Actor actor = acting_person(station, r);
  const auto second = second_of(station, actor, body, kSecurity);
  const std::string org = body.has("org") ? body.text("org", kNameBytes) : station.organisation_code();
  const bool clearance = body.has("clearance") && body.integer("clearance", 0, 1) == 1;
  const Actor added = add_user(station, &actor, body.text("user", kNameBytes), body.text("role", kWordBytes), org,
                               body.text("password", kPasswordBytes), second ? &*second : nullptr, clearance);
  return json::object{{"user", added.name}};
}

json::value disable_account(Station& station, const AdmittedRequest& r) {
  const JsonBody body(r.body(), {"user", "reason", "hand_to", kSecondMember, kSecondPasswordMember});
  const Actor actor = acting_person(station, r);
  const auto second = second_of(station, actor, body, kSecurity);
  const std::string user = body.text("user", kNameBytes);
  const Left left = disable_user(station, actor, second ? &*second : nullptr, user,
                                 {body.text("reason", kReasonBytes), optional_text(body, "hand_to", kNameBytes)});
  return json::object{{"user", user}, {"drafts", left.drafts}, {"mandates", left.mandates}};
}

json::value enable_account(Station& station, const AdmittedRequest& r) {
  const JsonBody body(r.body(), {"user", kSecondMember, kSecondPasswordMember});
  const Actor actor = acting_person(station, r);
  const auto second = second_of(station, actor, body, kSecurity);
  const std::string user = body.text("user", kNameBytes);
  enable_user(station, actor, second ? &*second : nullptr, user);
  return json::object{{"user", user}};
}

json::value reset_account(Station& station, const AdmittedRequest& r) {
  const JsonBody body(r.body(), {"user", kSecondMember, kSecondPasswordMember});
  const Actor actor = acting_person(station, r);
  const auto second = second_of(station, actor, body, kSecurity);
  const std::string user = body.text("user", kNameBytes);
  const std::string code = reset_code(station, actor, second ? &*second : nullptr, user);
  return json::object{{"user", user}, {"code", code}, {"expires", rfc3339(wall_clock_ms() + kResetMs)}};
}

json::value give(Station& station, const AdmittedRequest& r) {
  const JsonBody body(r.body(), {"user", "stands_in_for", "part", "from", "to", "authority_number", "authority_on"});
  const MandateEntry entry{body.text("user", kNameBytes),        optional_text(body, "stands_in_for", kNameBytes),
                           body.text("part", kWordBytes),        body.text("from", kWordBytes),
                           body.text("to", kWordBytes),          body.text("authority_number", kNameBytes),
                           body.text("authority_on", kWordBytes)};
  return json::object{{"id", give_mandate(station, acting_person(station, r), entry).hex()}};
}

json::value revoke(Station& station, const AdmittedRequest& r) {
  (void)JsonBody(r.body(), {});
  const std::string id(r.path_parameter("id"));
  revoke_mandate(station, acting_person(station, r), id);
  return json::object{{"id", id}};
}

json::value audit(Station& station, const AdmittedRequest& r) {
  (void)acting_person(station, r);
  std::uint64_t from = 1;
  if (const auto text = r.query("from")) {
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), from);
    if (ec != std::errc() || end != text->data() + text->size()) throw wrong_usage("from is a whole number.");
  }
  return audit_json(station, from, kAuditRows);
}

using Work = json::value (*)(Station&, const AdmittedRequest&);

Route reading(Station& station, std::string pattern, Permission permission, std::string summary, Work work) {
  return {.pattern = std::move(pattern),
          .permission = permission,
          .summary = std::move(summary),
          .handle = [&station, work](const AdmittedRequest& r) { return answer([&] { return work(station, r); }); },
          .handle_later = {}};
}

Route acting(Station& station, const std::function<void()>& saved, std::string pattern, std::string summary,
             Work work) {
  return {.method = Method::post,
          .pattern = std::move(pattern),
          .permission = Permission::accounts,
          .summary = std::move(summary),
          .handle =
              [&station, saved, work](const AdmittedRequest& r) {
                return answer([&] {
                  json::value done = work(station, r);
                  if (saved) saved();
                  return done;
                });
              },
          .handle_later = {}};
}

}  // namespace

std::optional<Actor> second_of(Station& station, const Actor& first, const JsonBody& body, std::uint32_t roles) {
  if (!body.has(kSecondMember)) return std::nullopt;
  return second_person(station, first,
                       {body.text(kSecondMember, kNameBytes), body.text(kSecondPasswordMember, kPasswordBytes)}, roles);
}

std::vector<Route> people_routes(Station& station, const std::function<void()>& saved) {
  std::vector<Route> list;
  list.push_back(reading(station, "/api/v1/accounts", Permission::accounts, "Accounts with their roles, and mandates",
                         [](Station& s, const AdmittedRequest& r) -> json::value {
                           (void)acting_person(s, r);
                           return users_json(s);
                         }));
  list.push_back(acting(station, saved, "/api/v1/accounts", "Add an account", add_account));
  list.push_back(acting(station, saved, "/api/v1/accounts/disable",
                        "An account ends; drafts and mandates go to somebody else (R53)", disable_account));
  list.push_back(
      acting(station, saved, "/api/v1/accounts/enable", "A disabled account may sign in again", enable_account));
  list.push_back(acting(station, saved, "/api/v1/accounts/reset", "A one-time code for a new password, to be read out",
                        reset_account));
  if (station.program() == Program::node) {
    list.push_back(acting(station, saved, "/api/v1/mandates", "A substitute, from a day to a day (R53)", give));
    list.push_back(acting(station, saved, "/api/v1/mandates/{id}/revoke", "End a mandate", revoke));
  }
  list.push_back(
      reading(station, "/api/v1/audit", Permission::read_audit, "Rows of the audit log, 500 at a time; ?from=", audit));
  return list;
}

}  // namespace tram::station
