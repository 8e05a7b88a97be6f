// Working time as data (R39; domain, "The calendar"): a calendar is signed and dated, belongs to the nation, a province
// or a body, and travels like any record. This file owns its shape, its canonical bytes and what it says about one date
// or one span; which body's calendar counts (O16) and the signature are left to others.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "tasks/time.h"

namespace tram::tasks {

// Minutes since midnight; `to` is not part of it. Within one day, in order and apart from each other.
struct Interval {
  std::uint16_t from;
  std::uint16_t to;
  bool operator==(const Interval&) const = default;
};
using DayHours = std::vector<Interval>;
using WeekHours = std::array<DayHours, 7>;  // Monday first

struct DayOfYear {
  unsigned month;
  unsigned day;
  auto operator<=>(const DayOfYear&) const = default;
};
// Both ends included; a season may pass the end of the year (16/10 to 15/4). 29 February belongs with the 28th.
struct Season {
  DayOfYear from;
  DayOfYear to;
  WeekHours hours;
  bool operator==(const Season&) const = default;
};

struct DayOff {
  bool operator==(const DayOff&) const = default;
};
// A swapped day: the hours of that weekday in the day's season, 0 = Monday.
struct WorkedAs {
  unsigned weekday;
  bool operator==(const WorkedAs&) const = default;
};
struct PartOfDay {
  DayHours hours;
  bool operator==(const PartOfDay&) const = default;
};
struct CalendarException {
  std::variant<DayOff, WorkedAs, PartOfDay> what;
  std::string name;  // the holiday or swap, with what it rests on
  bool operator==(const CalendarException&) const = default;
};

enum class CalendarOwner : std::uint8_t { nation, province, body };

struct Calendar {
  std::string id;
  std::uint32_t version = 1;
  LocalDate valid_from{};
  CalendarOwner owner = CalendarOwner::nation;
  std::string owner_id;         // code of the province or body; empty for the nation
  std::string source;           // number of the document it comes from
  std::vector<int> years;       // years whose days off are known, ascending; due moments beyond them are provisional
  std::vector<Season> seasons;  // none, or seasons that cover every day of a year exactly once
  std::map<LocalDate, CalendarException> exceptions;
  bool operator==(const Calendar&) const = default;
};

// Bounds of one calendar; they also bound every search below.
inline constexpr std::size_t kMaxSeasons = 8;
inline constexpr std::size_t kMaxIntervals = 8;
inline constexpr std::size_t kMaxExceptions = 4096;
inline constexpr std::size_t kMaxCalendarBytes = 512U << 10;
// Spans longer than these are refused as bad_deadline where they are read.
inline constexpr int kMaxWorkingDays = 3'000;

// Seasons that cover a year and hold working hours, intervals in order, numbers in range; else bad_calendar.
Result<void> check_calendar(const Calendar& calendar);

// Canonical text form: equal calendars have equal bytes, and decode accepts nothing but what encode writes.
Bytes encode_calendar(const Calendar& calendar);
Result<Calendar> decode_calendar(ByteView bytes);

// The working time of one body: hours of the nearest calendar that has them; exceptions merged, the nearest wins for
// one date. Calendars are given nearest first (body, province, nation).
class WorkingTime {
 public:
  static Result<WorkingTime> merge(std::span<const Calendar> nearest_first);

  DayHours hours_of(LocalDate date) const;
  bool is_working_day(LocalDate date) const;
  // The name of the exception on a date, or nothing.
  std::string_view exception_name(LocalDate date) const;
  // Are the days off of this year known? If not, a due moment in it is provisional.
  bool knows_year(LocalDate date) const;

  // `date` itself if it is a working day.
  LocalDate next_working_day(LocalDate date) const;
  LocalDate previous_working_day(LocalDate date) const;

  // R45: the first day does not count. `days` may be negative; 0 gives `date` itself. Precondition: |days| is at most
  // kMaxWorkingDays.
  LocalDate add_working_days(LocalDate date, int days) const;
  // Working days after `from` up to and with `to`; 0 if `to` is not later.
  int working_days_between(LocalDate from, LocalDate to) const;

  // R45, R47: runs from the minute, counts only inside intervals, ends at a close and never at the next start.
  // Precondition: 0 <= length <= 60 * kMaxWorkingDays.
  Moment add_working_hours(Moment from, std::chrono::minutes length) const;

  // O4, O25: a moment on a day off goes to the next working day: end of the day, or the same hour if it names one.
  Moment moved_to_working_day(const DateOrHour& written) const;

 private:
  const DayHours& hours_at(LocalDate date) const;
  void count_working_days();

  // Working days of the years that tasks live in, counted once, so that a limit of a hundred thousand assignments costs
  // look-ups and no search; outside of them the days are walked.
  struct Counted {
    LocalDate from{}, to{};            // [from, to)
    std::vector<std::int32_t> before;  // before[i]: working days in [from, from + i)
    std::vector<LocalDate> nth;        // the working days themselves, in order
  };
  std::shared_ptr<const Counted> counted_;
  std::vector<Season> seasons_;
  std::map<LocalDate, CalendarException> exceptions_;
  std::vector<int> years_;
};

// The calendars that programs ship with: "vn", "la" or "kh"; else bad_calendar. The starting point of a hub; later
// versions are data.
inline constexpr std::string_view kShippedCalendars[] = {"vn", "la", "kh"};
Result<Calendar> shipped_calendar(std::string_view id);

// Viet Nam's: Calendar A (08:00-12:00, 13:30-17:30, Monday to Friday) with its days off and swapped days.
Calendar viet_nam_calendar();

}  // namespace tram::tasks
