// Why the web server does not start. Everything later is a refusal of one request (refusal.h).
#pragma once
#include "crypto/errc.h"

namespace tram::station {

enum class web_errc {
  bad_address = 1,  // not an IP literal
  needs_tls,        // an address of the network without certificate (reliability design 5.1); there is no exception
  bad_certificate,  // certificate or key cannot be read or do not belong together
  cannot_listen,    // the port is taken, or the address is not of this PC
};

const boost::system::error_category& web_category() noexcept;
inline Error make_error_code(web_errc e) {
  return {static_cast<int>(e), web_category()};
}

}  // namespace tram::station

template <>
struct boost::system::is_error_code_enum<tram::station::web_errc> : std::true_type {};
