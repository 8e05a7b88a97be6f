// The errors of tram_crypto. They say what failed, never why in detail: every forgery looks the same.
#pragma once
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace tram {
template <class T>
using Result = boost::system::result<T>;
using Error = boost::system::error_code;
}  // namespace tram

namespace tram::crypto {

enum class errc {
  not_authentic = 1,  // a tag, MAC or signature does not verify
  cannot_open,        // sealed box: not for this key
  wrong_passphrase,   // bundle design 4.2 no. 503
  keystore_damaged,   // bundle design 4.2 no. 504
  no_such_key,        // the keystore holds no key of this purpose or id
  io_failed,          // a key or keystore file cannot be read or written
  out_of_memory,      // Argon2id or locked memory was refused
};

const boost::system::error_category& category() noexcept;
inline Error make_error_code(errc e) {
  return {static_cast<int>(e), category()};
}

}  // namespace tram::crypto

template <>
struct boost::system::is_error_code_enum<tram::crypto::errc> : std::true_type {};
