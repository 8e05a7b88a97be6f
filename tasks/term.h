// The term of a task and the updates it takes: duration class, milestones, grace and cadence (R14-R17; O1, O2, O8-O10,
// O12). Dates in, moments out; which updates were made is left to obligations.h.
#pragma once
#include <optional>
#include <vector>

#include "tasks/calendar.h"
#include "tasks/policy.h"
#include "tasks/recurrence.h"
#include "tasks/time.h"

namespace tram::tasks {

enum class DurationClass : std::uint8_t { under_one_month = 1, under_three_months, under_six_months, long_or_none };

// O1. Precondition of the others: start <= end; an earlier end is a term of no days.
LocalDate term_begin(std::optional<DateOrHour> start, std::optional<LocalDate> event_on, LocalDate issued_on,
                     const Policy& policy);

DurationClass duration_class(LocalDate start, std::optional<LocalDate> end, const Policy& policy);

// An update that is due: the first moment that answers it, its written date, the due moment.
struct UpdateDue {
  Moment opens;
  Moment written;
  Moment due;
  bool operator==(const UpdateDue&) const = default;
};

// The date after `quarters` of four parts of the term, rounded up.
LocalDate share_of_term(LocalDate start, LocalDate end, int quarters);

UpdateDue half_term_update(LocalDate start, LocalDate end, const WorkingTime& calendar, const Policy& policy);
UpdateDue three_quarter_update(LocalDate start, LocalDate end, const WorkingTime& calendar, const Policy& policy);
// Those that a term of this class takes, in order.
std::vector<UpdateDue> milestones(DurationClass duration, LocalDate start, LocalDate end, const WorkingTime& calendar,
                                  const Policy& policy);

// The last good moment for the update that says the result. `end` is the written end date.
Moment final_update_due(DurationClass duration, LocalDate end, const WorkingTime& calendar, const Policy& policy);

// What the assigning body said, else O10.
Cadence cadence_of(std::optional<Cadence> said, const Policy& policy);
// Updates of a long or open term up to `last` (the end of the term, or how far one looks).
std::vector<UpdateDue> cadence_updates(Cadence cadence, LocalDate start, LocalDate last, const WorkingTime& calendar,
                                       const Policy& policy);

}  // namespace tram::tasks
