// Workbooks as spreadsheet programs write them (.xlsx), read as the tables of the import files: a sheet named like a
// file
// (`tasks.csv`) becomes the text of that file, so one reader of cells serves both. Dates become `YYYY-MM-DD`, a formula
// becomes its text and is refused where every formula is. This file owns the container and the cells of one sheet; what
// a cell means is left to tasks/. A workbook comes from anywhere: sizes are bounded before they are believed, and a
// document type declaration is refused.
#pragma once
#include <string>
#include <string_view>

#include "tasks/errc.h"

namespace tram::station {

// One part of a workbook, unpacked; a plan of 20,000 rows has a few MiB.
inline constexpr std::size_t kMaxWorkbookPart = 32U << 20;
inline constexpr std::size_t kMaxWorkbookParts = 1024;

// Does it begin as a ZIP archive does?
bool is_workbook(std::string_view bytes);

// The text of one sheet: commas, LF, one line for every row up to the last. bad_workbook, missing_sheet, too_many_rows,
// too_many_columns, file_too_large.
tasks::Result<std::string> sheet_as_csv(std::string_view workbook, std::string_view sheet);

// The sheet of a workbook, or the file itself if it is none.
tasks::Result<std::string> table_text(std::string bytes, std::string_view sheet);

}  // namespace tram::station
