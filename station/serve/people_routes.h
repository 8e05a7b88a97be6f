// Accounts, mandates and the audit log over the API (docs/api.md): what `user`, `mandate` and `audit list` do on the
// command line, by the same functions (station/people_office.h). Where two persons are asked for, the second one's name
// and password stand in the body, as on the command line in a file.
#pragma once
#include "station/people.h"
#include "station/serve/json_body.h"
#include "station/web/route.h"

namespace tram::station {

std::vector<Route> people_routes(Station& station, const std::function<void()>& saved);

// The members that name a second person, and that person; none where nobody is named. Refusals: those of
// second_person.
inline constexpr std::string_view kSecondMember = "second", kSecondPasswordMember = "second_password";
std::optional<Actor> second_of(Station& station, const Actor& first, const JsonBody& body, std::uint32_t roles);

}  // namespace tram::station
