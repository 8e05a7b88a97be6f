// The errors of tram_sync: bytes that cannot be used, and requests that do not fit the state. What becomes of a
// changeset is a verdict (receipt.h), what becomes of a bundle an outcome code (outcome_code.h); neither is an error.
#pragma once
#include "crypto/errc.h"

namespace tram::sync {

enum class errc {
  truncated = 1,   // bytes end early
  trailing_bytes,  // bytes are left over
  not_canonical,   // encoding again gives other bytes
  over_limit,      // a count or length beyond limits.h
  bad_value,       // an enum, bool, text or reserved byte out of its range
  bad_magic,
  too_new,  // a format version of a later program
  wrong_zone,
  class_refused,  // a confidentiality class above the zone's (R9)
  unknown_device,
  bad_chain,
  bad_signature,
  bad_directory,       // gap, break or other entry at a known version (DIR_BAD)
  root_chain,          // HUB_KEYS not signed by the root before it (ROOT_CHAIN)
  directory_rollback,  // nothing newer inside (DIR_ROLLBACK)
  stream_gap,          // a segment that starts after our cursor
  stream_chain,        // an entry or head that does not match the chain
  not_enrolled,
  log_closed,  // restored or cloned: nothing is signed before the hub was heard
  unknown_record,
  unknown_field,
  value_kind,  // the value does not fit the field
  body_too_large,
  no_authority,  // this device can never write that field; refused before it is signed
  same_person,   // the author would approve the own version (R27, R51)
  clock_jump,    // hub: receipts wait for the hub operator (sync design 9.4)
  recovering,    // hub: it was restored and writes nothing before the sites were heard (sync design 8)
};

const boost::system::error_category& category() noexcept;
inline Error make_error_code(errc e) {
  return {static_cast<int>(e), category()};
}
// The stable lower-case name, as `error.code` of the API shows it.
std::string_view name(errc e);

}  // namespace tram::sync

template <>
struct boost::system::is_error_code_enum<tram::sync::errc> : std::true_type {};
