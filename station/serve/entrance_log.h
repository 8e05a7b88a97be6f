// Sign-ins and refusals at the gate on their way to the audit log (reliability design 5.7). What somebody outside can
// cause at will is sampled, at most one row a second, so that nobody fills the disk by being refused.
#pragma once
#include <atomic>

#include "station/station.h"
#include "station/web/server.h"

namespace tram::station {

class EntranceLog {
 public:
  EntranceLog(Station& station, ApplicationThread& application) : station_(station), application_(application) {}

  void note_login(std::string_view name, std::string_view address, LoginOutcome outcome);  // application thread
  void note_refused(Refused refused, std::string_view address);                            // loop: does not block
  // A row of the program itself in a transaction of its own; what fails goes to the log.
  void note(const Actor& actor, std::string action, std::string object, std::string result, std::string details);

 private:
  // True for the first caller in each second.
  static bool sampled(std::atomic<std::int64_t>& last_second);
  Station& station_;
  ApplicationThread& application_;
  std::atomic<std::int64_t> last_turned_away_{-1};
  std::atomic<std::int64_t> last_refused_{-1};
};

}  // namespace tram::station
