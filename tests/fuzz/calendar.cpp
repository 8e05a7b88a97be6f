// Z11: a calendar's canonical bytes, and what it says. Input: two numbers, then the calendar.
#include "tasks/calendar.h"

#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace tasks;

void check_time(const WorkingTime& time, int days, int minutes) {
  const LocalDate start = make_date(2026, 2, 1) + std::chrono::days(days % 400);
  const LocalDate next = time.next_working_day(start);
  hold(next >= start && time.is_working_day(next), "the next working day is one");
  const LocalDate previous = time.previous_working_day(start);
  hold(previous <= start && time.is_working_day(previous), "the previous working day is one");
  const int span = days % 60;
  const LocalDate there = time.add_working_days(start, span);
  hold(span == 0 ? there == start : span > 0 ? there > start : there < start, "days go on in their direction");
  hold(span == 0 || time.is_working_day(there), "working days end on a working day");
  const Moment from = moment_at(start, std::chrono::hours(10));
  const Moment end = time.add_working_hours(from, std::chrono::minutes(minutes % 3000));
  hold(end >= from, "hours go forward");
  for (const Interval& i : time.hours_of(start)) hold(i.from < i.to && i.to <= 24 * 60, "hours lie in a day");
}

void run(ByteView input) {
  Draw draw(input);
  const int days = draw.integer<std::int16_t>();
  const int minutes = draw.integer<std::uint16_t>();
  const ByteView bytes = draw.rest();
  const auto calendar = decode_calendar(bytes);
  if (!calendar) return;
  const Bytes again = encode_calendar(*calendar);
  hold(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a calendar has one form");
  hold(check_calendar(*calendar).has_value(), "what was read passes the check");
  hold(calendar->seasons.size() <= kMaxSeasons && calendar->exceptions.size() <= kMaxExceptions, "it keeps its bounds");
  const auto nation = viet_nam_calendar();
  const Calendar nearest_first[] = {*calendar, nation};
  const auto merged = WorkingTime::merge(nearest_first);
  if (merged) check_time(*merged, days, minutes);
}

void seeds(const AddSeed& add) {
  const std::uint8_t numbers[] = {30, 0, 200, 1};
  Calendar c = viet_nam_calendar();
  add("viet_nam", joined({numbers, encode_calendar(c)}));
  c.owner = CalendarOwner::body;
  c.owner_id = "hy.ubnd";
  c.seasons.clear();
  c.exceptions = {{make_date(2026, 2, 3), {DayOff{}, "họp\tcả\nngày"}},
                  {make_date(2026, 2, 7), {WorkedAs{0}, "bù"}},
                  {make_date(2026, 2, 9), {PartOfDay{{{8 * 60, 10 * 60}}}, ""}}};
  add("body", joined({numbers, encode_calendar(c)}));
}

}  // namespace

const Target calendar{"calendar", 32u << 10, "tasks/calendar.cpp tasks/calendar_text.cpp", run, seeds};

}  // namespace tram::fuzz
