// Why a report cannot be made, written, read or believed, as the outcome code the person sees (bundle design 4.2).
#pragma once
#include <boost/system/result.hpp>
#include <string>

#include "sync/outcome_code.h"

namespace tram::station {

struct ReportFault {
  sync::OutcomeCode code = sync::OutcomeCode::bad_content;
  std::string detail;  // for the log, never for the screen
};

// value() of a result that holds a fault is a programming error.
template <class T>
using ReportResult = boost::system::result<T, ReportFault>;
[[noreturn]] void throw_exception_from_error(const ReportFault& fault, const boost::source_location& at);

}  // namespace tram::station
