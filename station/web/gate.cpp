#include "station/web/gate.h"

namespace tram::station {

Gate::Gate(const RouteTable& routes, SessionTable& sessions, Entropy& entropy, const Limits& limits,
           std::vector<std::string> host_names)
    : routes_(routes), sessions_(sessions), limits_(limits), host_names_(std::move(host_names)), rate_(limits) {
  ByteArray<4> prefix{};
  entropy.fill(prefix);
  id_prefix_ = to_hex(prefix);
}

Gate::Turned Gate::turn_unmatched(const RouteMatch& match) const {
  if (match.allow.empty()) return {Refused::no_such_page, {}};
  return {Refused::wrong_method, match.allow};
}

std::variant<Gate::Turned, Gate::Admission> Gate::admit(std::string_view block, const SocketEnds& ends, MonoTime now) {
  const auto turned = [](Refused why) { return Turned{why, {}}; };
  RawRequest raw;
  if (const auto refused = tokenise(block, limits_, raw)) return turned(*refused);  // 3
  Framing framing;
  if (const auto refused = check_framing(raw, limits_, framing)) return turned(*refused);  // 4
  std::string origin;
  if (const auto refused = check_host(raw, ends, host_names_, origin)) return turned(*refused);  // 5

  // The table says which steps a route skips; what it does not know is treated like a page.
  RouteMatch match = routes_.find(framing.method, framing.path);
  const bool for_browsers = !match.route || match.route->kind == RouteKind::page_api;
  if (for_browsers)
    if (const auto refused = check_origin(raw, framing.method, origin)) return turned(*refused);  // 6
  if (!match.route) return turn_unmatched(match);

  Admission admission{.route = match.route,
                      .content_length = framing.content_length,
                      .keep_alive = framing.keep_alive,
                      .expects_continue = framing.expects_continue,
                      .request = AdmittedRequest()};
  AdmittedRequest& request = admission.request;
  request.cookie_ = SessionCookie::of(ends.tls, ends.local_port);
  if (for_browsers)
    if (const auto cookies = raw.field("Cookie"))
      if (const auto token = request.cookie_.token_in(*cookies)) request.seen_ = sessions_.use(*token, now);
  if (const auto refused = check_permission(*match.route, request.seen_, ends.remote_address))  // 7
    return turned(*refused);
  if (for_browsers)
    if (const auto refused = check_csrf(raw, framing.method, request.seen_, sessions_)) return turned(*refused);  // 8
  if (match.route->kind != RouteKind::exchange && !rate_.take(address_group(ends.remote_address), now))
    return turned(Refused::too_many_requests);
  if (const auto refused = check_body(raw, *match.route, framing, request.content_type_)) return turned(*refused);

  if (match.route->kind == RouteKind::exchange && raw.count("Tram-Wait") == 1)
    request.wait_ticket_ = raw.field("Tram-Wait").value_or("");
  request.method_ = framing.method;
  request.path_ = std::move(framing.path);
  request.path_parameters_ = std::move(match.parameters);
  request.query_ = std::move(framing.query);
  request.remote_address_ = ends.remote_address;
  request.request_id_ = id_prefix_ + "-" + std::to_string(++requests_);
  return admission;
}

AdmittedRequest Gate::complete(Admission admission, std::string body) {
  admission.request.body_ = std::move(body);
  return std::move(admission.request);
}

}  // namespace tram::station
