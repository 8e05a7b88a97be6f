// The office's review for wrong and double entries (R65): what it should look at, and the signed list of what was
// changed and why. When a review is due, what counts as double and when a run is complete is said by tasks/cleaning.h.
#pragma once
#include <boost/json.hpp>

#include "hub/directory_office.h"
#include "tasks/period.h"

namespace tram::hub {

inline constexpr std::string_view kCleaningRegime = "cleaning";  // of the report record that holds a run
inline constexpr std::size_t kCleanedRows = 500;

// {"period","due","overdue","double_entries":[[{"id","ref","document","org","title"}…]…],"runs":[{"id","signed_by",
// "signed_at","changes":[…]}]}
boost::json::object cleaning_json(Station& station, const tasks::Period& period);

// A table id, field, before, after, why; an empty one says that nothing was found. Signed as a record of its own, by
// the person and this hub. Refusals: those of the table with row and column, unknown_record, incomplete_run.
sync::RecordId sign_cleaning(Station& station, const Actor& actor, const tasks::Period& period, std::string_view csv);

}  // namespace tram::hub
