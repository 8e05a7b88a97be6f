// A file of real blocks that is given up when the disk is full, so that deletion, export and audit rows still find room
// (reliability design 2.2), and made again when space returns. When it goes and comes back is the Database's to say.
#pragma once
#include <filesystem>

#include "station/store/errc.h"

namespace tram::station {

class DiskReserve {
 public:
  DiskReserve(std::filesystem::path file, std::uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}
  // What a disk of that size sets aside: 64 MiB, a sixteenth of a disk under 1 GiB.
  static std::uint64_t size_for(std::uint64_t disk_bytes);
  static DiskReserve in(const std::filesystem::path& folder);

  bool there() const;
  // Nothing to do when it is there. All of its blocks are allocated, or nothing of it stays. Errors: disk_full,
  // io_failed.
  Result<void> make() const;
  void give_up() const;

 private:
  std::filesystem::path file_;
  std::uint64_t bytes_;
};

}  // namespace tram::station
