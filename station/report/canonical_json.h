// Canonical JSON (bundle design 7.1): one sequence of bytes for one value, so that it can be hashed and signed. Objects
// with keys in ascending order of their UTF-8 bytes, lists, text and integers; no floats, no true, false or null, no
// white space outside text. Text is NFC without control characters other than tab and line feed; the escapes are
// \" \\ \t \n and no others. What the keys mean is report_package.h's.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "station/report/report_fault.h"

namespace tram::station {

inline constexpr std::size_t kJsonBytes = 4u << 20;
inline constexpr std::size_t kJsonDepth = 16;        // lists and objects inside each other
inline constexpr std::size_t kJsonValues = 400'000;  // what a reader builds costs some 60 bytes each

struct Json;
using JsonList = std::vector<Json>;
using JsonObject = std::map<std::string, Json, std::less<>>;

struct Json {
  std::variant<std::int64_t, std::string, JsonList, JsonObject> value;
  bool operator==(const Json&) const = default;
};

// BAD_CONTENT: text or an integer that has no canonical form. OVER_LIMIT: a bound above.
ReportResult<std::string> write_canonical(const Json& value);
// Takes only what write_canonical makes. BAD_CONTENT for any other byte; OVER_LIMIT.
ReportResult<Json> read_canonical(std::string_view text);

}  // namespace tram::station
