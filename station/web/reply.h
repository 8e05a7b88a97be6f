// What a handler gives back, and the headers that every response carries, errors too (reliability design 5.3).
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "station/web/refusal.h"

namespace tram::station {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  // Content-Security-Policy and Cache-Control given here replace the usual ones; the rest of 5.3 cannot be replaced.
  Headers headers{};
};

// {"error":{"code","message","next"}}. `message` and `next` are sentences for a person, without details of the inside.
Reply error_reply(int status, std::string_view code, std::string_view message, std::string_view next);
// A wrong Host is answered with an empty body: a rebound name learns nothing.
Reply refusal_reply(Refused refused);

// All headers of the response but Content-Length and Connection.
Headers response_headers(const Reply& reply);
// False if a name or value holds what would start another header.
bool headers_are_clean(const Headers& headers);

}  // namespace tram::station
