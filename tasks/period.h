// A period that reports and ratings are for: a month, quarter, half-year or year (`2026-06`, `2026-Q2`, `2026-H1`,
// `2026`; R24, R31).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "tasks/time.h"

namespace tram::tasks {

enum class PeriodType : std::uint8_t { month, quarter, half_year, year };

struct Period {
  int year = 2025;
  PeriodType type = PeriodType::year;
  unsigned number = 1;  // month 1-12, quarter 1-4, half-year 1-2; 1 for a year
  auto operator<=>(const Period&) const = default;
};

Result<Period> parse_period(std::string_view text);
std::string format_period(const Period& period);

LocalDate first_day(const Period& period);
LocalDate last_day(const Period& period);
// The period of the same type before it.
Period previous(const Period& period);
Period period_of(LocalDate date, PeriodType type);

}  // namespace tram::tasks
