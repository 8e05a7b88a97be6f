// Which calendars make up the working time of a body on a day (R39, O16): its own, its province's, its nation's, each
// in the newest version that is valid by then.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "tasks/calendar.h"
#include "tasks/organisation.h"

namespace tram::tasks {

// Nearest first; a calendar of a body above counts for those below it. The nation's is the one with the id `nation`.
std::vector<Calendar> calendars_of(std::string_view body, const Directory& directory, std::span<const Calendar> known,
                                   std::string_view nation, LocalDate day);

Result<WorkingTime> working_time_of(std::string_view body, const Directory& directory, std::span<const Calendar> known,
                                    std::string_view nation, LocalDate day);

}  // namespace tram::tasks
