// The cells of one sheet as CSV text, with the two parts that they point into: shared strings, and the styles that make
// a number a date.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/errc.h"

namespace tram::station {

struct SheetContext {
  bool from_1904 = false;
  std::vector<std::string> shared;
  std::vector<bool> is_date;  // by style
};

bool read_shared_strings(std::string_view xml, std::vector<std::string>& strings);
bool read_date_styles(std::string_view xml, std::vector<bool>& is_date);

// Days since the workbook's first day as `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM` with a part of a day; nothing outside of
// the years that tasks know.
std::optional<std::string> serial_date(double serial, bool from_1904);

tasks::Result<std::string> cells_as_csv(std::string_view xml, const SheetContext& context);

}  // namespace tram::station
