// What can go wrong between this program and another one: the hub over HTTP, the command line over the control socket.
#pragma once
#include "crypto/errc.h"

namespace tram::station {

enum class net_errc {
  bad_hub_address = 1,  // not https, nor http to loopback; or with user, query or fragment
  unreachable,          // no address, no connection, or it broke: the work is kept and tried again
  answer_lost,          // the request left whole, no whole answer came: the other end may have done it
  too_slow,             // below 250 B/s for 60 s, or a time-out
  not_the_hub,          // the certificate is none of the pinned ones
  no_pin,               // an exchange over https needs a pinned key
  answer_too_large,     // above 8 MiB
  cancelled,            // the program stops
  not_running,          // no program answers at the control socket
  already_running,      // a program answers there already
  bad_message,          // a control message that is too large, malformed or cut
  wrong_peer,           // the other end of the control socket is another user
  io_failed,            // the socket file cannot be made or used
};

const boost::system::error_category& net_category() noexcept;
inline Error make_error_code(net_errc e) {
  return {static_cast<int>(e), net_category()};
}

}  // namespace tram::station

template <>
struct boost::system::is_error_code_enum<tram::station::net_errc> : std::true_type {};
