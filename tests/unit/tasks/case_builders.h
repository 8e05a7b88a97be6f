// Builders that the cases of tram_tasks share: moments, the two calendars of the domain's table, and files of the tree.
#pragma once
#include <fstream>
#include <iterator>
#include <string>

#include "tasks/calendar.h"
#include "tasks/policy.h"
#include "tasks/time.h"

namespace tram::tasks::testing {

inline const Policy kPolicy;  // the numbers of the O table, as shipped

// `2026-03-04T10:00`, at +07:00.
inline Moment at(std::string_view text) {
  return last_moment_of(parse_date_or_hour(text).value());
}
inline LocalDate on(std::string_view text) {
  return parse_date(text).value();
}

inline WorkingTime calendar_a() {
  const Calendar calendars[] = {viet_nam_calendar()};
  return WorkingTime::merge(calendars).value();
}

// Calendar B: a body's own hours, summer and winter, over the nation's days off.
inline Calendar body_calendar_b() {
  const DayHours summer = {{7 * 60, 11 * 60 + 30}, {13 * 60 + 30, 17 * 60}};
  const DayHours winter = {{7 * 60 + 30, 12 * 60}, {13 * 60, 16 * 60 + 30}};
  Calendar calendar;
  calendar.id = "b";
  calendar.owner = CalendarOwner::body;
  calendar.owner_id = "hy.ubnd";
  calendar.seasons = {{{4, 16}, {10, 15}, {summer, summer, summer, summer, summer, {}, {}}},
                      {{10, 16}, {4, 15}, {winter, winter, winter, winter, winter, {}, {}}}};
  return calendar;
}
inline WorkingTime calendar_b() {
  const Calendar calendars[] = {body_calendar_b(), viet_nam_calendar()};
  return WorkingTime::merge(calendars).value();
}

// A file below tests/, and one below tests/data.
inline std::string text_of(std::string_view path) {
  std::ifstream in(std::string(TRAM_SOURCE_DIR "/tests/") + std::string(path), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline std::string file(std::string_view path) {
  return text_of("data/" + std::string(path));
}

}  // namespace tram::tasks::testing
