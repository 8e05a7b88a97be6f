// A simulated disk as SQLite sees it: an sqlite3_vfs whose files, locks and shared memory live on the heap, so that a
// WAL with several connections works. Time and randomness come from the seed.
#pragma once
#include <sqlite3.h>

#include <string>

#include "tests/simulation/disk/disk.h"

namespace tram::simulation {

class DiskVfs {
 public:
  // `disk` lives longer. The name is unique in the process.
  DiskVfs(Disk& disk, std::string name);
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;
  const std::string& name() const { return name_; }
  // SQLite seeds its own generator, which makes the salts of a WAL, from this disk.
  void seed_sqlite();

 private:
  std::string name_;
  sqlite3_vfs vfs_{};
};

}  // namespace tram::simulation
