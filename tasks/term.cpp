#include "tasks/term.h"

#include "tasks/due.h"

namespace tram::tasks {
namespace {

using std::chrono::days;

// O2: does the term reach n months?
bool reaches(LocalDate start, LocalDate end, int months, const Policy& policy) {
  const LocalDate mark =
      policy.term_month == MonthMeaning::calendar ? add_months(start, months) : start + days{30 * months};
  return end >= mark;
}

UpdateDue milestone(LocalDate date, const WorkingTime& calendar, const Policy& policy) {
  const LocalDate due = policy.milestone_grace == 0 ? date : calendar.add_working_days(date, policy.milestone_grace);
  return {moment_at(calendar.add_working_days(date, -int{policy.milestone_opens}), {}), end_of_day(date),
          falls_due({due, {}}, calendar, policy.deadline_day_off)};
}

constexpr int months_of(Cadence cadence) {
  switch (cadence) {
    case Cadence::quarterly:
      return 3;
    case Cadence::half_yearly:
      return 6;
    case Cadence::yearly:
      return 12;
    case Cadence::weekly:
    case Cadence::monthly:
      break;
  }
  return 1;
}

}  // namespace

// R15: the term begins with the task's start; else, after an event, with its date; else with the issue (O1).
LocalDate term_begin(std::optional<DateOrHour> start, std::optional<LocalDate> event_on, LocalDate issued_on,
                     const Policy& policy) {
  if (policy.term_start == TermStart::issue) return issued_on;
  if (start) return start->date;
  return event_on.value_or(issued_on);
}

// R14, R15, R16, R17: under one, three, six months, the rest.
DurationClass duration_class(LocalDate start, std::optional<LocalDate> end, const Policy& policy) {
  if (!end || reaches(start, *end, 6, policy)) return DurationClass::long_or_none;
  if (reaches(start, *end, 3, policy)) return DurationClass::under_six_months;
  return reaches(start, *end, 1, policy) ? DurationClass::under_three_months : DurationClass::under_one_month;
}

// R15, R16: the share of the days from start to end, rounded up.
LocalDate share_of_term(LocalDate start, LocalDate end, int quarters) {
  if (end <= start) return start;
  return start + days{((end - start).count() * quarters + 3) / 4};
}

// R15: one update once half of the term has passed.
UpdateDue half_term_update(LocalDate start, LocalDate end, const WorkingTime& calendar, const Policy& policy) {
  return milestone(share_of_term(start, end, 2), calendar, policy);
}

// R16: and one at three quarters.
UpdateDue three_quarter_update(LocalDate start, LocalDate end, const WorkingTime& calendar, const Policy& policy) {
  return milestone(share_of_term(start, end, 3), calendar, policy);
}

// R15, R16: one update, or two.
std::vector<UpdateDue> milestones(DurationClass duration, LocalDate start, LocalDate end, const WorkingTime& calendar,
                                  const Policy& policy) {
  if (duration == DurationClass::under_three_months) return {half_term_update(start, end, calendar, policy)};
  if (duration == DurationClass::under_six_months)
    return {half_term_update(start, end, calendar, policy), three_quarter_update(start, end, calendar, policy)};
  return {};
}

// R14, R15, R16, R17: working days of grace count from the written end date (R45).
Moment final_update_due(DurationClass duration, LocalDate end, const WorkingTime& calendar, const Policy& policy) {
  switch (duration) {
    case DurationClass::under_one_month:
    case DurationClass::under_three_months:
      return working_days_after(end, 3, calendar);
    case DurationClass::under_six_months:
      return working_days_after(end, 5, calendar);
    case DurationClass::long_or_none:
      break;
  }
  return working_days_after(end, policy.final_long_term, calendar);
}

// R17: as the assigning body says; monthly unless it says otherwise (O10).
Cadence cadence_of(std::optional<Cadence> said, const Policy& policy) {
  if (said) return *said;
  switch (policy.cadence) {
    case UsualCadence::quarterly:
      return Cadence::quarterly;
    case UsualCadence::yearly:
      return Cadence::yearly;
    case UsualCadence::monthly:
      break;
  }
  return Cadence::monthly;
}

// R17: due on the last day of each month, quarter or year; a first part of a few days is skipped (O10).
std::vector<UpdateDue> cadence_updates(Cadence cadence, LocalDate start, LocalDate last, const WorkingTime& calendar,
                                       const Policy& policy) {
  const int months = months_of(cadence);
  std::vector<UpdateDue> list;
  Moment opens = moment_at(start, {});
  const LocalDate january{std::chrono::year_month_day{start}.year() / std::chrono::January / 1};
  for (int month = months - 1; list.size() < kMaxOccurrences; month += months) {
    const LocalDate date = last_day_of_month(add_months(january, month));
    if (date > last) break;
    if (date < start || (list.empty() && date - start < days{policy.cadence_skips_under})) continue;
    const Moment due = falls_due({date, {}}, calendar, policy.deadline_day_off);
    list.push_back({opens, end_of_day(date), due});
    opens = due + std::chrono::seconds{1};
  }
  return list;
}

}  // namespace tram::tasks
