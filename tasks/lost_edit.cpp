#include "tasks/lost_edit.h"

#include <algorithm>
#include <array>

namespace tram::tasks {

// R62: for status, result and deadline the merged value is in force, and stays on the list of conflicts.
bool waits_for_a_person(std::string_view field) {
  constexpr std::array<std::string_view, 4> kFields = {"state", "result", "deadline", "completion_date"};
  return std::find(kFields.begin(), kFields.end(), field) != kFields.end();
}

// R62: until a person confirms it or writes another, with a reason.
bool resolves(std::string_view field, const Resolution& r) {
  if (r.person.empty() || (r.writes_another && r.value.empty())) return false;
  return !waits_for_a_person(field) || !r.reason.empty();
}

// R62: the value that gave way stays visible as overridden.
std::vector<std::string> overridden(std::span<const ConcurrentValue> values) {
  std::vector<std::string> list;
  for (const ConcurrentValue& v : values)
    if (!v.in_force) list.push_back(v.version);
  return list;
}

}  // namespace tram::tasks
