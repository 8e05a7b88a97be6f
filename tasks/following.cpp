#include "tasks/following.h"

#include <algorithm>

#include "tasks/lines.h"

namespace tram::tasks {

// R20, R22: each flag and each urging has an answer; what has none is open.
std::vector<std::string> unanswered(std::span<const Demand> demands) {
  std::vector<const Demand*> open;
  for (const Demand& d : demands)
    if (!d.answered) open.push_back(&d);
  std::stable_sort(open.begin(), open.end(), [](const Demand* a, const Demand* b) { return a->made < b->made; });
  std::vector<std::string> ids;
  for (const Demand* d : open) ids.push_back(d->id);
  return ids;
}

// R22: each urging is numbered.
std::uint32_t next_urging_number(std::span<const Demand> urgings) {
  std::uint32_t last = 0;
  for (const Demand& u : urgings) last = std::max(last, u.number);
  return last + 1;
}

// R63: requests for information have a due moment.
bool answer_is_late(const Demand& demand, Moment now) {
  return demand.answer_due && demand.answered.value_or(now) > *demand.answer_due;
}

// R21: a body's own report that differs from the data in the system.
bool is_difference(std::string_view reported, std::string_view in_system) {
  return reported != in_system;
}

// R21: resolved together, so the one who offered a value is not the one who agrees to it.
bool is_settled(const Difference& d) {
  return !d.offered_by.empty() && !d.offered_value.empty() && !d.agreed_by.empty() && d.agreed_by != d.offered_by;
}

// R23: following also happens by report, meeting, telephone, fax, mail.
std::optional<ContactWay> contact_way_named(std::string_view name) {
  const auto ways = split(kContactWays, ' ');
  const auto found = std::find(ways.begin(), ways.end(), name);
  if (found == ways.end()) return std::nullopt;
  return static_cast<ContactWay>(found - ways.begin());
}

// R23: such a contact can be noted on the task.
bool contact_is_complete(const Contact& c, Moment now) {
  return c.way && c.happened <= now && !c.noted_by.empty() && !c.with.empty() && !c.content.empty();
}

// R66: regular by an approved plan, sudden with a reason.
bool may_start_inspection(InspectionKind kind, std::optional<LocalDate> plan_approved_on, std::string_view reason) {
  return kind == InspectionKind::regular ? plan_approved_on.has_value() : !reason.empty();
}

}  // namespace tram::tasks
