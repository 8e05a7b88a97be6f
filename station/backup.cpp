#include "station/backup.h"

#include <sys/stat.h>

#include "crypto/keystore_file.h"
#include "station/backup_file.h"
#include "station/permission_gate.h"
#include "station/program_log.h"
#include "station/store/app_meta.h"
#include "station/store/database_copy.h"
#include "sync/recovery.h"

namespace tram::station {
namespace {

// Inside the data folder; what a killed run leaves there is removed by the next one.
constexpr std::string_view kCopying = "copying";
constexpr std::string_view kRestoring = "restoring";
constexpr std::string_view kKeystore = "keystore.tks";
constexpr std::string_view kMachineKey = "machine.key";

struct RemovedAtEnd {
  std::filesystem::path folder;
  ~RemovedAtEnd() {
    std::error_code ec;
    std::filesystem::remove_all(folder, ec);
  }
};

std::filesystem::path fresh_folder(const std::filesystem::path& folder) {
  std::error_code ec;
  std::filesystem::remove_all(folder, ec);
  std::filesystem::create_directories(folder, ec);
  if (ec) throw ActRefused(exit_status::kFailed, "io_failed", "The data folder cannot be written: " + ec.message());
  ::chmod(folder.c_str(), 0700);
  return folder;
}

ActRefused copy_failed(Error e) {
  if (e == errc::disk_full) return ActRefused(sync::OutcomeCode::no_space);
  const std::string code =
      e.category() == store_category() ? std::string(name(static_cast<errc>(e.value()))) : "failed";
  return {exit_status::kFailed, code,
          "No backup was made: the database could not be copied, or did not pass its check.", "Run verify."};
}

// Nothing of a station may lie there. What an interrupted restore left is no station: the keystore comes last.
void require_empty(const std::filesystem::path& folder) {
  std::error_code ec;
  const bool interrupted =
      std::filesystem::exists(folder / kRestoring, ec) && !std::filesystem::exists(folder / kKeystore, ec);
  if (interrupted) {
    for (const std::string_view part : {std::string_view("db"), std::string_view("fence"), kRestoring})
      std::filesystem::remove_all(folder / part, ec);
    std::filesystem::remove(folder / kMachineKey, ec);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
    if (entry.path().filename() == "lost+found" || entry.path().filename() == "lock") continue;
    throw wrong_state("exists", "The data folder is not empty.", "Name an empty folder with --data.");
  }
}

}  // namespace

BackupMade make_backup(Station& station, const Actor& actor, const std::filesystem::path& file) {
  (void)permit(station, actor, tasks::Action::run_installation);
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) throw wrong_usage("--out names a file, not a folder.");
  const RemovedAtEnd work{fresh_folder(station.folder() / kCopying)};
  const auto copy = work.folder / "tram.sqlite";
  BackupMade made;
  made.created_ms = wall_clock_ms();
  made.file = file;
  made.machine_bound = station.machine_bound();
  const auto copied = copy_database(station.database(), copy, [&](Connection& connection) {
    SqliteStore store(connection);
    made.through = {static_cast<std::uint32_t>(std::max<std::uint64_t>(1, meta_u64(store, sync::meta::kHubEpoch))),
                    meta_u64(store, sync::meta::kHubSeq)};
    AppMeta(connection).put(kBackupMark, as_bytes(std::to_string(made.created_ms)));
  });
  if (!copied) throw copy_failed(copied.error());
  const auto keystore = crypto::read_whole_file(station.folder() / kKeystore, kBackupKeystoreMost);
  if (!keystore) throw ActRefused(sync::OutcomeCode::keystore_damaged);
  BackupHeader header;
  header.program = station.program();
  header.machine_bound = made.machine_bound;
  header.zone = station.zone();
  header.device = station.device();
  header.created_ms = made.created_ms;
  made.bytes = write_backup_file(file, header, *keystore, copy, station.encryption_key().public_key);
  // Only now may the sites hear that it is safe.
  station.transact([&] {
    if (station.program() == Program::hub) note_durable(station.store(), made.through);
    station.put_text_meta("last_backup", std::to_string(made.created_ms));
    station.audit(actor, "backup", file.filename().string(), "done",
                  "bytes " + std::to_string(made.bytes) + ", through " + std::to_string(made.through.seq));
  });
  return made;
}

