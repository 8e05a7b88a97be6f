// What the hub's office settles for its zone, as signed directory entries: the policy of the O table (R72), the
// criteria of ratings (R31), calendars (R39) and whose nation's calendar a body keeps. Each version is dated and stays;
// nothing is changed backwards. Files are read by tasks/settings_import.h.
#pragma once
#include "hub/directory_office.h"
#include "tasks/moved_due.h"

namespace tram::hub {

// The first versions: the policy's defaults, the criteria and the three nations' calendars that programs ship with.
// Inside a transaction.
void append_shipped_regulation(Station& station, std::string_view nation);

struct SettingsImport {
  std::uint32_t version = 0;
  tasks::LocalDate valid_from{};
  std::size_t added = 0, unchanged = 0;
  std::vector<std::string> changed;  // names of settings that differ from the version before
};
// All or nothing; a file that says what holds already changes nothing. Refusals name row and column; a version that
// would begin today or earlier is refused (bad_policy, bad_criteria).
SettingsImport import_policy(Station& station, const Actor& actor, const Actor& second, std::string_view csv,
                             bool of_the_centre = false);
SettingsImport import_criteria(Station& station, const Actor& actor, const Actor& second, std::string_view csv);

// A due moment that moved with a calendar (R46).
struct MovedObligation {
  std::string about;  // DOCUMENT:REF
  std::string body;
  tasks::MovedDue due;
};
struct CalendarImport {
  std::string id;
  std::uint32_t version = 0;
  std::size_t added = 0, changed = 0, unchanged = 0;
  std::vector<MovedObligation> moved{};  // open ones; each is in the audit log, too
};
// A known id takes the next version only. Refusals: unknown_body, bad_calendar.
CalendarImport import_calendar(Station& station, const Actor& actor, std::string_view text);

// `nation` is the id of a nation's calendar that the directory holds. Refusals: unknown_body, unknown_calendar.
std::vector<MovedObligation> choose_nation(Station& station, const Actor& actor, std::string_view body,
                                           std::string_view nation);

}  // namespace tram::hub
