// The bytes of a backup file (docs/formats/backup.md): header, keystore, and the database in sealed chunks.
#pragma once
#include <filesystem>

#include "crypto/keys.h"
#include "station/station.h"

namespace tram::station {

struct BackupHeader {
  Program program = Program::node;
  bool machine_bound = false;
  sync::ZoneId zone;
  sync::DeviceId device;
  std::uint64_t created_ms = 0;
  std::uint64_t database_len = 0;
  std::uint32_t keystore_len = 0;
};

inline constexpr std::size_t kBackupHeaderBytes = 208;
inline constexpr std::size_t kBackupKeystoreMost = 64u << 10;

// Writes FILE.tmp durably, reads it back against what was written, and renames it. Throws ActRefused.
std::uint64_t write_backup_file(const std::filesystem::path& file, BackupHeader header, ByteView keystore,
                                const std::filesystem::path& database, const crypto::EncryptKey& to);

// The names in a folder are durable when it returns.
void sync_folder(const std::filesystem::path& folder);

// What can be said without a key: sizes and sums. Throws ActRefused with the outcome codes.
struct BackupRead {
  BackupHeader header;
  Bytes keystore;
};
BackupRead read_backup_head(const std::filesystem::path& file);
// Opens every chunk to the last and writes the database to `database`, which must not exist. Throws ActRefused.
void open_backup_file(const std::filesystem::path& file, const std::vector<crypto::DecryptionKey>& keys,
                      const std::filesystem::path& database);

}  // namespace tram::station
