// The policy of an office: the open points of the regulation (domain, the O table) as settings, each with its default.
// R72: a policy is dated, valid from a day on and never backwards. This file owns the values and their canonical bytes;
// the signature, and the two persons a change takes, are left to the directory. Every other rule takes it as a value.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "crypto/bytes.h"
#include "tasks/calendar.h"
#include "tasks/time.h"

namespace tram::tasks {

enum class TermStart : std::uint8_t { start, issue };              // O1: the task's start first, or always the issue
enum class MonthMeaning : std::uint8_t { calendar, thirty_days };  // O2
enum class FirstDay : std::uint8_t { skipped, counted };           // O3, for days; hours run from the minute
enum class DayOffRule : std::uint8_t { next_working_day, written_day };  // O4, O25
enum class BeforeMeaning : std::uint8_t { day_before, that_day };        // O5
enum class UsualCadence : std::uint8_t { monthly, quarterly, yearly };   // O10
enum class FeedbackFrom : std::uint8_t { confirmation, hand_over };      // O11
enum class Consecutive : std::uint8_t { same_type, any_type };           // O14
enum class CompletionCounts : std::uint8_t { approval, assessment };     // O15
enum class CalendarOf : std::uint8_t { acting_body, assigning_body };    // O16
enum class TransportExcuse : std::uint8_t { by_decision, always };       // O17
enum class CountedClock : std::uint8_t { signed_if_trusted, receipt };   // O19
enum class RankTies : std::uint8_t { skip_next, dense };                 // O23

struct Policy {
  std::uint32_t version = 1;
  LocalDate valid_from = make_date(2025, 1, 1);
  std::string source;  // number of the document that set it

  TermStart term_start = TermStart::start;
  MonthMeaning term_month = MonthMeaning::calendar;
  FirstDay first_day = FirstDay::skipped;
  DayOffRule deadline_day_off = DayOffRule::next_working_day;
  BeforeMeaning deadline_before = BeforeMeaning::day_before;
  // O6, O7: last good days of a report, every month (and the last of a quarter), half-year and year. None moves.
  std::uint8_t office_day = 24;
  DayOfYear office_half_year{6, 25};
  DayOfYear office_year{12, 20};
  std::uint8_t site_day = 20;
  DayOfYear site_half_year{6, 20};
  DayOfYear site_year{12, 15};
  std::uint8_t milestone_grace = 0;  // O8, working days
  std::uint8_t final_long_term = 5;  // O9, working days
  UsualCadence cadence = UsualCadence::monthly;
  std::uint8_t cadence_skips_under = 15;  // O10: a first part of fewer days has no update
  FeedbackFrom feedback_from = FeedbackFrom::confirmation;
  std::uint8_t milestone_opens = 5;           // O12, working days before it
  std::optional<std::uint16_t> rating_low{};  // O13: a score below it (0 to 10,000) is low; none: "not completed" alone
  Consecutive rating_consecutive = Consecutive::same_type;
  CompletionCounts completion_counts = CompletionCounts::approval;
  CalendarOf calendar_of = CalendarOf::acting_body;
  TransportExcuse transport_excuse = TransportExcuse::by_decision;
  CountedClock clock_counted = CountedClock::signed_if_trusted;
  LocalDate in_force_centre = make_date(2025, 11, 5);  // O21
  std::optional<LocalDate> in_force_province{};        // O21: none, no limit
  RankTies rank_ties = RankTies::skip_next;
  std::uint8_t warn_hours = 2;  // O26, working hours before a limit in hours
  std::uint8_t warn_days = 3;   // O26, working days before the others

  bool operator==(const Policy&) const = default;
};
// O18, O20, O22 and O24 leave no choice to a policy: what is said of a class 1-2 document stays in the closed zone, its
// assessment is coded, a party member's second person is of the member's body, and 24 November is the calendar's.

inline constexpr std::size_t kMaxPolicyBytes = 16U << 10;

// Canonical text form: equal policies have equal bytes, and decode accepts nothing but what encode writes.
Bytes encode_policy(const Policy& policy);
Result<Policy> decode_policy(ByteView bytes);

// Numbers in range and days that exist; else bad_policy.
Result<void> check_policy(const Policy& policy);

// The policy in force on a day: of those valid by then, the one with the highest version; none is the defaults.
const Policy& policy_on(std::span<const Policy> policies, LocalDate day);

// The policies under which a document stands: of the centre where it came down from there, else of the hub that
// assigned it. The rules themselves are the same.
std::span<const Policy> policies_for(bool of_the_centre, std::span<const Policy> of_centre,
                                     std::span<const Policy> own);

// May `next` follow `last`, decided on `today`? Its number is the next one, and it begins on a day to come.
bool may_follow(const Policy& last, const Policy& next, LocalDate today);

}  // namespace tram::tasks
