// A deadline (R4): what a document says about the end of a task, with its own words beside the meaning, and the last
// good moment that follows from it (R45, R47, O4, O5). A window is a start beside a deadline, a recurrence stands in
// recurrence.h, a condition in a field of its own: each is one fact in one place, and together they are all of R4.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tasks/calendar.h"
#include "tasks/policy.h"
#include "tasks/time.h"

namespace tram::tasks {

enum class Edge : std::uint8_t { until, before };  // O5: `before` ends one day, or one second, earlier
enum class Precision : std::uint8_t { day, month, quarter, year };

struct NoDeadline {
  bool operator==(const NoDeadline&) const = default;
};
// A day, month, quarter or year: its last day counts.
struct UntilDate {
  LocalDate first_day;
  Precision precision = Precision::day;
  Edge edge = Edge::until;
  bool operator==(const UntilDate&) const = default;
};
struct UntilHour {
  DateOrHour at;  // always with an hour
  Edge edge = Edge::until;
  bool operator==(const UntilHour&) const = default;
};
// Nothing is overdue until the hub confirms the date.
struct ExpectedDate {
  LocalDate date;
  bool operator==(const ExpectedDate&) const = default;
};
enum class SpanUnit : std::uint8_t { days, working_days, months, years };
// Open until the hub records that the event happened.
struct AfterEvent {
  int count = 0;
  SpanUnit unit = SpanUnit::days;
  std::string event;  // NFC
  bool operator==(const AfterEvent&) const = default;
};
// The date of another task of the same document.
struct WithTask {
  std::string ref;  // NFC
  bool operator==(const WithTask&) const = default;
};

struct Deadline {
  std::variant<NoDeadline, UntilDate, UntilHour, ExpectedDate, AfterEvent, WithTask> meaning;
  std::string words;  // of the source, where they say more than the meaning does; else empty
  bool operator==(const Deadline&) const = default;
};

inline constexpr std::size_t kMaxDeadlineBytes = 1024;

// The forms of the import file (empty, `2025-06-30`, `2025-06-30T10:00`, `2025-06`, `2025-Q2`, `2025`, each with
// `before:`; `+30d after EVENT`, `+5wd`, `+2m`, `+3y`), and two of R4 that it does not name: `expected:2025-06-30` and
// `with:REF`. Words that are not the canonical form are kept.
Result<Deadline> parse_deadline(std::string_view text);

// The meaning alone, in the form that parse_deadline reads.
std::string canonical_text(const Deadline& deadline);

// What a signed field holds: the canonical text, then after a line feed the words where they differ. decode accepts
// only what encode writes.
std::string encode(const Deadline& deadline);
Result<Deadline> decode_deadline(std::string_view text);

// What is known beside the deadline itself.
struct DeadlineFacts {
  std::optional<LocalDate> event_on{};        // the day the event of AfterEvent happened
  std::optional<Moment> companion_due{};      // of WithTask: the other task's last good moment,
  std::optional<Moment> companion_written{};  // and its written one
  bool waits = false;                         // R48: a condition is not yet met; a date beside it is only planned
};

enum class DueState : std::uint8_t {
  none,     // there is no deadline
  fixed,    // `due` holds the last good moment
  planned,  // `written` is shown, nothing is overdue: expected, or waiting for a condition
  open,     // waits for an event, or for the other task's date
};

struct Due {
  DueState state = DueState::none;
  std::optional<Moment> due{};      // last good moment, on a working day; only if fixed
  std::optional<Moment> written{};  // end of what is written, before it was moved; grace counts from here (R45)
  bool provisional = false;         // the calendar does not know the days off of that year yet
  bool operator==(const Due&) const = default;
};

// L of R6. Without a policy the defaults of the O table hold.
Due last_good_moment(const Deadline& deadline, const WorkingTime& calendar, const DeadlineFacts& facts = {},
                     const Policy& policy = {});

}  // namespace tram::tasks
