// A route's work turned into a reply: what it gives is the JSON of a 200, and a refusal leaves as its code with the
// status that fits it (reliability design 8; docs/api.md). The one place where the web catches ActRefused.
#pragma once
#include <boost/json.hpp>
#include <functional>

#include "station/people.h"
#include "station/web/admitted_request.h"
#include "station/web/reply.h"

namespace tram::station {

// 400 usage, 403 role or person, 404 unknown, 409 wrong state, 422 any other refusal, 503 out of reach, 507 disk full,
// 500 any other failure.
int http_status(const ActRefused& refused);
Reply refusal_of(const ActRefused& refused);

Reply answer(const std::function<boost::json::value()>& work);
// For addresses that answer bytes; the work gives the whole reply.
Reply answer_with(const std::function<Reply()>& work);

// Who acts: the account of the session as it stands now. Nothing of the request names a person or an organisation.
// Refusals: no_account, account_disabled.
Actor acting_person(Station& station, const AdmittedRequest& request);

}  // namespace tram::station
