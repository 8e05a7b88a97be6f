// A database on a full disk (reliability design 2.2): the reserve that is given up, and the probe that finds room
// again.
#include "station/store/database.h"
#include "station/store/sqlite_limits.h"

namespace tram::station {

void Database::keep_reserve(DiskReserve reserve) {
  reserve_ = std::move(reserve);
  if (!reserve_->make()) full_ = true;
}

// Without a reserve, or while it is there, the write itself is the probe. What was given up must be back first: else
// the next save would take the room that deletion needs.
bool Database::space_returned() {
  if (!reserve_ || reserve_->there()) return true;
  const auto now = clock_();
  if (now - last_probe_ < kProbeFullDisk) return false;
  last_probe_ = now;
  return reserve_->make().has_value();
}

Result<void> Database::transact_on_reserve(const std::function<Result<void>()>& work) {
  if (failed_) return *failed_;
  if (!full_) {
    const auto done = run(work);
    if (done || done.error() != errc::disk_full) return done;
  }
  if (reserve_) {
    reserve_->give_up();
    last_probe_ = clock_();
  }
  const auto done = run(work);
  full_ = true;  // there was room for this alone
  return done;
}

}  // namespace tram::station
