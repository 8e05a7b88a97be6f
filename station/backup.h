// The backup of a station: one sealed file with its database and its keystore (docs/formats/backup.md), and the way
// back into an empty data folder (bundle design 5.7, promise BK1). What a restored node or hub does then is the
// engine's: the copy carries a mark, and the first start after it begins accordingly.
#pragma once
#include "station/station.h"

namespace tram::station {

struct BackupMade {
  std::filesystem::path file;
  std::uint64_t bytes = 0;
  std::uint64_t created_ms = 0;
  sync::HubPlace through;      // hub: the newest receipt in it
  bool machine_bound = false;  // opens with a copy of machine.key, which is not in it
};
// Replaces `file` only when the new one is whole, read back and durable. From then on the hub's stream heads say what
// it holds. Refusals: no_space, io_failed, damaged.
BackupMade make_backup(Station& station, const Actor& actor, const std::filesystem::path& file);

struct BackupRestored {
  std::uint64_t created_ms = 0;
  std::string device;
};
// Reads and proves the whole file before anything of it is used; then fills `place.folder`, which must be empty. Where
// the backup's keystore was bound to its machine, `machine_key` is the copy of that key file. Refusals: exists (5), the
// outcome codes truncated, trailing_data, not_tram, too_new, damaged_header, damaged_body, wrong_passphrase,
// keystore_damaged, and other_program (3).
BackupRestored restore_backup(Program program, const StationPlace& place, const std::filesystem::path& file,
                              const std::optional<std::filesystem::path>& machine_key);

// The mark in the copy: present until the first start.
inline constexpr std::string_view kBackupMark = "restored_from_backup";

}  // namespace tram::station
