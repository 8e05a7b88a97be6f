// Which reports the hub expects (R24, R67): those of the regulation for every reporting body, and regimes of a body's
// own from a file. What is due is computed (tasks/report_calendar.h) and held against the reports that came; nothing of
// it is stored but the file's rows.
#pragma once
#include <boost/json.hpp>

#include "hub/directory_office.h"

namespace tram::hub {

struct RegimesImported {
  std::size_t added = 0, changed = 0, unchanged = 0, removed = 0;
};
// The file replaces what was known: columns org, name, recurrence. All or nothing; refusals name row and column.
RegimesImported import_regimes(Station& station, const Actor& actor, std::string_view csv);

// {"items":[{"org","regime","period","due","report","state","submitted","late"}]} of one year; of every body that has
// an enrolled device, or of one.
boost::json::object reports_due_json(Station& station, int year, const std::optional<std::string>& organisation);

}  // namespace tram::hub
