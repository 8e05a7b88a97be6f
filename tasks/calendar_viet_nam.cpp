// The national calendar a hub starts with: Calendar A and the tables of 2025 and 2026 (domain, "The calendar"). Days
// that fall on a rest day are listed too, so that screens can name them. 24 November 2026 is a working day until a
// later version says otherwise (O24), and so has no entry.
#include "tasks/calendar.h"

namespace tram::tasks {
namespace {

struct OffRow {
  int year;
  unsigned month, first, last;  // days, both included
  const char* name;
};
constexpr OffRow kOff[] = {
    {2025, 1, 1, 1, "New Year (Labour Code, article 112)"},
    {2025, 1, 27, 31, "Tết (yearly notice)"},
    {2025, 4, 7, 7, "Hùng Kings (Labour Code)"},
    {2025, 4, 30, 30, "Victory Day (Labour Code)"},
    {2025, 5, 1, 1, "Labour Day (Labour Code)"},
    {2025, 5, 2, 2, "swapped with Saturday 26/4 (yearly notice)"},
    {2025, 9, 1, 1, "day before National Day (yearly notice)"},
    {2025, 9, 2, 2, "National Day (Labour Code)"},
    {2026, 1, 1, 1, "New Year (Labour Code, article 112)"},
    {2026, 1, 2, 2, "swapped with Saturday 10/1 (check against the final notice)"},
    {2026, 2, 16, 20, "Tết (yearly notice)"},
    {2026, 4, 26, 26, "Hùng Kings (Labour Code, article 112)"},
    {2026, 4, 27, 27, "Hùng Kings, day in lieu (Labour Code, article 111)"},
    {2026, 4, 30, 30, "Victory Day (Labour Code)"},
    {2026, 5, 1, 1, "Labour Day (Labour Code)"},
    {2026, 8, 31, 31, "swapped with Saturday 22/8 (check against the final notice)"},
    {2026, 9, 1, 1, "day before National Day (yearly notice)"},
    {2026, 9, 2, 2, "National Day (Labour Code)"},
};

struct SwapRow {
  int year;
  unsigned month, day;
  unsigned weekday;  // 0 = Monday
  const char* name;
};
constexpr SwapRow kSwaps[] = {
    {2025, 4, 26, 4, "worked for Friday 2/5 (yearly notice)"},
    {2026, 1, 10, 4, "worked for Friday 2/1 (check against the final notice)"},
    {2026, 8, 22, 0, "worked for Monday 31/8 (check against the final notice)"},
};

}  // namespace

Calendar viet_nam_calendar() {
  const DayHours day = {{8 * 60, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}};
  Calendar calendar;
  calendar.id = "vn";
  calendar.valid_from = make_date(2025, 1, 1);
  calendar.source = "Labour Code, articles 111 and 112; yearly notices on days off of 2025 and 2026";
  calendar.years = {2025, 2026};
  calendar.seasons = {{{1, 1}, {12, 31}, {day, day, day, day, day, {}, {}}}};
  for (const OffRow& row : kOff)
    for (unsigned d = row.first; d <= row.last; ++d)
      calendar.exceptions[make_date(row.year, row.month, d)] = {DayOff{}, row.name};
  for (const SwapRow& row : kSwaps)
    calendar.exceptions[make_date(row.year, row.month, row.day)] = {WorkedAs{row.weekday}, row.name};
  return calendar;
}

}  // namespace tram::tasks
