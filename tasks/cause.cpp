#include "tasks/cause.h"

#include <algorithm>

#include "tasks/lines.h"
#include "tasks/text.h"

namespace tram::tasks {

std::string_view name_of(Cause cause) {
  return split(kCauses, ' ')[static_cast<std::size_t>(cause)];
}

// R64: causes are a coded list.
std::optional<Cause> cause_named(std::string_view name) {
  const auto names = split(kCauses, ' ');
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Cause>(found - names.begin());
}

// R64: a code, plus text where the code alone says nothing.
bool cause_is_complete(std::string_view code, std::string_view text) {
  const auto cause = cause_named(code);
  return cause && (*cause != Cause::other || !trimmed(text).empty());
}

}  // namespace tram::tasks
