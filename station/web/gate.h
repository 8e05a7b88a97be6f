// The gate: what every request passes before its body is read (reliability design 5.2, steps 3 to 8; accepting and
// deadlines, steps 1 and 2, are the server's). Each step is a function of its own that knows no socket. `Gate` runs
// them in order, and is the only place that makes an AdmittedRequest.
#pragma once
#include <variant>

#include "station/web/raw_request.h"
#include "station/web/request_rate.h"
#include "station/web/route.h"

namespace tram::station {

// The two ends of the connection, as the operating system tells them. Addresses in canonical text, IPv6 without
// brackets and zone.
struct SocketEnds {
  std::string local_address;
  std::uint16_t local_port = 0;
  std::string remote_address;
  bool tls = false;
};

// Step 4. What the framing fields say, and the target decoded once.
struct Framing {
  Method method = Method::get;
  std::size_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  std::string path;
  TextMap query;
};
Verdict check_framing(const RawRequest& raw, const Limits& limits, Framing& out);
Verdict decode_target(std::string_view target, const Limits& limits, Framing& out);

// Step 5. `names` are the configured names; localhost is always one. On success `origin` is scheme, host and port that
// a browser on this page sends as Origin.
Verdict check_host(const RawRequest& raw, const SocketEnds& ends, const std::vector<std::string>& names,
                   std::string& origin);
// Step 6.
Verdict check_origin(const RawRequest& raw, Method method, std::string_view origin);
// Step 7, with the session already looked up. `peer` is the remote address.
Verdict check_permission(const Route& route, const std::optional<SessionSeen>& seen, std::string_view peer);
// Step 8: token and declared type of a change, then the size of the body.
Verdict check_csrf(const RawRequest& raw, Method method, const std::optional<SessionSeen>& seen,
                   const SessionTable& sessions);
Verdict check_body(const RawRequest& raw, const Route& route, const Framing& framing, std::string& content_type);

bool is_loopback(std::string_view address);

class Gate {
 public:
  // All outlive the gate. Confined to the loop.
  Gate(const RouteTable& routes, SessionTable& sessions, Entropy& entropy, const Limits& limits,
       std::vector<std::string> host_names);

  struct Turned {
    Refused why;
    std::string allow;  // for 405
  };
  // Admitted so far: the body is still on the wire.
  struct Admission {
    const Route* route;
    std::size_t content_length;
    bool keep_alive;
    bool expects_continue;
    AdmittedRequest request;
  };
  // `block` is a complete header block with its empty line.
  std::variant<Turned, Admission> admit(std::string_view block, const SocketEnds& ends, MonoTime now);
  // Precondition: body.size() == admission.content_length.
  static AdmittedRequest complete(Admission admission, std::string body);

 private:
  Turned turn_unmatched(const RouteMatch& match) const;

  const RouteTable& routes_;
  SessionTable& sessions_;
  Limits limits_;
  std::vector<std::string> host_names_;
  RequestRate rate_;
  std::string id_prefix_;
  std::uint64_t requests_ = 0;
};

}  // namespace tram::station
