#include "tasks/calendar_choice.h"

namespace tram::tasks {
namespace {

// The newest version valid on a day of the calendar with this owner (the nation by its id).
const Calendar* newest(std::span<const Calendar> known, std::string_view owner, std::string_view nation,
                       LocalDate day) {
  const Calendar* best = nullptr;
  for (const Calendar& c : known) {
    const bool ours = owner.empty() ? c.owner == CalendarOwner::nation && c.id == nation : c.owner_id == owner;
    if (ours && c.valid_from <= day && (!best || c.version > best->version)) best = &c;
  }
  return best;
}

}  // namespace

// R39: working time belongs to a body and a date; the nearest calendar counts.
std::vector<Calendar> calendars_of(std::string_view body, const Directory& directory, std::span<const Calendar> known,
                                   std::string_view nation, LocalDate day) {
  std::vector<Calendar> list;
  for (std::size_t step = 0; step < kMaxTreeDepth && !body.empty(); ++step) {
    if (const Calendar* found = newest(known, body, nation, day)) list.push_back(*found);
    const auto at = directory.find(body);
    body = at == directory.end() ? std::string_view{} : std::string_view{at->second.parent};
  }
  if (const Calendar* found = newest(known, {}, nation, day)) list.push_back(*found);
  return list;
}

Result<WorkingTime> working_time_of(std::string_view body, const Directory& directory, std::span<const Calendar> known,
                                    std::string_view nation, LocalDate day) {
  return WorkingTime::merge(calendars_of(body, directory, known, nation, day));
}

}  // namespace tram::tasks
