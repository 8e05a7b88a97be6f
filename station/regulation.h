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
#include "tasks/criteria.h"
#include "tasks/obligation.h"

namespace tram::station {

// Names of settings entries. `nation` says whose calendar (vn, la, kh) a body and those below it keep.
inline constexpr std::string_view kPolicySetting = "policy";
inline constexpr std::string_view kCriteriaSetting = "criteria";
inline constexpr std::string_view kNationSetting = "nation";
inline constexpr std::string_view kUsualNation = "vn";

// The directory as it is.
inline constexpr std::uint64_t kNewestDirectory = ~std::uint64_t{0};

// The owner of settings of the centre at the hub of a province (R70).
inline constexpr std::string_view kCentre = "centre";

// Every version that the directory holds, in the order in which they came; unreadable ones are left out.
std::vector<tasks::Policy> policies(Station& station, std::uint64_t up_to = kNewestDirectory,
                                    std::string_view owner = "");
std::vector<tasks::Criteria> criteria_versions(Station& station);
std::vector<tasks::Calendar> calendars(Station& station, std::uint64_t up_to = kNewestDirectory);

class Regulation {
 public:
  // As of `now`, by the entries of the directory up to one of its versions. Refusal: no_calendar.
  Regulation(Station& station, tasks::Moment now, std::uint64_t up_to = kNewestDirectory);

  tasks::Moment now() const { return now_; }
  const tasks::Policy& policy() const { return policy_; }
  // Of a document that came down from the centre, or was assigned here (R70).
  const tasks::Policy& policy(bool of_the_centre) const { return of_the_centre ? centre_policy_ : policy_; }
  const tasks::Criteria& criteria() const { return criteria_; }
  // The years that due moments fall into and no calendar of the body knows.
  std::vector<int> missing_years(const std::string& body);
  // The office's own hours stand under kHubCode. Lives as long as this object.
  const tasks::WorkingTime& working_time(const std::string& body);
  // Whose hours count for the acts on one assignment (O16).
  tasks::WorkingTimes working_times(const std::string& body, const std::string& follow_up);

 private:
  tasks::Moment now_;
  tasks::Policy policy_, centre_policy_;
  tasks::Criteria criteria_;
  tasks::Directory bodies_;
  std::map<std::string, std::string> nations_;  // by the body that the choice was made for; empty = all
  std::vector<tasks::Calendar> calendars_;
  std::map<std::string, std::shared_ptr<const tasks::WorkingTime>> of_body_;
  // Bodies with the same calendars share what was merged of them.
  std::map<std::string, std::shared_ptr<const tasks::WorkingTime>> merged_;

  std::string nation_of(std::string body) const;
};

// Years that no calendar knows although due moments fall into them, each with the bodies it is missing for (R39): at
// the hub of all bodies, at a site of its own. None before enrolment.
std::map<int, std::vector<std::string>> missing_years(Station& station, tasks::Moment now);

tasks::Moment moment_of_ms(std::uint64_t ms);

}  // namespace tram::station
