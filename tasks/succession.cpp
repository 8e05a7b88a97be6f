#include "tasks/succession.h"

#include <algorithm>
#include <set>

namespace tram::tasks {

// R58: a body has the dates of its life.
bool exists_on(const BodyLife& life, LocalDate day) {
  return (!life.from || *life.from <= day) && (!life.to || day <= *life.to);
}

// R58: a body that ceased to exist has successors, who may have ceased to exist themselves.
std::vector<std::string> standing_in_for(std::string_view body, const BodyLives& lives, LocalDate day) {
  std::vector<std::string> list, open{std::string(body)};
  std::set<std::string> seen;
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    const auto at = lives.find(next);
    if (!seen.insert(next).second || at == lives.end()) continue;
    if (exists_on(at->second, day))
      list.push_back(next);
    else
      open.insert(open.end(), at->second.successors.rbegin(), at->second.successors.rend());
  }
  return list;
}

// R58: the hub re-homes open tasks; one without a successor is listed until someone decides.
Rehomed rehome(std::span<const OpenAssignment> open, const BodyLives& lives, LocalDate day) {
  Rehomed result;
  for (const OpenAssignment& a : open) {
    const auto heirs = standing_in_for(a.body, lives, day);
    if (heirs.size() == 1 && heirs.front() == a.body) continue;
    if (heirs.size() == 1)
      result.to_one.push_back({a.id, heirs.front()});
    else
      result.to_decide.push_back(a.id);
  }
  return result;
}

}  // namespace tram::tasks
