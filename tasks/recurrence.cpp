#include "tasks/recurrence.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tasks/due.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 5> kCadences = {"weekly", "monthly", "quarterly", "half-yearly", "yearly"};
constexpr std::array<int, 5> kMonths = {0, 1, 3, 6, 12};
constexpr std::size_t kMaxWords = 256;

// `weekly:wed:10:00`: the name, then what its cadence allows.
std::optional<Recurrence> parse_rhythm(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto name = std::find(kCadences.begin(), kCadences.end(), text.substr(0, colon));
  if (name == kCadences.end()) return std::nullopt;
  Recurrence r;
  r.cadence = static_cast<Cadence>(name - kCadences.begin());
  if (colon == text.size()) return r.cadence == Cadence::weekly ? std::nullopt : std::optional(r);
  text.remove_prefix(colon + 1);
  if (r.cadence == Cadence::weekly) {
    const auto day = std::find(kWeekdays.begin(), kWeekdays.end(), text.substr(0, 3));
    if (day == kWeekdays.end()) return std::nullopt;
    r.weekday = static_cast<unsigned>(day - kWeekdays.begin());
    if (text.size() == 3) return r;
    r.hour = text[3] == ':' ? parse_hour(text.substr(4)) : std::nullopt;
    return r.hour ? std::optional(r) : std::nullopt;
  }
  if (r.cadence != Cadence::monthly) return std::nullopt;
  unsigned day = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), day);
  if (error != std::errc{} || end != text.data() + text.size() || day < 1 || day > 31) return std::nullopt;
  r.day_of_month = day;
  return r;
}

// The date of a monthly or rarer occurrence in the period whose last month `month_end` closes.
LocalDate date_in(const Recurrence& r, LocalDate month_end) {
  if (!r.day_of_month) return month_end;
  const unsigned last{year_month_day{month_end}.day()};
  return month_end - days{last - std::min(last, *r.day_of_month)};
}

// The written dates, in order, up to one more than the limit.
std::vector<LocalDate> written_dates(const Recurrence& r, const DateSpan& span) {
  std::vector<LocalDate> dates;
  const auto add = [&](LocalDate date) {
    if (date >= span.from && date <= span.to) dates.push_back(date);
    return dates.size() <= kMaxOccurrences;
  };
  if (r.cadence == Cadence::weekly) {
    const unsigned first = weekday{span.from}.iso_encoding() - 1;
    for (LocalDate date = span.from + days{(r.weekday + 7 - first) % 7}; date <= span.to && add(date);) date += days{7};
    return dates;
  }
  const int months_apart = kMonths[static_cast<std::size_t>(r.cadence)];
  const LocalDate january{year_month_day{span.from}.year() / January / 1};
  // Periods are counted from January, so a quarter ends in March whatever day the span begins on.
  for (int month = months_apart - 1;; month += months_apart) {
    const LocalDate month_begin = add_months(january, month);
    if (month_begin > span.to || !add(date_in(r, last_day_of_month(month_begin)))) return dates;
  }
}

}  // namespace

Result<Recurrence> parse_recurrence(std::string_view text) {
  if (text.size() > kMaxWords || !is_clean_utf8(text)) return errc::bad_recurrence;
  const std::string words = to_nfc(trimmed(text));
  const auto parts = words_of(words);
  if (parts.size() != 1 && parts.size() != 5) return errc::bad_recurrence;
  auto parsed = parse_rhythm(parts[0]);
  if (!parsed) return errc::bad_recurrence;
  if (parts.size() == 5) {
    const auto from = parse_date(parts[2]);
    const auto to = parse_date(parts[4]);
    if (parts[1] != "from" || parts[3] != "to" || !from || !to || *from > *to) return errc::bad_recurrence;
    parsed->span = DateSpan{*from, *to};
  }
  if (canonical_text(*parsed) != words) parsed->words = words;
  return *std::move(parsed);
}

std::string canonical_text(const Recurrence& r) {
  std::string text(kCadences[static_cast<std::size_t>(r.cadence)]);
  if (r.cadence == Cadence::weekly) text += ':' + std::string(kWeekdays[r.weekday]);
  if (r.hour) text += ':' + format_hour(*r.hour);
  if (r.day_of_month) text += ':' + std::to_string(*r.day_of_month);
  if (r.span) text += " from " + format_date(r.span->from) + " to " + format_date(r.span->to);
  return text;
}

std::string encode(const Recurrence& recurrence) {
  const std::string text = canonical_text(recurrence);
  return recurrence.words.empty() ? text : text + '\n' + recurrence.words;
}

Result<Recurrence> decode_recurrence(std::string_view text) {
  const std::size_t line = text.find('\n');
  if (text.size() > 2 * kMaxWords || !is_clean_utf8(text)) return errc::bad_recurrence;
  auto decoded = parse_recurrence(text.substr(0, line));
  if (!decoded) return decoded;
  decoded->words = line == std::string_view::npos ? "" : std::string(text.substr(line + 1));
  if (encode(*decoded) != text || to_nfc(decoded->words) != decoded->words) return errc::bad_recurrence;
  return decoded;
}

// R4: each occurrence is an obligation of its own; one on a day off goes to the next working day (O25).
Result<std::vector<Occurrence>> occurrences(const Recurrence& recurrence, const DateSpan& term,
                                            const WorkingTime& calendar, const Policy& policy) {
  const auto dates = written_dates(recurrence, recurrence.span.value_or(term));
  if (dates.size() > kMaxOccurrences) return errc::too_many_occurrences;
  std::vector<Occurrence> list;
  for (const LocalDate date : dates) {
    const DateOrHour written{date, recurrence.hour};
    list.push_back({last_moment_of(written), falls_due(written, calendar, policy.deadline_day_off)});
  }
  return list;
}

}  // namespace tram::tasks
