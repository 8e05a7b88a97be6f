#include "station/serve/reach.h"

#include <algorithm>

namespace tram::station {

Reach::Reach(Station& station, Roles roles, const std::string& organisation) : own_(organisation) {
  codes_.insert(organisation);
  bool branch = false;
  for (std::size_t i = 0; i < kRoles; ++i) {
    const auto role = static_cast<Role>(i + 1);
    if (!has_role(roles, role)) continue;
    const Grant grant = grant_of(Permission::read_records, role);
    all_ = all_ || grant == Grant::all || (grant != Grant::no && station.program() == Program::node);
    followed_ = followed_ || grant == Grant::followed;
    branch = branch || grant == Grant::branch;
  }
  if (all_ || !branch) return;
  const sync::Directory& directory = station.directory();
  for (const sync::Organisation* o : directory.organisations()) {
    constexpr int kDeepest = 32;  // parents are data: a circle must end
    const sync::Organisation* at = o;
    for (int depth = 0; at != nullptr && depth < kDeepest; ++depth) {
      if (at->code == organisation) codes_.insert(o->code);
      at = at->parent.is_zero() ? nullptr : directory.organisation(at->parent);
    }
  }
}

bool Reach::holds(const TaskView& task) const {
  if (all_) return true;
  if (followed_ && task.follow_up == own_) return true;
  const auto inside = [&](const Body& b) { return codes_.contains(b.code); };
  return std::any_of(task.lead.begin(), task.lead.end(), inside) ||
         std::any_of(task.coordinating.begin(), task.coordinating.end(), inside) ||
         std::any_of(task.assignments.begin(), task.assignments.end(),
                     [&](const AssignmentView& a) { return inside(a.body); });
}

}  // namespace tram::station
