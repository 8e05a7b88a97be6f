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
  merged.count_working_days();
  return merged;
}

void WorkingTime::count_working_days() {
  auto counted = std::make_shared<Counted>();
  counted->from = make_date(2020, 1, 1);
  counted->to = make_date(2045, 1, 1);
  for (LocalDate date = counted->from; date < counted->to; date += days{1}) {
    counted->before.push_back(static_cast<std::int32_t>(counted->nth.size()));
    if (!hours_at(date).empty()) counted->nth.push_back(date);
  }
  counted_ = std::move(counted);
}

// R39: working time belongs to a date, in its season, with its exceptions.
DayHours WorkingTime::hours_of(LocalDate date) const {
  return hours_at(date);
}

const DayHours& WorkingTime::hours_at(LocalDate date) const {
  static const DayHours kNone;
  const auto season = std::find_if(seasons_.begin(), seasons_.end(),
                                   [day = day_of_year(date)](const Season& s) { return covers(s, day); });
  const auto exception = exceptions_.find(date);
  if (exception == exceptions_.end()) return season->hours[weekday_of(date)];
  if (const auto* worked = std::get_if<WorkedAs>(&exception->second.what)) return season->hours[worked->weekday];
  if (const auto* part = std::get_if<PartOfDay>(&exception->second.what)) return part->hours;
  return kNone;
}

bool WorkingTime::is_working_day(LocalDate date) const {
  if (counted_ && date >= counted_->from && date + days{1} < counted_->to) {
    const auto i = static_cast<std::size_t>((date - counted_->from).count());
    return counted_->before[i + 1] != counted_->before[i];
  }
  return !hours_at(date).empty();
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
  if (count != 0 && counted_ && date >= counted_->from && date + days{1} < counted_->to) {
    // Working days up to the date itself, or before it when going back.
    const auto i = static_cast<std::size_t>((date - counted_->from).count());
    const std::int64_t at = counted_->before[count > 0 ? i + 1 : i] + std::int64_t{count} - (count > 0 ? 1 : 0);
    if (at >= 0 && at < static_cast<std::int64_t>(counted_->nth.size()))
      return counted_->nth[static_cast<std::size_t>(at)];
  }
  for (; count > 0; --count) date = next_working_day(date + days{1});
  for (; count < 0; ++count) date = previous_working_day(date - days{1});
  return date;
}

int WorkingTime::working_days_between(LocalDate from, LocalDate to) const {
  int count = 0;
  if (counted_ && from >= counted_->from && to > from && to + days{1} < counted_->to)
    return counted_->before[static_cast<std::size_t>((to - counted_->from).count()) + 1] -
           counted_->before[static_cast<std::size_t>((from - counted_->from).count()) + 1];
  for (LocalDate date = from + days{1}; date <= to; date += days{1}) count += is_working_day(date) ? 1 : 0;
  return count;
}

// R45, R47: from the minute, inside intervals only, up to a close. A walk, not a division: only the hours of the few
// days that the limit touches are looked at.
Moment WorkingTime::add_working_hours(Moment from, minutes length) const {
  const Moment start = floor<minutes>(from);
  if (length <= minutes{0}) return start;
  auto at = floor<minutes>(time_of_day(start));
  for (LocalDate date = date_of(start);; date += days{1}, at = minutes{0}) {
    for (const Interval& interval : hours_at(date)) {
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
