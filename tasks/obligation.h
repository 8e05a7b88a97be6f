// What is due from whom (R10-R19, R24-R26): one obligation for each limit that runs for an assignment, computed from
// facts and never typed or stored as truth. This file owns the obligation and how it stands; the limits themselves are
// in due.h and term.h, and the record that carries the facts is the caller's.
#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tasks/clocks.h"
#include "tasks/deadline.h"
#include "tasks/outcome.h"
#include "tasks/policy.h"
#include "tasks/recurrence.h"
#include "tasks/term.h"

namespace tram::tasks {

enum class ObligationKind : std::uint8_t {
  loading,        // R10, the office
  confirmation,   // R12, the implementing body; so are those below, but the last three
  return_task,    // R13, a right that ends, and no duty
  milestone,      // R15, R16
  cadence,        // R17
  occurrence,     // a recurring date of the plan (R4)
  result,         // R14-R16: the update that says the result
  notice,         // R26
  answer,         // R11, the office
  assessment,     // R19, the follow-up body
  report,         // R24; a report is no part of an assignment, and warned of like the others
  office_report,  // R25
};
std::string_view name_of(ObligationKind kind);
// The number of the rule, for instance 12.
int rule_of(ObligationKind kind);

struct Obligation {
  ObligationKind kind = ObligationKind::loading;
  std::uint32_t number = 0;  // within its kind, from 0
  bool in_hours = false;     // a limit in working hours (O26)
  bool provisional = false;  // the calendar does not know that year yet
  Moment opens{};            // the first moment of an act that answers it
  Moment written{};          // before it was moved
  Moment due{};
  std::optional<Moment> acted{};  // the moment that counts (R43)
  bool operator==(const Obligation&) const = default;
};

enum class Standing : std::uint8_t { to_come, open, met, met_late, missed };
Standing standing_of(const Obligation& obligation, Moment now);
std::string_view name_of(Standing standing);
// R26: a notice of difficulty that not all who must have it have.
bool is_open_notice(const Obligation& obligation);

struct UpdateFact {
  Moment acted;  // approved; the moment that counts
  std::optional<Moment> received{};
  std::optional<Moment> assessed{};
  bool says_result = false;
};

// A report says which written date it answers; one that does not answers the date whose turn it is.
struct ReportFact {
  Moment acted;
  std::optional<LocalDate> answers{};
};

struct AssignmentFacts {
  LocalDate issued_on{};
  bool of_the_centre = false;  // R71: whose regulation governs the document
  std::optional<Moment> handed_over{};
  std::optional<Moment> confirmed{};
  std::optional<Moment> returned{};
  std::optional<Moment> returned_received{};
  std::optional<Moment> answered{};
  std::optional<DateOrHour> start{};
  Deadline deadline;
  DeadlineFacts deadline_facts;
  std::optional<Recurrence> recurrence{};
  std::optional<Cadence> cadence{};  // what the assigning body said (R17)
  std::vector<UpdateFact> updates;   // approved, in order of their moments
  std::vector<ReportFact> reports;   // reports that answer the recurrence, in any order
  std::optional<DateOrHour> completed{};
  std::optional<Moment> notice_closed{};  // R26: the office, the inspecting body and the system have it
};

// The calendars of the three bodies that act; all three may be one.
struct WorkingTimes {
  const WorkingTime& office;
  const WorkingTime& body;
  const WorkingTime& follow_up;
};

struct Obligations {
  Due due;  // L of R6, and what is written
  DurationClass duration = DurationClass::long_or_none;
  std::vector<Obligation> list;
  Outcome outcome = Outcome::not_started_in_time;
};
// All of one assignment at `now`. An open cadence or recurrence is looked at up to its next date.
Obligations obligations_of(const AssignmentFacts& facts, const WorkingTimes& calendars, const Policy& policy,
                           Moment now);

// The recurring dates of the task; of one without an end, those of the next 31 days.
std::vector<Occurrence> recurring_dates(const AssignmentFacts& facts, const WorkingTime& body, const Policy& policy,
                                        Moment now);

// R71. None: no limit.
std::optional<LocalDate> rules_in_force_from(bool of_the_centre, const Policy& policy);

// The first update that was due and whose moment passed without one (R6).
bool has_missed_update(std::span<const Obligation> list, Moment now);

}  // namespace tram::tasks
