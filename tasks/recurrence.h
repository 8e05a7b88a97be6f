// Recurring dates of a task or report regime (R4, R24; domain, "The import file of a plan"): `weekly:wed:10:00`,
// `monthly`, `monthly:25`, `quarterly`, `half-yearly`, `yearly`, each with `from DATE to DATE` where wanted. Each
// occurrence is an obligation of its own.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/calendar.h"
#include "tasks/policy.h"
#include "tasks/time.h"

namespace tram::tasks {

enum class Cadence : std::uint8_t { weekly, monthly, quarterly, half_yearly, yearly };

struct DateSpan {
  LocalDate from;
  LocalDate to;  // included
  bool operator==(const DateSpan&) const = default;
};

struct Recurrence {
  Cadence cadence = Cadence::monthly;
  unsigned weekday = 0;                        // weekly only: 0 = Monday
  std::optional<std::chrono::minutes> hour{};  // weekly only; without it the end of the day
  std::optional<unsigned> day_of_month{};      // monthly only; a missing day is the last of the month
  std::optional<DateSpan> span{};              // else from the task's start to its deadline
  std::string words;                           // of the source, where they differ from the canonical text
  bool operator==(const Recurrence&) const = default;
};

// Weekly for about eighty years; a longer list is a mistake.
inline constexpr std::size_t kMaxOccurrences = 4096;

Result<Recurrence> parse_recurrence(std::string_view text);
std::string canonical_text(const Recurrence& recurrence);

// As for a deadline: canonical text, then after a line feed the words where they differ.
std::string encode(const Recurrence& recurrence);
Result<Recurrence> decode_recurrence(std::string_view text);

struct Occurrence {
  Moment written;
  Moment due;  // O25: moved to the next working day, same hour
  bool operator==(const Occurrence&) const = default;
};

// All occurrences whose written date lies in the recurrence's own span, else in `term`; in order. A term without an
// end is the caller's to close: how far ahead one looks is no property of a task.
Result<std::vector<Occurrence>> occurrences(const Recurrence& recurrence, const DateSpan& term,
                                            const WorkingTime& calendar, const Policy& policy = {});

}  // namespace tram::tasks
