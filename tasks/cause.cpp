#include "tasks/cause.h"

#include <algorithm>
#include <array>

#include "tasks/text.h"

namespace tram::tasks {
namespace {

constexpr std::array<std::string_view, 10> kNames = {"guidance",  "law",      "coordination",  "funds",
                                                     "people",    "capacity", "scope_changed", "force_majeure",
                                                     "own_fault", "other"};

}  // namespace

std::string_view name_of(Cause cause) {
  return kNames[static_cast<std::size_t>(cause)];
}

// R64: causes are a coded list.
std::optional<Cause> cause_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Cause>(found - kNames.begin());
}

// R64: a code, plus text where the code alone says nothing.
bool cause_is_complete(std::string_view code, std::string_view text) {
  const auto cause = cause_named(code);
  return cause && (*cause != Cause::other || !trimmed(text).empty());
}

}  // namespace tram::tasks
