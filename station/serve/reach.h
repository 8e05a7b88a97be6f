// Which tasks a person may read (reliability design 5.6, row "read_records"). A site holds only what its own streams
// carry, so there everybody with the permission reads all of it; at the hub the grant of the role decides.
#pragma once
#include <set>

#include "station/task_view.h"
#include "station/web/permissions.h"

namespace tram::station {

class Reach {
 public:
  Reach(Station& station, Roles roles, const std::string& organisation);
  bool holds(const TaskView& task) const;
  bool holds_all() const { return all_; }

 private:
  bool all_ = false;
  bool followed_ = false;
  std::string own_;
  std::set<std::string> codes_;
};

}  // namespace tram::station
