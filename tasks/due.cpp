#include "tasks/due.h"

namespace tram::tasks {

using std::chrono::days;
using std::chrono::hours;

// R39: working time belongs to a body and a date; O16 says whose.
const WorkingTime& calendar_for(const WorkingTime& acting, const WorkingTime& assigning, const Policy& policy) {
  return policy.calendar_of == CalendarOf::acting_body ? acting : assigning;
}

// R45: a deadline on a day off moves to the next working day (O4, O25).
Moment falls_due(const DateOrHour& written, const WorkingTime& calendar, DayOffRule rule) {
  return rule == DayOffRule::next_working_day ? calendar.moved_to_working_day(written) : last_moment_of(written);
}

// R45: days do not count the first day (O3).
Moment working_days_after(LocalDate day, int count, const WorkingTime& calendar, FirstDay rule) {
  const bool counts_itself = rule == FirstDay::counted && count > 0 && calendar.is_working_day(day);
  return end_of_day(calendar.add_working_days(day, counts_itself ? count - 1 : count));
}

// R10: within 3 working days of the issue.
Moment loading_due(LocalDate issued_on, const WorkingTime& office, const Policy& policy) {
  return working_days_after(issued_on, 3, office, policy.first_day);
}

// R11: within 1 working day of the hub's receipt.
Moment answer_due(Moment returned_received, const WorkingTime& office, const Policy& policy) {
  return working_days_after(date_of(returned_received), 1, office, policy.first_day);
}

// R12: within 4 working hours of the hand-over.
Moment confirmation_due(Moment handed_over, const WorkingTime& body) {
  return body.add_working_hours(handed_over, hours{4});
}

// R13: within 8 working hours of receipt; without a confirmation from the end of the 4 hours (O11).
Moment return_due(Moment handed_over, std::optional<Moment> confirmed, const WorkingTime& body, const Policy& policy) {
  if (policy.feedback_from == FeedbackFrom::hand_over) return body.add_working_hours(handed_over, hours{8});
  return body.add_working_hours(confirmed.value_or(confirmation_due(handed_over, body)), hours{8});
}

// R19: within 3 working days of each update, from the hub's receipt.
Moment assessment_due(Moment update_received, const WorkingTime& follow_up, const Policy& policy) {
  return working_days_after(date_of(update_received), 3, follow_up, policy.first_day);
}

// R47: an act at the last good moment itself is in time.
bool in_time(Moment acted, Moment due) {
  return acted <= due;
}

}  // namespace tram::tasks
