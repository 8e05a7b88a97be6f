#include "tasks/report_calendar.h"

#include <algorithm>

#include "tasks/due.h"

namespace tram::tasks {
namespace {

constexpr std::string_view kRegimes[] = {"month", "quarter", "half-year", "year"};

LocalDate day_in(int year, DayOfYear day) {
  return make_date(year, day.month, day.day);
}

// The day in the last month of the period.
LocalDate day_of_last_month(const Period& period, unsigned day) {
  const std::chrono::year_month_day last{last_day(period)};
  return make_date(int{last.year()}, unsigned{last.month()}, day);
}

// The first half-year has a date of its own; the second ends with the year, and so has the year's.
Moment report_due(const Period& p, unsigned day, DayOfYear half_year, DayOfYear year) {
  if (p.type == PeriodType::year || (p.type == PeriodType::half_year && p.number == 2))
    return end_of_day(day_in(p.year, year));
  if (p.type == PeriodType::half_year) return end_of_day(day_in(p.year, half_year));
  return end_of_day(day_of_last_month(p, day));
}

}  // namespace

// R24: monthly, quarterly, half-yearly, yearly, early enough for the office (O7).
Moment site_report_due(const Period& period, const Policy& policy) {
  return report_due(period, policy.site_day, policy.site_half_year, policy.site_year);
}

// R25: before the 25th of each month and of the last month of the quarter, on 25 June and on 20 December (O6).
Moment office_report_due(const Period& period, const Policy& policy) {
  return report_due(period, policy.office_day, policy.office_half_year, policy.office_year);
}

// R67: every due report of R24 and R25, with further regimes of a site's own.
std::vector<ReportDue> report_calendar(int year, Reporter reporter, std::span<const OwnRegime> own,
                                       const WorkingTime& calendar, const Policy& policy) {
  std::vector<ReportDue> list;
  for (const PeriodType type : {PeriodType::month, PeriodType::quarter, PeriodType::half_year, PeriodType::year})
    for (Period p = period_of(make_date(year, 1, 1), type); p.year == year && last_day(p) <= make_date(year, 12, 31);
         p = period_of(last_day(p) + std::chrono::days{1}, type)) {
      const Moment due = reporter == Reporter::site ? site_report_due(p, policy) : office_report_due(p, policy);
      list.push_back({std::string(kRegimes[static_cast<std::size_t>(type)]), format_period(p), due,
                      calendar.previous_working_day(date_of(due))});
    }
  const DateSpan span{make_date(year, 1, 1), make_date(year, 12, 31)};
  for (const OwnRegime& regime : own)
    if (const auto dates = occurrences(regime.recurrence, span, calendar, policy))
      for (const Occurrence& o : *dates)
        list.push_back(
            {regime.name, format_date(date_of(o.written)), o.due, calendar.previous_working_day(date_of(o.due))});
  std::stable_sort(list.begin(), list.end(), [](const ReportDue& a, const ReportDue& b) { return a.due < b.due; });
  return list;
}

// R67: one report may answer several that fall together.
std::vector<std::vector<ReportDue>> falling_together(std::span<const ReportDue> due) {
  std::vector<std::vector<ReportDue>> groups;
  for (const ReportDue& r : due) {
    if (groups.empty() || date_of(groups.back().front().due) != date_of(r.due)) groups.emplace_back();
    groups.back().push_back(r);
  }
  return groups;
}

// R67: the data are frozen.
bool belongs_to_next_issue(Moment frozen_at, Moment arrived) {
  return arrived > frozen_at;
}

// R28: a late or false report needs a written explanation.
bool explanation_needed(Moment due, std::optional<Moment> acted, bool found_false, Moment now) {
  return found_false || !in_time(acted.value_or(now), due);
}

}  // namespace tram::tasks
