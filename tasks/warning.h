// Warnings before it is too late to act, and the daily digest that keeps them from flooding anybody (R36, O26). This
// file owns which obligation warns whom and how strongly; sending is left to others.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/obligation.h"

namespace tram::tasks {

enum class Urgency : std::uint8_t { none, soon, due, overdue };  // sắp quá hạn, đến hạn, quá hạn
std::string_view name_of(Urgency urgency);
// Soon: within O26 of the moment. Due: on its day. Overdue: past it, and not met.
Urgency urgency_of(const Obligation& obligation, const WorkingTime& calendar, const Policy& policy, Moment now);

// How far the work on an obligation is, at the body that must act.
enum class WorkStep : std::uint8_t { nothing_written, to_approve, to_send };
enum class Recipient : std::uint8_t { operator_, approver, courier, office, follow_up };
std::string_view name_of(Recipient recipient);
// Who can act on it now.
Recipient who_can_act(ObligationKind kind, WorkStep step);

// R39: the years whose days off nobody knows although due moments fall into them. The next year is missed from 1
// November.
std::vector<int> missing_years(const WorkingTime& calendar, Moment now);

struct Warning {
  std::string about;  // ref of the task, or the name of the report
  ObligationKind kind;
  Urgency urgency;
  Moment due;
  std::string body;
  Recipient recipient;
  bool operator==(const Warning&) const = default;
};
// One per body and recipient: counts of all, and the most pressing in full.
struct Digest {
  std::size_t overdue = 0, due = 0, soon = 0;
  std::vector<Warning> first;
};
inline constexpr std::size_t kMaxDigestLines = 20;
std::map<std::pair<std::string, Recipient>, Digest> daily_digest(std::vector<Warning> warnings);

}  // namespace tram::tasks