BackupRestored restore_backup(Program program, const StationPlace& place, const std::filesystem::path& file,
                              const std::optional<std::filesystem::path>& machine_key) {
  std::error_code ec;
  const BackupRead head = read_backup_head(file);
  if (head.header.program != program)
    throw refused("other_program", "This backup belongs to the other program.", "Restore it with that one.");
  if (head.header.machine_bound && !machine_key && !place.passphrase)
    throw refused("machine_key", "The keys in this backup open with the machine.key of the station it was made on.",
                  "Give the copy of that file with --machine-key.");
  const bool folder_existed = std::filesystem::exists(place.folder, ec);
  require_empty(place.folder);
  struct Undo {  // a refusal leaves the folder as it was
    std::filesystem::path folder;
    bool existed;
    bool done = false;
    ~Undo() {
      if (done) return;
      std::error_code e;
      for (const char* part : {"db", "fence", "restoring", "lock", "machine.key"})
        std::filesystem::remove_all(folder / part, e);
      if (!existed) std::filesystem::remove(folder, e);
    }
  } undo{place.folder, folder_existed};
  const auto work = fresh_folder(std::filesystem::absolute(place.folder) / kRestoring);
  ::chmod(place.folder.c_str(), 0700);
  const auto keystore_copy = work / kKeystore;
  if (!crypto::write_durably(keystore_copy, head.keystore))
    throw ActRefused(exit_status::kFailed, "io_failed", "The data folder cannot be written.");
  crypto::Unlock unlock;
  unlock.passphrase = place.passphrase;
  if (machine_key) unlock.machine_key_file = *machine_key;
  const auto keystore = crypto::Keystore::load(keystore_copy, unlock);
  if (!keystore) {
    if (keystore.error() == crypto::errc::wrong_passphrase) throw ActRefused(sync::OutcomeCode::wrong_passphrase);
    if (keystore.error() == crypto::errc::io_failed)
      throw refused("machine_key", "The machine key file cannot be read.", "Check --machine-key.");
    throw ActRefused(sync::OutcomeCode::keystore_damaged);
  }
  const auto purpose =
      program == Program::hub ? crypto::KeyPurpose::hub_encryption : crypto::KeyPurpose::device_encryption;
  std::vector<crypto::DecryptionKey> keys = keystore->decryption_keys(purpose);
  const auto database = work / "tram.sqlite";
  open_backup_file(file, keys, database);
  bool same_device = false;
  const auto checked = check_copy(std::filesystem::canonical(work) / "tram.sqlite", [&](Connection& connection) {
    const auto device = AppMeta(connection).get("device");
    same_device = device && sync::DeviceId::from(*device) == head.header.device;
    AppMeta(connection).put(kBackupMark, as_bytes(std::to_string(head.header.created_ms)));
  });
  if (!checked && checked.error() == errc::newer_schema)
    throw wrong_state("newer_schema", "This backup was made by a newer version.", "Update Tram here.");
  if (!checked || !same_device) throw ActRefused(sync::OutcomeCode::corrupt_content);
  std::filesystem::create_directories(place.folder / "db");
  ::chmod((place.folder / "db").c_str(), 0700);
  std::filesystem::rename(database, place.folder / "db" / "tram.sqlite");
  sync_folder(place.folder / "db");
  if (machine_key && !place.passphrase) {
    const auto bytes = crypto::read_whole_file(*machine_key, 33);
    if (!bytes || !crypto::write_durably(place.folder / kMachineKey, *bytes))
      throw ActRefused(exit_status::kFailed, "io_failed", "The machine key cannot be written.");
  }
  // The keystore last: its file is what says that the folder is set up.
  if (!crypto::write_durably(place.folder / kKeystore, head.keystore))
    throw ActRefused(exit_status::kFailed, "io_failed", "The keystore cannot be written.");
  undo.done = true;
  std::filesystem::remove_all(work, ec);
  return {head.header.created_ms, head.header.device.hex()};
}

}  // namespace tram::station
