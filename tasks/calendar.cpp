#include "tasks/calendar.h"

#include <algorithm>

namespace tram::tasks {
namespace {

using namespace std::chrono;

constexpr int kMinutesOfDay = 24 * 60;

unsigned weekday_of(LocalDate date) {
  return weekday{date}.iso_encoding() - 1;
}

DayOfYear day_of_year(LocalDate date) {
  const year_month_day d{date};
  const DayOfYear day{unsigned{d.month()}, unsigned{d.day()}};
  return day == DayOfYear{2, 29} ? DayOfYear{2, 28} : day;
}

bool covers(const Season& season, DayOfYear day) {
  if (season.from <= season.to) return season.from <= day && day <= season.to;
  return day >= season.from || day <= season.to;
}

bool in_order(const DayHours& hours) {
  if (hours.size() > kMaxIntervals) return false;
  int last = 0;
  for (const Interval& i : hours) {
    if (i.from < last || i.to <= i.from || i.to > kMinutesOfDay) return false;
    last = i.to;
  }
  return true;
}

bool real_day(DayOfYear d) {
  return (year{2025} / month{d.month} / day{d.day}).ok();  // a common year: 29/2 is no end of a season
}

// Every day of a common year in exactly one season, so that every date has hours of its own.
bool seasons_partition_the_year(const std::vector<Season>& seasons) {
  for (LocalDate date = make_date(2025, 1, 1); date < make_date(2026, 1, 1); date += days{1})
    if (std::count_if(seasons.begin(), seasons.end(), [&](const Season& s) { return covers(s, day_of_year(date)); }) !=
        1)
      return false;
  return true;
}

}  // namespace

Result<void> check_calendar(const Calendar& calendar) {
  if (calendar.seasons.size() > kMaxSeasons || calendar.exceptions.size() > kMaxExceptions) return errc::bad_calendar;
  if (calendar.id.empty() || calendar.version == 0 || calendar.years.size() > 400) return errc::bad_calendar;
  if ((calendar.owner == CalendarOwner::nation) != calendar.owner_id.empty()) return errc::bad_calendar;
  if (!std::is_sorted(calendar.years.begin(), calendar.years.end(), std::less_equal<>())) return errc::bad_calendar;
  for (const int y : calendar.years)
    if (y < kFirstYear || y > kLastYear) return errc::bad_calendar;
  for (const Season& season : calendar.seasons) {
    if (!real_day(season.from) || !real_day(season.to)) return errc::bad_calendar;
    if (!std::all_of(season.hours.begin(), season.hours.end(), in_order)) return errc::bad_calendar;
    // Without hours somewhere in the week, a search for a working day would have no end.
    if (std::all_of(season.hours.begin(), season.hours.end(), [](const DayHours& h) { return h.empty(); }))
      return errc::bad_calendar;
  }
  if (!calendar.seasons.empty() && !seasons_partition_the_year(calendar.seasons)) return errc::bad_calendar;
  for (const auto& [date, exception] : calendar.exceptions) {
    if (date < make_date(kFirstYear, 1, 1) || date > make_date(kLastYear, 12, 31)) return errc::bad_calendar;
    if (const auto* worked = std::get_if<WorkedAs>(&exception.what); worked && worked->weekday > 6)
      return errc::bad_calendar;
    // A part of a day without an interval is a day off under another name: one form only, so bytes stay canonical.
    if (const auto* part = std::get_if<PartOfDay>(&exception.what);
        part && (part->hours.empty() || !in_order(part->hours)))
      return errc::bad_calendar;
  }
  return {};
}

Result<WorkingTime> WorkingTime::merge(std::span<const Calendar> nearest_first) {
  WorkingTime merged;
  for (const Calendar& calendar : nearest_first) {
    if (const auto checked = check_calendar(calendar); !checked) return checked.error();
    if (merged.seasons_.empty()) merged.seasons_ = calendar.seasons;
    merged.exceptions_.insert(calendar.exceptions.begin(), calendar.exceptions.end());  // keeps the nearer one
    merged.years_.insert(merged.years_.end(), calendar.years.begin(), calendar.years.end());
  }
  if (merged.seasons_.empty()) return errc::bad_calendar;
  return merged;
}

DayHours WorkingTime::hours_of(LocalDate date) const {
  const auto season = std::find_if(seasons_.begin(), seasons_.end(),
                                   [day = day_of_year(date)](const Season& s) { return covers(s, day); });
  const auto exception = exceptions_.find(date);
  if (exception == exceptions_.end()) return season->hours[weekday_of(date)];
  if (const auto* worked = std::get_if<WorkedAs>(&exception->second.what)) return season->hours[worked->weekday];
  if (const auto* part = std::get_if<PartOfDay>(&exception->second.what)) return part->hours;
  return {};
}

std::string_view WorkingTime::exception_name(LocalDate date) const {
  const auto exception = exceptions_.find(date);
  return exception == exceptions_.end() ? std::string_view{} : std::string_view{exception->second.name};
}

bool WorkingTime::knows_year(LocalDate date) const {
  return std::find(years_.begin(), years_.end(), int{year_month_day{date}.year()}) != years_.end();
}

// The loops below end: exceptions are finite in number, and every week outside of them holds working hours somewhere
// in its season (check_calendar; seasons return each year).
LocalDate WorkingTime::next_working_day(LocalDate date) const {
  while (!is_working_day(date)) date += days{1};
  return date;
}

LocalDate WorkingTime::previous_working_day(LocalDate date) const {
  while (!is_working_day(date)) date -= days{1};
  return date;
}

LocalDate WorkingTime::add_working_days(LocalDate date, int count) const {
  for (; count > 0; --count) date = next_working_day(date + days{1});
  for (; count < 0; ++count) date = previous_working_day(date - days{1});
  return date;
}

Moment WorkingTime::add_working_hours(Moment from, minutes length) const {
  const Moment start = floor<minutes>(from);
  if (length <= minutes{0}) return start;
  auto at = floor<minutes>(time_of_day(start));
  for (LocalDate date = date_of(start);; date += days{1}, at = minutes{0}) {
    for (const Interval& interval : hours_of(date)) {
      const minutes begin = std::max(at, minutes{interval.from});
      const minutes room = minutes{interval.to} - begin;
      if (room <= minutes{0}) continue;
      if (length <= room) return moment_at(date, begin + length);
      length -= room;
    }
  }
}

Moment WorkingTime::moved_to_working_day(const DateOrHour& written) const {
  return last_moment_of({next_working_day(written.date), written.hour});
}

}  // namespace tram::tasks
