#include "tasks/moved_due.h"

#include <algorithm>

namespace tram::tasks {

// R46: a new version recomputes open obligations only.
Recomputed recomputed(std::span<const Obligation> before, std::span<const Obligation> fresh,
                      const CalendarVersion& from, const CalendarVersion& to) {
  Recomputed result;
  for (const Obligation& now : fresh) {
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&](const Obligation& o) { return o.kind == now.kind && o.number == now.number; });
    if (old == before.end()) {
      result.list.push_back(now);
    } else if (old->acted) {
      result.list.push_back(*old);
    } else {
      result.list.push_back(now);
      if (old->due != now.due) result.moved.push_back({now.kind, now.number, old->due, now.due, from, to});
    }
  }
  return result;
}

}  // namespace tram::tasks
