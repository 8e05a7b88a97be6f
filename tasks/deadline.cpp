#include "tasks/deadline.h"

#include <charconv>

#include "tasks/due.h"
#include "tasks/text.h"

namespace tram::tasks {
namespace {

using namespace std::chrono;

constexpr std::string_view kBefore = "before:";
constexpr std::string_view kExpected = "expected:";
constexpr std::string_view kWith = "with:";
constexpr std::string_view kAfter = " after ";

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

// `2025`, `2025-06`, `2025-Q2`, `2025-06-30`: all are fixed widths, told apart by length.
std::optional<UntilDate> parse_period(std::string_view text) {
  const auto day = [](std::string_view year_month, std::string_view rest) {
    return parse_date(std::string(year_month) + std::string(rest));
  };
  if (text.size() == 4)
    if (const auto date = day(text, "-01-01")) return UntilDate{*date, Precision::year};
  if (text.size() == 7 && text.substr(4, 2) == "-Q" && text[6] >= '1' && text[6] <= '4')
    if (const auto date = day(text.substr(0, 4), "-01-01"))
      return UntilDate{add_months(*date, 3 * (text[6] - '1')), Precision::quarter};
  if (text.size() == 7)
    if (const auto date = day(text, "-01")) return UntilDate{*date, Precision::month};
  if (const auto date = parse_date(text)) return UntilDate{*date, Precision::day};
  return std::nullopt;
}

std::string format_period(const UntilDate& until) {
  const std::string date = format_date(until.first_day);
  switch (until.precision) {
    case Precision::day:
      return date;
    case Precision::month:
      return date.substr(0, 7);
    case Precision::quarter: {
      const unsigned month{year_month_day{until.first_day}.month()};
      return date.substr(0, 4) + "-Q" + std::to_string((month + 2) / 3);
    }
    case Precision::year:
      return date.substr(0, 4);
  }
  return date;
}

// The last day that is still good.
LocalDate last_day_of(const UntilDate& until, const Policy& policy) {
  if (until.edge == Edge::before && policy.deadline_before == BeforeMeaning::day_before)
    return until.first_day - days{1};
  switch (until.precision) {
    case Precision::day:
      return until.first_day;
    case Precision::month:
      return last_day_of_month(until.first_day);
    case Precision::quarter:
      return last_day_of_month(add_months(until.first_day, 2));
    case Precision::year:
      return last_day_of_month(add_months(until.first_day, 11));
  }
  return until.first_day;
}

struct UnitName {
  SpanUnit unit;
  std::string_view name;
  int most;
};
constexpr UnitName kUnits[] = {
    {SpanUnit::days, "d", 36'500},
    {SpanUnit::working_days, "wd", kMaxWorkingDays},
    {SpanUnit::months, "m", 1'200},
    {SpanUnit::years, "y", 100},
};

// Precondition: starts with '+'.
std::optional<AfterEvent> parse_span(std::string_view text) {
  const std::size_t after = text.find(kAfter);
  if (after == std::string_view::npos) return std::nullopt;
  const std::string_view span = text.substr(1, after - 1);
  const std::string_view event = trimmed(text.substr(after + kAfter.size()));
  AfterEvent parsed;
  const auto [end, error] = std::from_chars(span.data(), span.data() + span.size(), parsed.count);
  const std::string_view unit = span.substr(static_cast<std::size_t>(end - span.data()));
  if (error != std::errc{} || parsed.count < 1 || span.front() == '0' || event.empty()) return std::nullopt;
  parsed.event = event;
  for (const UnitName& known : kUnits)
    if (known.name == unit && parsed.count <= known.most) return parsed.unit = known.unit, parsed;
  return std::nullopt;
}

Result<Deadline> parse_meaning(std::string_view text) {
  if (text.empty()) return Deadline{};
  if (text.front() == '+') {
    if (auto span = parse_span(text)) return Deadline{*std::move(span), ""};
    return errc::bad_deadline;
  }
  if (text.starts_with(kWith)) {
    const std::string_view ref = trimmed(text.substr(kWith.size()));
    if (ref.empty()) return errc::bad_deadline;
    return Deadline{WithTask{std::string(ref)}, ""};
  }
  if (text.starts_with(kExpected)) {
    const auto date = parse_date(text.substr(kExpected.size()));
    if (!date) return errc::bad_deadline;
    return Deadline{ExpectedDate{*date}, ""};
  }
  const Edge edge = text.starts_with(kBefore) ? Edge::before : Edge::until;
  if (edge == Edge::before) text.remove_prefix(kBefore.size());
  if (auto period = parse_period(text)) return period->edge = edge, Deadline{*period, ""};
  const auto at = parse_date_or_hour(text);
  if (!at) return errc::bad_deadline;
  return Deadline{UntilHour{*at, edge}, ""};
}

LocalDate end_of_span(LocalDate from, const AfterEvent& span, const WorkingTime& calendar) {
  switch (span.unit) {
    case SpanUnit::days:
      return from + days{span.count};
    case SpanUnit::working_days:
      return calendar.add_working_days(from, span.count);
    case SpanUnit::months:
      return add_months(from, span.count);
    case SpanUnit::years:
      return add_months(from, 12 * span.count);
  }
  return from;
}

// The end as written, and as moved by O4.
Due fixed_at(const DateOrHour& end, Edge edge, const WorkingTime& calendar, const Policy& policy) {
  const seconds early{edge == Edge::before ? 1 : 0};
  const Moment due = falls_due(end, calendar, policy.deadline_day_off);
  return {DueState::fixed, due - early, last_moment_of(end) - early,
          !calendar.knows_year(end.date) || !calendar.knows_year(date_of(due))};
}

}  // namespace

Result<Deadline> parse_deadline(std::string_view text) {
  if (text.size() > kMaxDeadlineBytes || !is_clean_utf8(text) || has_control_character(text)) return errc::bad_deadline;
  const std::string words = to_nfc(trimmed(text));
  auto parsed = parse_meaning(words);
  if (parsed && canonical_text(*parsed) != words) parsed->words = words;
  return parsed;
}

std::string canonical_text(const Deadline& deadline) {
  const auto edged = [](Edge edge, const std::string& text) {
    return edge == Edge::before ? std::string(kBefore) + text : text;
  };
  return std::visit(
      Overloaded{
          [](const NoDeadline&) { return std::string(); },
          [&](const UntilDate& until) { return edged(until.edge, format_period(until)); },
          [&](const UntilHour& until) { return edged(until.edge, format_date_or_hour(until.at)); },
          [](const ExpectedDate& expected) { return std::string(kExpected) + format_date(expected.date); },
          [](const AfterEvent& span) {
            return '+' + std::to_string(span.count) + std::string(kUnits[static_cast<std::size_t>(span.unit)].name) +
                   std::string(kAfter) + span.event;
          },
          [](const WithTask& with) { return std::string(kWith) + with.ref; },
      },
      deadline.meaning);
}

std::string encode(const Deadline& deadline) {
  const std::string text = canonical_text(deadline);
  return deadline.words.empty() ? text : text + '\n' + deadline.words;
}

Result<Deadline> decode_deadline(std::string_view text) {
  const std::size_t line = text.find('\n');
  if (text.size() > 2 * kMaxDeadlineBytes || !is_clean_utf8(text)) return errc::bad_deadline;
  auto decoded = parse_deadline(text.substr(0, line));
  if (!decoded) return decoded;
  decoded->words = line == std::string_view::npos ? "" : std::string(text.substr(line + 1));
  if (encode(*decoded) != text || to_nfc(decoded->words) != decoded->words || has_control_character(decoded->words))
    return errc::bad_deadline;
  return decoded;
}

// R4, R6, R45, R48: the written end moved to a working day; waiting and expected dates are only planned.
Due last_good_moment(const Deadline& deadline, const WorkingTime& calendar, const DeadlineFacts& facts,
                     const Policy& policy) {
  Due due = std::visit(
      Overloaded{
          [](const NoDeadline&) { return Due{}; },
          [&](const UntilDate& until) {
            return fixed_at({last_day_of(until, policy), {}}, Edge::until, calendar, policy);
          },
          [&](const UntilHour& until) { return fixed_at(until.at, until.edge, calendar, policy); },
          [](const ExpectedDate& expected) {
            return Due{DueState::planned, std::nullopt, end_of_day(expected.date), false};
          },
          [&](const AfterEvent& span) {
            if (!facts.event_on) return Due{DueState::open, std::nullopt, std::nullopt, false};
            return fixed_at({end_of_span(*facts.event_on, span, calendar), {}}, Edge::until, calendar, policy);
          },
          [&](const WithTask&) {
            if (!facts.companion_due) return Due{DueState::open, std::nullopt, std::nullopt, false};
            return Due{DueState::fixed, facts.companion_due, facts.companion_written,
                       !calendar.knows_year(date_of(*facts.companion_due))};
          },
      },
      deadline.meaning);
  if (facts.waits && due.state == DueState::fixed) due.state = DueState::planned, due.due = std::nullopt;
  return due;
}

}  // namespace tram::tasks
