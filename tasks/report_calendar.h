// When reports are due (R24, R25, R67; O6, O7): the regimes of the regulation, those that a site adds, and one report
// that answers several which fall together. None of the regulation's dates moves for a day off; a regime of a site's
// own is a recurrence and moves by O25.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "tasks/calendar.h"
#include "tasks/period.h"
#include "tasks/policy.h"
#include "tasks/recurrence.h"

namespace tram::tasks {

struct ReportDue {
  std::string regime;  // `month`, `quarter`, `half-year`, `year`, or the name of a site's own
  std::string period;  // format_period, or the written date of an occurrence
  Moment due;
  LocalDate last_working_day;  // what the screen names beside a date that does not move
  bool operator==(const ReportDue&) const = default;
};

// The last good moment of the report on a period: an implementing body's, and the office's.
Moment site_report_due(const Period& period, const Policy& policy);
Moment office_report_due(const Period& period, const Policy& policy);

// A regime of a site's own (weekly, every Wednesday at 10:00).
struct OwnRegime {
  std::string name;
  Recurrence recurrence;
};
enum class Reporter : std::uint8_t { site, office };
// All reports due in a year, by their moments.
std::vector<ReportDue> report_calendar(int year, Reporter reporter, std::span<const OwnRegime> own,
                                       const WorkingTime& calendar, const Policy& policy);

// Groups what one report may answer: those due on one day.
std::vector<std::vector<ReportDue>> falling_together(std::span<const ReportDue> due);

// R67: what arrived after the freeze goes into the next issue.
bool belongs_to_next_issue(Moment frozen_at, Moment arrived);

// R28: does a report need a written explanation?
bool explanation_needed(Moment due, std::optional<Moment> acted, bool found_false, Moment now);

}  // namespace tram::tasks
