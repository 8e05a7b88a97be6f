#include "station/backup_commands.h"

#include "station/backup.h"
#include "station/common_commands.h"
#include "sync/recovery.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::Action;

CommandResult backup(Station& station, const Invocation& in) {
  const BackupMade made = make_backup(station, in.person(), in.path(in.need("--out")));
  json::object o{{"file", made.file.string()},
                 {"bytes", made.bytes},
                 {"created", rfc3339(made.created_ms)},
                 {"opens_with", made.machine_bound ? "machine_key" : "passphrase"}};
  if (station.program() == Program::hub) {
    o["hub_epoch"] = made.through.epoch;
    o["hub_seq"] = made.through.seq;
  }
  o["next"] = made.machine_bound
                  ? "Keep a copy of machine.key apart from this file: without it nobody can restore the backup."
                  : "Keep the passphrase apart from this file: without it nobody can restore the backup.";
  return {std::move(o), exit_status::kDone};
}

CommandResult restore(Program program, const Invocation& in) {
  std::optional<std::filesystem::path> machine_key;
  if (const auto file = in.get("--machine-key")) machine_key = in.path(*file);
  const BackupRestored restored = restore_backup(program, in.place, in.path(in.words.at(0)), machine_key);
  const auto station = Station::open(program, in.place);  // the mark in the copy begins the recovery
  json::object o{{"device", restored.device}, {"created", rfc3339(restored.created_ms)}};
  if (program == Program::hub) {
    const sync::Recovery recovery = sync::recovery_of(station->store(), station->directory());
    o["hub_epoch"] = sync::meta_u64(station->store(), sync::meta::kHubEpoch);
    o["recovering"] = recovery.active;
    o["waiting_for"] = recovery.awaited.size();
    o["next"] = "Start serve. No receipt is written before the sites were heard; see recovery status.";
  } else {
    o["recovering"] = station->enrolled();
    o["next"] = "Meet the hub once, by network or by stick, before anybody saves here.";
  }
  return {std::move(o), exit_status::kDone};
}

}  // namespace

std::vector<Command> backup_commands(Program program) {
  std::vector<Command> list;
  list.push_back({"backup",
                  {Action::run_installation},
                  "write a sealed copy of everything; works while the program serves",
                  {},
                  {option("--out", "the file; an older one is replaced when the new one is whole", true)},
                  false,
                  backup,
                  {},
                  {}});
  list.push_back({"restore",
                  Asks::console(),
                  "fill an empty data folder from a backup",
                  {{"FILE"}},
                  {option("--machine-key", "the copy of machine.key, where the backup opens with it")},
                  false,
                  {},
                  [program](const Invocation& in) { return restore(program, in); },
                  {}});
  return list;
}

}  // namespace tram::station
