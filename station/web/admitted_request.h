// A request that passed the gate. Only the gate can make one, so a handler that holds one needs no further check of
// host, origin, session, role or token (reliability design 5.2).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "station/web/session.h"

namespace tram::station {

enum class Method : std::uint8_t { get, head, post, put, delete_ };
constexpr std::string_view method_name(Method method) {
  constexpr std::string_view kNames[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
  return kNames[static_cast<std::size_t>(method)];
}

using TextMap = std::map<std::string, std::string, std::less<>>;

class AdmittedRequest {
 public:
  Method method() const { return method_; }
  const std::string& path() const { return path_; }  // decoded
  // A parameter of the route's pattern; empty if the pattern has none of that name.
  std::string_view path_parameter(std::string_view name) const { return find(path_parameters_, name).value_or(""); }
  std::optional<std::string_view> query(std::string_view name) const { return find(query_, name); }
  const TextMap& queries() const { return query_; }
  const std::string& body() const { return body_; }
  // The signed-in person, or nullptr on open and exchange routes. Lives as long as the request.
  const Session* session() const { return seen_ && seen_->session ? &*seen_->session : nullptr; }
  // Session or pre-session behind the cookie.
  const std::optional<SessionSeen>& session_seen() const { return seen_; }
  const SessionCookie& cookie() const { return cookie_; }
  const std::string& remote_address() const { return remote_address_; }
  const std::string& request_id() const { return request_id_; }
  // The declared media type of the body without parameters, lower case; empty without a body.
  const std::string& content_type() const { return content_type_; }
  // The field `Tram-Wait` of an exchange route; empty without one.
  const std::string& wait_ticket() const { return wait_ticket_; }

 private:
  friend class Gate;
  AdmittedRequest() = default;
  static std::optional<std::string_view> find(const TextMap& map, std::string_view name) {
    const auto it = map.find(name);
    return it == map.end() ? std::nullopt : std::optional<std::string_view>(it->second);
  }

  Method method_ = Method::get;
  std::string path_;
  TextMap path_parameters_;
  TextMap query_;
  std::string body_;
  std::optional<SessionSeen> seen_;
  SessionCookie cookie_;
  std::string remote_address_;
  std::string request_id_;
  std::string content_type_;
  std::string wait_ticket_;
};

}  // namespace tram::station
