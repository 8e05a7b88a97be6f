#include "tasks/time.h"

namespace tram::tasks {
namespace {

using namespace std::chrono;

// Exactly `digits` decimal digits at the front of `text`, which loses them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<LocalDate> take_date(std::string_view& text) {
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || *y < kFirstYear || *y > kLastYear) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return LocalDate{date};
}

std::optional<minutes> take_hour(std::string_view& text) {
  const auto h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || *m > 59) return std::nullopt;
  return hours{*h} + minutes{*m};
}

std::string padded(long long value, std::size_t width) {
  std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

LocalDate add_months(LocalDate date, int months_to_add) {
  const year_month_day from{date};
  const year_month month = year_month{from.year(), from.month()} + months{months_to_add};
  const year_month_day_last last{month.year(), month_day_last{month.month()}};
  const year_month_day to{month.year(), month.month(), from.day() < last.day() ? from.day() : last.day()};
  return LocalDate{to};
}

LocalDate last_day_of_month(LocalDate date) {
  const year_month_day d{date};
  return LocalDate{d.year() / d.month() / last};
}

Result<LocalDate> parse_date(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !text.empty()) return errc::bad_date;
  return *date;
}

std::string format_date(LocalDate date) {
  const year_month_day d{date};
  return padded(int{d.year()}, 4) + '-' + padded(unsigned{d.month()}, 2) + '-' + padded(unsigned{d.day()}, 2);
}

std::optional<minutes> parse_hour(std::string_view text) {
  const auto hour = take_hour(text);
  return text.empty() ? hour : std::nullopt;
}

std::string format_hour(minutes hour) {
  return padded(hour.count() / 60, 2) + ':' + padded(hour.count() % 60, 2);
}

Result<DateOrHour> parse_date_or_hour(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return errc::bad_date;
  if (text.empty()) return DateOrHour{*date, std::nullopt};
  if (!take(text, 'T')) return errc::bad_date;
  const auto hour = take_hour(text);
  if (!hour || !text.empty()) return errc::bad_moment;
  return DateOrHour{*date, hour};
}

std::string format_date_or_hour(const DateOrHour& when) {
  return when.hour ? format_date(when.date) + 'T' + format_hour(*when.hour) : format_date(when.date);
}

Result<Moment> parse_moment(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, 'T')) return errc::bad_moment;
  const auto hour = take_hour(text);
  if (!hour || !take(text, ':')) return errc::bad_moment;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return errc::bad_moment;
  minutes offset{0};
  if (text != "Z") {
    const bool west = take(text, '-');
    if (!west && !take(text, '+')) return errc::bad_moment;
    const auto parsed = take_hour(text);
    if (!parsed || !text.empty()) return errc::bad_moment;
    offset = west ? -*parsed : *parsed;
  }
  return Moment{date->time_since_epoch() + *hour + seconds{*second} - offset};
}

std::string format_moment(Moment moment) {
  const seconds time = time_of_day(moment);
  const auto whole = floor<minutes>(time);
  return format_date(date_of(moment)) + 'T' + format_hour(whole) + ':' + padded((time - whole).count(), 2) + "+07:00";
}

}  // namespace tram::tasks
