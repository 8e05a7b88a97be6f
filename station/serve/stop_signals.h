// SIGTERM and SIGINT, blocked in every thread and waited for in one: no handler runs in the middle of anything.
#pragma once
#include <chrono>

namespace tram::station {

class StopSignals {
 public:
  // Blocks them; before the first thread starts, since threads inherit the mask. SIGPIPE is ignored for good.
  StopSignals();
  ~StopSignals();  // as it was before
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  // True when one came within `patience`.
  bool wait(std::chrono::milliseconds patience);
};

// Whether this process has been told to end: what waits for somebody else on the application thread asks now and then.
bool program_is_stopping();

}  // namespace tram::station
