// Why a medium or a file on it cannot be used, as the outcome code the person sees (bundle design 4.2).
#pragma once
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>

#include "sync/outcome_code.h"

namespace tram::station {

struct MediumFault {
  sync::OutcomeCode code = sync::OutcomeCode::media_error;
  std::string detail;            // for the log: what was tried and the system's words
  int system_error = 0;          // errno, or 0; EEXIST: the name is taken by another file, EROFS: read-only medium
  std::uint64_t have_bytes = 0;  // TRUNCATED: x of y; NO_SPACE: free
  std::uint64_t want_bytes = 0;  // TRUNCATED: y; NO_SPACE: needed
};

// value() of a result that holds a fault is a programming error.
template <class T>
using MediumResult = boost::system::result<T, MediumFault>;
[[noreturn]] void throw_exception_from_error(const MediumFault& fault, const boost::source_location& at);

// The fault of a failed system call: a vanished device is MEDIA_LOST, a full one NO_SPACE, the rest MEDIA_ERROR.
MediumFault fault_of(int system_error, std::string what);

}  // namespace tram::station
