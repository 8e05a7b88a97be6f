// The fence file: how far this device's log went, kept outside the database folder and written before the first byte of
// new changesets leaves (sync design 12.3). Ahead of the database, missing, or of another machine it shows that the
// database was rolled back or copied; what then follows is decided by the engine (sync design 8).
//
// DIR/fence/fence.bin, 152 bytes, little-endian:
//   "TRMFENC1" | zone 16 | device 16 | incarnation u64 | seq u64 | head hash 32 | machine 32 | checksum 32
// checksum = H(TRM1-fence, the 120 bytes before it).
#pragma once
#include <filesystem>

#include "station/store/errc.h"
#include "sync/ids.h"

namespace tram::station {

struct Fence {
  sync::ZoneId zone;
  sync::DeviceId device;
  std::uint64_t incarnation = 0;
  std::uint64_t seq = 0;
  sync::Hash head_hash{};
  sync::Hash machine{};
  bool operator==(const Fence&) const = default;
};

inline constexpr std::size_t kFenceBytes = 152;

enum class FenceState { absent, damaged, present };
struct FenceReading {
  FenceState state = FenceState::absent;
  Fence fence;  // only when present
};

// `folder` is DataFolder::fence_folder(). Errors: io_failed (a file that exists but cannot be read).
Result<FenceReading> read_fence(const std::filesystem::path& folder);
// Durable when it returns success: temporary file, fsync, rename, fsync of the folder. Errors: disk_full, io_failed;
// the old fence then still stands, or the new one does.
Result<void> write_fence(const std::filesystem::path& folder, const Fence& fence);

// Which machine this is: a hash, since the id itself must not be shown (machine-id(5)). Zero where the system has none;
// then only a copy to a machine that has one is noticed.
sync::Hash machine_id(const std::filesystem::path& file = "/etc/machine-id");

}  // namespace tram::station
