// Foreign file names as they may be shown and logged. They are never used as paths (bundle design, threat 12).
#pragma once
#include <string>
#include <string_view>

namespace tram::station {

// Valid UTF-8 of at most 120 bytes: control, invisible and direction-turning characters, and bytes that are no UTF-8,
// become '?'.
std::string shown_name(std::string_view name);

}  // namespace tram::station
