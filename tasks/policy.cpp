#include "tasks/policy.h"

namespace tram::tasks {
namespace {

bool real_day(DayOfYear d) {
  return (std::chrono::year{2025} / std::chrono::month{d.month} / std::chrono::day{d.day}).ok();
}

}  // namespace

Result<void> check_policy(const Policy& p) {
  if (p.version == 0 || p.office_day < 1 || p.office_day > 28 || p.site_day < 1 || p.site_day > 28)
    return errc::bad_policy;
  for (const DayOfYear day : {p.office_half_year, p.office_year, p.site_half_year, p.site_year})
    if (!real_day(day)) return errc::bad_policy;
  if (p.milestone_grace > 30 || p.final_long_term > 30 || p.milestone_opens > 30 || p.cadence_skips_under > 31)
    return errc::bad_policy;
  if (p.warn_hours > 40 || p.warn_days > 30 || p.rating_low.value_or(0) > 10'000) return errc::bad_policy;
  return {};
}

// R72: dated, valid from a day on.
const Policy& policy_on(std::span<const Policy> policies, LocalDate day) {
  static const Policy kDefaults;
  const Policy* in_force = &kDefaults;
  for (const Policy& p : policies)
    if (p.valid_from <= day && (in_force == &kDefaults || p.version > in_force->version)) in_force = &p;
  return *in_force;
}

// R70: a province uses the same rules for the tasks that its own committee assigns, with its own values.
std::span<const Policy> policies_for(bool of_the_centre, std::span<const Policy> of_centre,
                                     std::span<const Policy> own) {
  return of_the_centre && !of_centre.empty() ? of_centre : own;
}

// R72: never backwards.
bool may_follow(const Policy& last, const Policy& next, LocalDate today) {
  return check_policy(next) && next.version == last.version + 1 && next.valid_from > today &&
         next.valid_from >= last.valid_from;
}

}  // namespace tram::tasks
