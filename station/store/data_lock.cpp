#include "station/store/data_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace tram::station {
namespace {

errc from_errno() {
  if (errno == ENOSPC || errno == EDQUOT) return errc::disk_full;
  return errno == ELOOP ? errc::not_local : errc::io_failed;
}

// Opening a database while 0, 1 or 2 is free would hand it that number, and the next message to stderr would go into
// the file (https://www.sqlite.org/howtocorrupt.html, 1.1).
bool standard_descriptors_open() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) return false;
  return true;
}

Result<void> make_folder(const std::filesystem::path& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return from_errno();
  struct stat entry {};
  if (lstat(folder.c_str(), &entry) != 0) return from_errno();
  if (!S_ISDIR(entry.st_mode)) return errc::not_local;
  return {};
}

}  // namespace

bool is_network_file_system(std::int64_t type) {
  constexpr std::array<std::uint32_t, 4> kRefused = {0x6969 /* NFS */, 0x517B /* SMB */, 0xFF534D42 /* CIFS */,
                                                     0xFE534D42 /* SMB2 */};
  for (const auto refused : kRefused)
    if (static_cast<std::uint32_t>(type) == refused) return true;
  return false;
}

Result<DataFolder> open_data_folder(const std::filesystem::path& root) {
  if (!standard_descriptors_open()) return errc::io_failed;
  if (mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return from_errno();
  std::error_code error;
  const auto resolved = std::filesystem::canonical(root, error);
  if (error) return errc::io_failed;
  struct statfs place {};
  if (statfs(resolved.c_str(), &place) != 0) return errc::io_failed;
  if (is_network_file_system(place.f_type)) return errc::not_local;
  DataFolder folder{.root = resolved};
  for (const auto& part : {folder.database_folder(), folder.fence_folder()})
    if (const auto made = make_folder(part); !made) return made.error();
  return folder;
}

Result<DataLock> DataLock::acquire(const DataFolder& folder) {
  const int fd = open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return from_errno();
  DataLock held(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK ? errc::busy : errc::io_failed;
  return held;
}

DataLock::DataLock(DataLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataLock::~DataLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace tram::station
