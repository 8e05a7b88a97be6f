// SQLite's backup interface (https://www.sqlite.org/backup.html) on one connection.
#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "station/store/sqlite.h"

namespace tram::station {

// In one step: the source is one snapshot for as long as it lasts, and writers go on beside it.
void Connection::copy_to(const std::filesystem::path& target) {
  const int fd = ::open(target.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) throw SqliteFailure("the copy cannot be made", errno == ENOSPC ? errc::disk_full : errc::io_failed);
  ::close(fd);
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(
      target.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
      nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> copy(raw, sqlite3_close_v2);
  if (opened != SQLITE_OK) throw SqliteFailure("the copy cannot be opened", errc::io_failed);
  sqlite3_backup* backup = sqlite3_backup_init(copy.get(), "main", handle_, "main");
  if (backup == nullptr) throw SqliteFailure("the copy cannot begin", errc::io_failed);
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped == SQLITE_DONE && finished == SQLITE_OK) return;
  const int primary = (finished != SQLITE_OK ? finished : stepped) & 0xff;
  throw SqliteFailure("the copy failed", primary == SQLITE_FULL      ? errc::disk_full
                                         : primary == SQLITE_CORRUPT ? errc::damaged
                                                                     : errc::io_failed);
}

}  // namespace tram::station
