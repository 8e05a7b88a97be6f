#include "tasks/period.h"

#include <array>

#include "tasks/lines.h"

namespace tram::tasks {
namespace {

constexpr std::array<unsigned, 4> kMonths = {1, 3, 6, 12};

unsigned months(PeriodType type) {
  return kMonths[static_cast<std::size_t>(type)];
}

}  // namespace

// R31: `2026-Q2`, `2026-H1`, `2026`; a month for reports.
Result<Period> parse_period(std::string_view text) {
  Period p;
  if (text.size() < 4 || !read_number(text.substr(0, 4), p.year) || p.year < kFirstYear || p.year > kLastYear)
    return errc::bad_period;
  if (text.size() == 4) return p;
  text.remove_prefix(4);
  if (text.size() != 3 || text[0] != '-') return errc::bad_period;
  p.type = text[1] == 'Q' ? PeriodType::quarter : text[1] == 'H' ? PeriodType::half_year : PeriodType::month;
  const std::string_view digits = text.substr(p.type == PeriodType::month ? 1 : 2);
  if (!read_number(digits, p.number) || p.number < 1 || p.number > 12 / months(p.type)) return errc::bad_period;
  if (format_period(p).substr(4) != text) return errc::bad_period;
  return p;
}

std::string format_period(const Period& p) {
  const std::string year = std::to_string(p.year);
  switch (p.type) {
    case PeriodType::year:
      return year;
    case PeriodType::half_year:
      return year + "-H" + std::to_string(p.number);
    case PeriodType::quarter:
      return year + "-Q" + std::to_string(p.number);
    case PeriodType::month:
      break;
  }
  return year + (p.number < 10 ? "-0" : "-") + std::to_string(p.number);
}

LocalDate first_day(const Period& p) {
  return make_date(p.year, (p.number - 1) * months(p.type) + 1, 1);
}

LocalDate last_day(const Period& p) {
  return last_day_of_month(add_months(first_day(p), static_cast<int>(months(p.type)) - 1));
}

Period previous(const Period& p) {
  if (p.number > 1) return {p.year, p.type, p.number - 1};
  return {p.year - 1, p.type, 12 / months(p.type)};
}

Period period_of(LocalDate date, PeriodType type) {
  const std::chrono::year_month_day d{date};
  return {int{d.year()}, type, (unsigned{d.month()} - 1) / months(type) + 1};
}

}  // namespace tram::tasks
