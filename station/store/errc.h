// The errors of the station's store: why a data folder cannot be opened, why a transaction did not happen, and which
// request of a program the store itself refuses.
#pragma once
#include <string_view>

#include "crypto/errc.h"

namespace tram::station {

enum class errc {
  busy = 1,          // another process holds DIR/lock, or readers are still open
  newer_schema,      // made by a newer version of the program; nothing was changed
  foreign_database,  // a SQLite file of another program
  damaged,           // a check failed, or a stored value cannot be read
  not_local,         // NFS or SMB, or a path that is a link
  io_failed,         // any other I/O error: the program ends and trusts only what it reads at the next start
  disk_full,         // the transaction was rolled back; reading goes on
  read_timeout,      // a read lasted longer than kReadLimit
  over_limit,        // a text, blob or count beyond its cap
  no_such_row,
  already_exists,
  wrong_state,      // the row's state does not allow this step
  same_person,      // the author would approve the own draft (R27, R51)
  not_a_person,     // the program itself approves nothing
  not_the_author,   // only its author changes a draft
  content_changed,  // the approval names another version than the stored one (R51)
  expired,          // an invitation past its date
  locked,           // an invitation after five wrong codes
};

const boost::system::error_category& store_category() noexcept;
inline Error make_error_code(errc e) {
  return {static_cast<int>(e), store_category()};
}
// The stable lower-case name, as `error.code` of the API shows it.
std::string_view name(errc e);

}  // namespace tram::station

template <>
struct boost::system::is_error_code_enum<tram::station::errc> : std::true_type {};
