#include "station/store/disk_reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "station/store/sqlite_limits.h"

namespace tram::station {
namespace {

errc reason_of(int error) {
  return error == ENOSPC || error == EDQUOT ? errc::disk_full : errc::io_failed;
}

}  // namespace

std::uint64_t DiskReserve::size_for(std::uint64_t disk_bytes) {
  constexpr std::uint64_t kSmallDisk = 1ull << 30;
  return disk_bytes < kSmallDisk ? disk_bytes / 16 : kReserveBytes;
}

DiskReserve DiskReserve::in(const std::filesystem::path& folder) {
  struct statvfs disk {};
  const bool known = ::statvfs(folder.c_str(), &disk) == 0;
  return {folder / "reserve", known ? size_for(disk.f_blocks * disk.f_frsize) : kReserveBytes};
}

bool DiskReserve::there() const {
  struct stat entry {};
  return ::lstat(file_.c_str(), &entry) == 0 && S_ISREG(entry.st_mode) &&
         static_cast<std::uint64_t>(entry.st_size) >= bytes_;
}

Result<void> DiskReserve::make() const {
  if (there()) return {};
  const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return reason_of(errno);
  int error = bytes_ == 0 ? 0 : ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_));
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  ::close(fd);
  if (error == 0) return {};
  give_up();
  return reason_of(error);
}

void DiskReserve::give_up() const {
  ::unlink(file_.c_str());
}

}  // namespace tram::station
