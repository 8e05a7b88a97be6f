// Moments and civil dates. A moment is whole seconds (R47); a date without a time is a civil date and never converted
// (sync design, section 9). The zone is fixed at +07:00, for Viet Nam, Laos and Cambodia alike (domain, "The
// calendar"), so no zone database is needed. Nothing here reads a clock.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tasks/errc.h"

namespace tram::tasks {

using Moment = std::chrono::sys_seconds;
using LocalDate = std::chrono::local_days;

inline constexpr std::chrono::hours kZoneOffset{7};
// Dates outside these years are refused: no document has them, and arithmetic stays far from every overflow.
inline constexpr int kFirstYear = 1900;
inline constexpr int kLastYear = 2299;

constexpr LocalDate make_date(int year, unsigned month, unsigned day) {
  return LocalDate{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}
constexpr Moment moment_at(LocalDate date, std::chrono::seconds time_of_day) {
  return Moment{date.time_since_epoch() + time_of_day - kZoneOffset};
}
constexpr LocalDate date_of(Moment moment) {
  return LocalDate{std::chrono::floor<std::chrono::days>(moment.time_since_epoch() + kZoneOffset)};
}
constexpr std::chrono::seconds time_of_day(Moment moment) {
  return moment - moment_at(date_of(moment), {});
}

// R47: a day ends at 23:59:59.
constexpr Moment end_of_day(LocalDate date) {
  return moment_at(date, std::chrono::days{1}) - std::chrono::seconds{1};
}

// O2: a missing day is the last of the month. `months` may be negative.
LocalDate add_months(LocalDate date, int months);
LocalDate last_day_of_month(LocalDate date);

// A date, with an hour if the document names one: `2025-06-30` or `2025-06-30T10:00`.
struct DateOrHour {
  LocalDate date;
  std::optional<std::chrono::minutes> hour;
  bool operator==(const DateOrHour&) const = default;
};
// The last moment that still belongs to it: the hour itself, or the end of the day.
constexpr Moment last_moment_of(const DateOrHour& when) {
  return when.hour ? moment_at(when.date, *when.hour) : end_of_day(when.date);
}

// `YYYY-MM-DD`, of a day that exists, in the years above.
Result<LocalDate> parse_date(std::string_view text);
std::string format_date(LocalDate date);

// `10:00`, from 00:00 to 23:59.
std::optional<std::chrono::minutes> parse_hour(std::string_view text);
std::string format_hour(std::chrono::minutes hour);

Result<DateOrHour> parse_date_or_hour(std::string_view text);
std::string format_date_or_hour(const DateOrHour& when);

// RFC 3339 without fractions: `2025-04-23T10:00:00+07:00`. Any offset is read, `Z` too; +07:00 is written.
Result<Moment> parse_moment(std::string_view text);
std::string format_moment(Moment moment);

}  // namespace tram::tasks
