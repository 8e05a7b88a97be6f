// Progress updates by sheet: one row for each of the own assignments, all or nothing, every bad cell named by row and
// column. Each row becomes a draft and waits for the second person like one that was typed.
#pragma once
#include "station/act/act.h"
#include "tasks/csv.h"

namespace tram::station {

inline constexpr std::size_t kSheetBytes = tasks::kMaxCsvBytes;

struct SheetTaken {
  std::size_t rows = 0;
  std::vector<std::string> drafts;  // ids; none in a dry run
};
// Refusals: the codes of tasks/csv.h; unknown_column, missing_column, unknown_ref, duplicate_ref, and those of an
// update, with row and column.
SheetTaken take_update_sheet(Station& station, const Actor& actor, std::string_view csv, bool dry_run);
boost::json::object json_of(const SheetTaken& taken);

}  // namespace tram::station
