// When a written date falls due, and the limits that run from an act: hours, or working days (R10-R13, R19, R45, R47).
// Each takes the calendar of the body that must act (O16); which body that is, is the caller's.
#pragma once
#include <optional>

#include "tasks/calendar.h"
#include "tasks/policy.h"
#include "tasks/time.h"

namespace tram::tasks {

// The calendar whose hours count for an act (O16).
const WorkingTime& calendar_for(const WorkingTime& acting, const WorkingTime& assigning, const Policy& policy);

// The due moment of a written date or hour; the written one stays beside it.
Moment falls_due(const DateOrHour& written, const WorkingTime& calendar, DayOffRule rule);

// Precondition: 0 <= days <= kMaxWorkingDays. End of the last day.
Moment working_days_after(LocalDate day, int days, const WorkingTime& calendar, FirstDay rule = FirstDay::skipped);

Moment loading_due(LocalDate issued_on, const WorkingTime& office, const Policy& policy);
Moment answer_due(Moment returned_received, const WorkingTime& office, const Policy& policy);
Moment confirmation_due(Moment handed_over, const WorkingTime& body);
Moment return_due(Moment handed_over, std::optional<Moment> confirmed, const WorkingTime& body, const Policy& policy);
Moment assessment_due(Moment update_received, const WorkingTime& follow_up, const Policy& policy);

// An act at the last good moment itself is in time.
bool in_time(Moment acted, Moment due);

}  // namespace tram::tasks
