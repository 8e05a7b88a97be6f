// The calendars a hub starts with: Viet Nam, Laos and Cambodia, tasks/calendars/*.calendar, each day named with what it
// rests on. A year is listed as known only once its days off were made public, so due moments in a year that rests on
// the law alone stay provisional (domain, "The calendar"). 24 November has no entry: a working day until a later
// version says otherwise (O24).
#include "tasks/calendar.h"
#include "tram_tasks/embedded.h"

namespace tram::tasks {

Result<Calendar> shipped_calendar(std::string_view id) {
  const std::string_view file = calendar_files::embedded(std::string(id) + ".calendar");
  if (file.empty()) return errc::bad_calendar;
  return decode_calendar(as_bytes(file));
}

Calendar viet_nam_calendar() {
  return shipped_calendar("vn").value();
}

}  // namespace tram::tasks
