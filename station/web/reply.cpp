#include "station/web/reply.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "station/web/raw_request.h"

namespace tram::station {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEveryResponse = {{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
     "require-trusted-types-for 'script'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()"},
    {"Cache-Control", "no-store"},
}};

bool replaceable(std::string_view name) {
  return equal_ignoring_case(name, "Content-Security-Policy") || equal_ignoring_case(name, "Cache-Control");
}

bool is_usual(std::string_view name) {
  return std::any_of(kEveryResponse.begin(), kEveryResponse.end(),
                     [&](const auto& row) { return equal_ignoring_case(row.first, name); });
}

std::string content_type_of(const Reply& reply) {
  if (reply.content_type.empty()) return "text/plain; charset=utf-8";
  if (reply.content_type.starts_with("text/") && reply.content_type.find("charset=") == std::string::npos)
    return reply.content_type + "; charset=utf-8";
  return reply.content_type;
}

}  // namespace

Reply error_reply(int status, std::string_view code, std::string_view message, std::string_view next) {
  boost::json::object error;
  error["code"] = code;
  error["message"] = message;
  error["next"] = next;
  boost::json::object whole;
  whole["error"] = std::move(error);
  return {.status = status, .body = boost::json::serialize(whole), .headers = {}};
}

Reply refusal_reply(Refused refused) {
  const Refusal& why = describe(refused);
  if (refused == Refused::wrong_host) return {.status = why.status, .content_type = "", .body = {}, .headers = {}};
  Reply reply = error_reply(why.status, why.code, why.message, why.next);
  if (why.status == 429) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

Headers response_headers(const Reply& reply) {
  Headers all;
  for (const auto& [name, value] : kEveryResponse) {
    const auto own = std::find_if(reply.headers.begin(), reply.headers.end(), [&](const auto& header) {
      return replaceable(header.first) && equal_ignoring_case(header.first, name);
    });
    all.emplace_back(name, own == reply.headers.end() ? std::string(value) : own->second);
  }
  all.emplace_back("Content-Type", content_type_of(reply));
  for (const auto& header : reply.headers)
    if (!is_usual(header.first)) all.push_back(header);
  return all;
}

bool headers_are_clean(const Headers& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const auto& header) {
    const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
    return !header.first.empty() && header.first.find_first_of(": \t") == std::string::npos &&
           std::all_of(header.first.begin(), header.first.end(), printable) &&
           std::all_of(header.second.begin(), header.second.end(), printable);
  });
}

}  // namespace tram::station
