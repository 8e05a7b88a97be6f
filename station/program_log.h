// Log lines: one JSON object per line on stderr (reliability design 8). Codes are stable; secrets and bodies of records
// have no way in: only codes, ids and numbers are passed.
#pragma once
#include <string>
#include <string_view>

namespace tram::station {

// part: "sync", "web", "stick" ...; code: a stable word; detail: an id, address or number.
void log_event(std::string_view part, std::string_view code, std::string_view detail = {});
void log_failure(std::string_view part, std::string_view code, std::string_view detail = {});

}  // namespace tram::station
