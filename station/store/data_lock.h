// The data folder: one process at a time, on a local file system, at the places that both programs agree on
// (reliability design 2.1 "lock" and "place"; decisions 31).
#pragma once
#include <filesystem>

#include "station/store/errc.h"

namespace tram::station {

// Where things lie inside the folder given on the command line.
struct DataFolder {
  std::filesystem::path root;  // absolute and free of links once opened

  std::filesystem::path lock() const { return root / "lock"; }
  std::filesystem::path database_folder() const { return root / "db"; }
  std::filesystem::path database() const { return database_folder() / "tram.sqlite"; }
  std::filesystem::path fence_folder() const { return root / "fence"; }
  std::filesystem::path control_socket() const { return root / "control.sock"; }
};

// NFS and SMB break the locks and the shared memory of a WAL. `type` is statfs' f_type.
bool is_network_file_system(std::int64_t type);

// Makes the folder and its parts (0700) if they are missing and resolves links in front of it: a service manager may
// hand out a link, what lies inside must be none. Errors: not_local, io_failed, disk_full.
Result<DataFolder> open_data_folder(const std::filesystem::path& root);

// `flock` on DIR/lock, never on the database, for as long as the object lives; the system drops it when the process
// ends. Errors: busy when another process (or another object of this one) holds it, not_local, io_failed.
class DataLock {
 public:
  static Result<DataLock> acquire(const DataFolder& folder);
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

 private:
  explicit DataLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace tram::station
