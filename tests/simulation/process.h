// One station as a process that can die: the shipped engine on the shipped SQLite store on a disk of its own
// (disk/disk.h), with the shipped fence file. It drives the engine as the programs do - one transaction per step,
// actions only after the commit - and can be killed between any two I/O calls, with or without a power cut, and again
// while it recovers. What of it is durable is noted in observer.cpp.
#pragma once
#include <filesystem>

#include "sync/engine.h"
#include "tests/simulation/disk/vfs.h"
#include "tests/simulation/universe.h"
#include "tests/simulation/watched_store.h"

namespace tram::simulation {

// What happens to a step.
enum class Trouble : std::uint8_t {
  none,
  dies_before_commit,
  dies_in_io,  // in one of its I/O calls
  dies_after_commit,
  disk_full,
  io_error,
  sync_fails,
};

// The whole machine at one moment, as a backup or a copied virtual machine holds it.
struct Image {
  Disk::Image disk;
  std::optional<Bytes> fence;
  std::map<sync::LogId, std::uint64_t> known_seq;
};

// A stream, read up to an entry with the eyes of a body that must not see everything (scope_check.h).
struct ScopeReading {
  std::uint64_t seq = 0;
  std::uint64_t history = 0;  // entries of a home's past that still follow its scope_enter
  sync::RecordId entered;
};

class Process {
 public:
  // `name` tells two machines of one member apart.
  Process(Universe& universe, std::size_t number, std::string name, std::filesystem::path folder,
          const Image* copied = nullptr);
  ~Process();

  using Events = std::vector<std::function<sync::Event(const std::vector<sync::Action>&)>>;
  // False when the process died or its disk failed in this step: it runs again, and no action was carried out.
  bool step(const sync::Event& event, std::vector<sync::Action>& out, Trouble trouble = Trouble::none);
  // Several events in one transaction.
  bool step_together(const Events& events, std::vector<sync::Action>& out, Trouble trouble);
  // Commits the stream cursors that `event` would leave, and nothing else of it: a mutant.
  void commit_cursors_of(const sync::Event& event);
  // The process ends without warning; the power may fail with it.
  void die();
  void restart_cleanly();
  // Written before the first byte leaves; false when the process died in it.
  bool write_fence(const sync::Fence& fence);
  Trouble draw_trouble();

  Image image();
  // From now on another machine may sign in the logs of this one.
  void branch();
  bool suspended();
  // The machine comes back as it was; its fence file too, or the one that is there now.
  void restore(const Image& image, bool with_fence);

  const Member& member() const { return universe_.zone.members[number_]; }
  const std::string& name() const { return name_; }
  std::size_t number() const { return number_; }
  bool at_hub() const { return number_ == 0; }
  WatchedStore& store() { return *store_; }
  sync::Engine& engine() { return *engine_; }
  std::uint64_t wall_ms() const;
  bool clock_is_held() const;  // at the hub
  void set_clock_offset(std::int64_t ms) { clock_offset_ms_ = ms; }
  void set_clock_drift(std::int64_t ppm) { clock_drift_ppm_ = ppm; }
  sync::Hash digest(const sync::OrganisationId& scope) { return engine_->digest(*store_, scope); }
  std::uint64_t changesets_made() const;
  bool paused() const { return universe_.now_ms < paused_until_ms_ && !universe_.calm; }
  void pause_until(std::uint64_t ms) { paused_until_ms_ = ms; }

  std::uint64_t lives = 0;                                  // how often it started
  bool set_back = false;                                    // was restored from an image
  bool branched = false;                                    // another machine may sign in its log
  bool hub_is_dishonest = false;                            // in the step that comes: it may say so
  std::map<sync::StreamId, std::uint64_t> checked_entries;  // of the invariants, per stream
  std::map<sync::RecordId, std::uint64_t> checked_homes;    // hub_seq at the last comparison
  std::size_t checked_receipts = 0;                         // of the model's, whose outcomes were compared
  std::map<sync::OrganisationId, ScopeReading> scopes;      // of a hub: how far each stream was read for I13

 private:
  void open(bool after_crash);
  void open_database();
  void start_engine();
  void check_kept();
  void close_everything();
  void die(bool power_fails);
  bool disk_failed(const Error& error);
  void found();
  void observe();
  void observe_own_log(const sync::LogRow& log);
  void observe_receipt(std::uint64_t number);
  void note_dishonest(const sync::Receipt& receipt);
  bool of_a_suspect(const std::string& subject) const;
  void notice(const std::vector<sync::Action>& actions, std::size_t from) const;
  std::filesystem::path fence_file() const { return folder_ / "fence" / "fence.bin"; }
  std::optional<Bytes> fence_bytes() const;
  bool put_fence(const sync::Fence& fence);
  void put_fence_bytes(const std::optional<Bytes>& bytes) const;

  Universe& universe_;
  std::size_t number_;
  std::string name_;
  std::filesystem::path folder_;
  SeededEntropy entropy_;
  NumberedEntropy numbered_entropy_;
  Random faults_;
  Disk disk_;
  DiskVfs vfs_;
  std::int64_t clock_offset_ms_ = 0;
  std::int64_t clock_drift_ppm_ = 0;
  std::uint64_t paused_until_ms_ = 0;
  std::uint64_t last_step_calls_ = 8;
  bool being_restored_ = false;
  std::unique_ptr<station::Database> database_;
  std::unique_ptr<WatchedStore> store_;
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
