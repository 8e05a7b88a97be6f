// One station as a process that can die: the shipped engine on the shipped SQLite store in a folder of its own, with
// the shipped fence file. It drives the engine as the programs do - one transaction per step, actions only after the
// commit
// - and can be killed at every durable point. Killing copies the files as they lie at that moment and starts from the
// copy, as after `kill -9`; a torn commit also cuts the journal.
#pragma once
#include <filesystem>

#include "station/store/sqlite_store.h"
#include "sync/engine.h"
#include "tests/simulation/universe.h"

namespace tram::simulation {

enum class Crash : std::uint8_t { none, before_commit, torn_commit, after_commit };

class Process {
 public:
  Process(Universe& universe, std::size_t number, std::filesystem::path folder);

  // False when the process died in this step; it runs again, and no action was carried out.
  bool step(const sync::Event& event, std::vector<sync::Action>& out, Crash crash = Crash::none);
  // Several events in one transaction, as no correct driver does.
  bool step_together(const std::vector<std::function<sync::Event(const std::vector<sync::Action>&)>>& events,
                     std::vector<sync::Action>& out, Crash crash);
  // Commits the stream cursors that `event` would leave, and nothing else of it.
  void commit_cursors_of(const sync::Event& event);
  void kill();
  void restart_cleanly();
  void write_fence(const sync::Fence& fence);
  Crash draw_crash();

  const Member& member() const { return universe_.zone.members[number_]; }
  std::size_t number() const { return number_; }
  bool at_hub() const { return number_ == 0; }
  sync::Store& store() { return *store_; }
  sync::Engine& engine() { return *engine_; }
  std::uint64_t wall_ms() const;
  void set_clock_offset(std::int64_t ms) { clock_offset_ms_ = ms; }
  sync::Hash digest(const sync::OrganisationId& scope) { return engine_->digest(*store_, scope); }

  std::uint64_t lives = 0;                                  // how often it started
  std::map<sync::StreamId, std::uint64_t> checked_entries;  // of the invariants, per stream
  std::map<sync::RecordId, std::uint64_t> checked_homes;    // hub_seq at the last comparison

 private:
  void open();
  void snapshot(const std::filesystem::path& to) const;
  void move_to(const std::filesystem::path& folder);
  std::filesystem::path next_folder() const { return base_ / std::to_string(lives + 1); }
  void found();
  void observe();
  void notice(const std::vector<sync::Action>& actions, std::size_t from) const;

  Universe& universe_;
  std::size_t number_;
  std::filesystem::path base_, folder_;
  SeededEntropy entropy_;
  Random faults_;
  std::int64_t clock_offset_ms_ = 0;
  std::unique_ptr<station::Database> database_;
  std::unique_ptr<station::SqliteStore> store_;
  std::unique_ptr<sync::Engine> engine_;
  std::map<sync::LogId, std::uint64_t> known_seq_;  // of the own logs: what was observed as durable
};

template <class T>
const T* find_action(const std::vector<sync::Action>& actions) {
  for (const sync::Action& a : actions)
    if (const T* found = std::get_if<T>(&a)) return found;
  return nullptr;
}

}  // namespace tram::simulation
