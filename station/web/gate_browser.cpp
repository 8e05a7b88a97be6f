// Steps 5 to 8 of the gate: host, origin, permission, token, body. What stands between a page of another site in the
// same browser, a rebound name, and this station.
#include <algorithm>

#include "station/web/gate.h"

namespace tram::station {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

struct HostPort {
  std::string_view host;  // IPv6 with its brackets
  std::optional<std::string_view> port;
};

// Splits at the colon that is not inside brackets. Whether the parts mean anything is compared, not parsed.
HostPort split(std::string_view value) {
  const std::size_t bracket = value.starts_with('[') ? value.find(']') : std::string_view::npos;
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket;
  const std::size_t colon = value.find(':', from);
  if (colon == std::string_view::npos) return {value, std::nullopt};
  return {value.substr(0, colon), value.substr(colon + 1)};
}

std::string as_host(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "::1" || address.starts_with("127.");
}

Verdict check_host(const RawRequest& raw, const SocketEnds& ends, const std::vector<std::string>& names,
                   std::string& origin) {
  const auto value = raw.field("Host");
  if (!value) return Refused::no_host;
  const std::uint16_t usual = ends.tls ? 443 : 80;
  const auto [host, port] = split(*value);
  // Compared as text with what the socket says: 127.1, 0x7f000001, user@host, trailing dots and leading zeros of the
  // port are other texts.
  if (port ? *port != std::to_string(ends.local_port) : ends.local_port != usual) return Refused::wrong_host;
  const std::string name = lower(host);
  const bool known = name == as_host(ends.local_address) || name == "localhost" ||
                     std::any_of(names.begin(), names.end(), [&](const auto& n) { return lower(n) == name; });
  if (!known) return Refused::wrong_host;
  origin = (ends.tls ? "https://" : "http://") + name;
  if (ends.local_port != usual) origin += ":" + std::to_string(ends.local_port);
  return {};
}

Verdict check_origin(const RawRequest& raw, Method method, std::string_view origin) {
  const bool reads_only = method == Method::get || method == Method::head;
  if (!reads_only) {
    const auto sent = raw.field("Origin");
    if (!sent || *sent != origin) return Refused::wrong_origin;
  }
  if (const auto site = raw.field("Sec-Fetch-Site")) {
    const bool opens_a_page = reads_only && *site == "none";
    if (*site != "same-origin" && !opens_a_page) return Refused::cross_site;
  }
  return {};
}

Verdict check_permission(const Route& route, const std::optional<SessionSeen>& seen, std::string_view peer) {
  if (route.kind == RouteKind::metrics && !is_loopback(peer)) return Refused::not_loopback;
  if (route.permission == Permission::open) return {};
  if (!seen || !seen->session) return Refused::sign_in_needed;
  switch (allowed(seen->session->roles, route.permission, seen->session->login_is_fresh)) {
    case Allowed::yes:
      return {};
    case Allowed::needs_fresh_login:
      return Refused::login_not_fresh;
    case Allowed::no:
      break;
  }
  return Refused::not_permitted;
}

Verdict check_csrf(const RawRequest& raw, Method method, const std::optional<SessionSeen>& seen,
                   const SessionTable& sessions) {
  if (method == Method::get || method == Method::head) return {};
  const auto token = raw.field("X-Tram-CSRF");
  if (!token || token->empty()) return Refused::csrf_missing;
  if (!seen || !sessions.csrf_matches(seen->id, *token)) return Refused::csrf_wrong;
  return {};
}

Verdict check_body(const RawRequest& raw, const Route& route, const Framing& framing, std::string& content_type) {
  if (framing.method == Method::get || framing.method == Method::head) return {};
  if (framing.content_length > route.body_limit) return Refused::body_too_large;
  if (framing.method == Method::delete_ && framing.content_length == 0) return {};
  const std::string_view sent = raw.field("Content-Type").value_or("");
  std::string_view media = sent.substr(0, sent.find(';'));
  while (!media.empty() && media.back() == ' ') media.remove_suffix(1);
  content_type = lower(media);
  if (!route.content_type.empty() && content_type != route.content_type) return Refused::wrong_content_type;
  return {};
}

}  // namespace tram::station
