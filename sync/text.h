// Which text the wire takes: UTF-8 in NFC, without NUL, other C0 controls than tab and line feed, or bidirectional
// controls (bundle design 3.5).
#pragma once
#include <string_view>

namespace tram::sync {

[[nodiscard]] bool valid_text(std::string_view text);

}  // namespace tram::sync
