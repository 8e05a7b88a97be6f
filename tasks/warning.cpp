#include "tasks/warning.h"

#include <algorithm>
#include <array>

namespace tram::tasks {

std::string_view name_of(Urgency urgency) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "soon", "due", "overdue"};
  return kNames[static_cast<std::size_t>(urgency)];
}

std::string_view name_of(Recipient recipient) {
  constexpr std::array<std::string_view, 5> kNames = {"operator", "approver", "courier", "office", "follow_up"};
  return kNames[static_cast<std::size_t>(recipient)];
}

// R36: falls due, about to be overdue, overdue. A right that ends (R13) is no duty, so it warns of its end and is never
// overdue.
Urgency urgency_of(const Obligation& o, const WorkingTime& calendar, const Policy& policy, Moment now) {
  switch (standing_of(o, now)) {
    case Standing::met:
    case Standing::met_late:
    case Standing::to_come:
      return Urgency::none;
    case Standing::missed:
      return o.kind == ObligationKind::return_task ? Urgency::none : Urgency::overdue;
    case Standing::open:
      break;
  }
  if (o.in_hours) {
    if (calendar.add_working_hours(now, std::chrono::hours{policy.warn_hours}) >= o.due) return Urgency::soon;
    return Urgency::none;
  }
  if (date_of(now) == date_of(o.due)) return Urgency::due;
  return calendar.working_days_between(date_of(now), date_of(o.due)) <= policy.warn_days ? Urgency::soon
                                                                                         : Urgency::none;
}

// R36: to the person who can act: who writes, then who approves, then who carries.
Recipient who_can_act(ObligationKind kind, WorkStep step) {
  if (kind == ObligationKind::loading || kind == ObligationKind::answer || kind == ObligationKind::office_report)
    return Recipient::office;
  if (kind == ObligationKind::assessment) return Recipient::follow_up;
  if (step == WorkStep::to_approve) return Recipient::approver;
  return step == WorkStep::to_send ? Recipient::courier : Recipient::operator_;
}

// R39: a missing year is a loud warning, the next one from 1 November.
std::vector<int> missing_years(const WorkingTime& calendar, Moment now) {
  const LocalDate today = date_of(now);
  const std::chrono::year_month_day d{today};
  std::vector<int> missing;
  if (!calendar.knows_year(today)) missing.push_back(int{d.year()});
  const LocalDate next = make_date(int{d.year()} + 1, 1, 1);
  if (d.month() >= std::chrono::November && !calendar.knows_year(next)) missing.push_back(int{d.year()} + 1);
  return missing;
}

// R36: a daily digest; nobody is flooded.
std::map<std::pair<std::string, Recipient>, Digest> daily_digest(std::vector<Warning> warnings) {
  std::stable_sort(warnings.begin(), warnings.end(), [](const Warning& a, const Warning& b) {
    return a.urgency != b.urgency ? a.urgency > b.urgency : a.due < b.due;
  });
  std::map<std::pair<std::string, Recipient>, Digest> digests;
  for (const Warning& w : warnings) {
    if (w.urgency == Urgency::none) continue;
    Digest& digest = digests[{w.body, w.recipient}];
    ++(w.urgency == Urgency::overdue ? digest.overdue : w.urgency == Urgency::due ? digest.due : digest.soon);
    if (digest.first.size() < kMaxDigestLines) digest.first.push_back(w);
  }
  return digests;
}

}  // namespace tram::tasks
