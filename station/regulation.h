// The rules in force at this station: the calendars of the signed directory as the working time of each body (R39,
// O16), and the policy of the office (R72). Made anew where it is asked for, so that a new entry counts at once; what
// the rules come to is in tasks/.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "station/station.h"
#include "tasks/calendar_choice.h"
#include "tasks/obligation.h"

namespace tram::station {

class Regulation {
 public:
  // As of `now`. Refusal: no_calendar.
  Regulation(Station& station, tasks::Moment now);

  tasks::Moment now() const { return now_; }
  const tasks::Policy& policy() const { return policy_; }
  // The office's own hours stand under kHubCode. Lives as long as this object.
  const tasks::WorkingTime& working_time(const std::string& body);
  // Whose hours count for the acts on one assignment (O16).
  tasks::WorkingTimes working_times(const std::string& body, const std::string& follow_up);

 private:
  tasks::Moment now_;
  tasks::Policy policy_;
  tasks::Directory bodies_;
  std::vector<tasks::Calendar> calendars_;
  std::map<std::string, std::shared_ptr<const tasks::WorkingTime>> of_body_;
  // Bodies with the same calendars share what was merged of them.
  std::map<std::string, std::shared_ptr<const tasks::WorkingTime>> merged_;
};

tasks::Moment moment_of_ms(std::uint64_t ms);

}  // namespace tram::station
