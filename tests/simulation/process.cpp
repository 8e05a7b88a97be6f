#include "tests/simulation/process.h"

#include <fstream>

#include "station/store/fence.h"
#include "sync/mutant.h"

namespace tram::simulation {
namespace {

using namespace sync;
namespace fs = std::filesystem;

constexpr std::uint64_t kEpochMs = 1'772'323'200'000;  // 2026-03-01T00:00:00Z: when the run starts
constexpr std::uint64_t kMostDeathsInRecovery = 3;
struct Killed {};

}  // namespace

Process::Process(Universe& universe, std::size_t number, std::string name, fs::path folder, const Image* copied)
    : universe_(universe),
      number_(number),
      name_(std::move(name)),
      folder_(std::move(folder)),
      entropy_(universe.settings.seed, "entropy " + name_),
      numbered_entropy_(universe.settings.seed, "entropy " + name_),
      faults_(universe.settings.seed, "process faults " + name_),
      disk_(universe.settings.seed, name_),
      vfs_(disk_, "simulated disk of " + name_) {
  fs::create_directories(folder_ / "fence");
  if (number == 0) vfs_.seed_sqlite();
  if (copied) {
    branched = true;
    disk_.load(copied->disk);
    put_fence_bytes(copied->fence);
    known_seq_ = copied->known_seq;
  }
  open(copied != nullptr);
  if (copied) branch();
}

void Process::branch() {
  branched = true;
  universe_.suspects.insert(member().device.hex());
  for (const auto& [log, seq] : known_seq_) universe_.suspects.insert(log.hex());
}

Process::~Process() {
  disk_.stop();
  close_everything();
}

std::uint64_t Process::wall_ms() const {
  const auto true_ms = static_cast<std::int64_t>(kEpochMs + universe_.now_ms);
  const auto drift = static_cast<std::int64_t>(universe_.now_ms) * clock_drift_ppm_ / 1'000'000;
  const std::int64_t wall = true_ms + drift + clock_offset_ms_;
  return wall < 0 ? 0 : static_cast<std::uint64_t>(wall);
}

bool Process::clock_is_held() const {
  return engine_->clock_jump_ms(wall_ms(), universe_.now_ms) > 0;
}

// --- life and death --------------------------------------------------------------------------------------------------

void Process::close_everything() {
  engine_.reset();
  store_.reset();
  database_.reset();
}

void Process::open_database() {
  station::Database::Options options;
  options.clock = [this] { return std::chrono::steady_clock::time_point(std::chrono::milliseconds(universe_.now_ms)); };
  options.vfs = vfs_.name().c_str();
  for (std::uint64_t deaths = 0;; ++deaths) {
    if (deaths < kMostDeathsInRecovery && universe_.happens(Fault::crash_in_recovery, faults_))
      disk_.die_at(faults_.between(1, 40));
    auto opened = station::Database::open(folder_, options);
    if (opened && !disk_.dead()) {
      disk_.die_at(0);
      database_ = std::move(*opened);
      return;
    }
    if (!disk_.dead()) throw Violation("I14", name_ + ": the database does not open: " + opened.error().message());
    if (opened) opened->reset();
    ++universe_.crashes;
    universe_.trace.line(universe_.now_ms, name_ + " dies while it recovers");
    if (universe_.happens(Fault::power_cut, faults_))
      disk_.cut_power();
    else
      disk_.start_process();
  }
}

void Process::open(bool after_crash) {
  open_database();
  if (after_crash && !station::check_integrity(database_->writer(), station::CheckDepth::full))
    throw Violation("I14", name_ + ": the database is damaged after a crash");
  store_ = std::make_unique<WatchedStore>(*database_);
  const Member& m = member();
  Identity identity;
  identity.zone = universe_.zone.id;
  identity.device = m.device;
  identity.organisation = m.organisation;
  identity.at_hub = at_hub();
  // Small steps and chunks: a snapshot is made over several answers, and carried by several.
  identity.snapshots = {universe_.settings.snapshot_behind, 40, 1'024};
  identity.device_key = &m.device_key;
  identity.service_key = at_hub() ? &universe_.zone.service_key : nullptr;
  engine_ = std::make_unique<Engine>(identity, universe_.zone.schema);
  ++lives;
  check_kept();
  if (lives == 1 && !branched) found();
  observe();
  start_engine();
}

// I1 and I2: what was durable is there, whatever happened to the process.
void Process::check_kept() {
  for (const auto& [log, seq] : known_seq_) {
    const auto row = store_->log(log);
    // A branch of its own that left its places is kept beside the log, and a later incarnation goes on (design 8).
    if (!row || (row->head_seq < seq && !(branched || set_back)))
      throw Violation("I1", name_ + " lost its log after seq " + std::to_string(row ? row->head_seq : 0) + " of " +
                                std::to_string(seq));
  }
  for (const auto& [hash, made] : universe_.model.all()) {
    if (made.device != member().device || made.machine != name_ || universe_.lost.contains(hash)) continue;
    const auto row = store_->changeset(hash);
    if (row && row->seq == made.seq) continue;
    if (!being_restored_) throw Violation("I1", name_ + " lost seq " + std::to_string(made.seq) + " of its log");
    universe_.lost.insert(hash);
    // What never left may be forgotten, and its number given again.
    if (made.seq > universe_.left_through[made.log]) universe_.signed_at[{made.log, made.seq}].erase(hash);
  }
  being_restored_ = false;
  if (!at_hub()) return;
  for (const auto& [hub_seq, encoded] : universe_.receipts) {
    const auto row = store_->receipt(1, hub_seq);
    if (!row || row->bytes != encoded)
      throw Violation("I2", "the hub lost or changed receipt " + std::to_string(hub_seq));
  }
}

// As the programs do (station/station.cpp).
void Process::start_engine() {
  Start start;
  const auto reading = station::read_fence(folder_ / "fence");
  if (!reading) throw Violation("fence", "cannot be read");
  if (TRAM_MUTANT(fence_ignored)) {
    start.fence.reset();
  } else if (reading->state == station::FenceState::present) {
    start.fence = sync::Fence{reading->fence.incarnation, reading->fence.seq, reading->fence.head_hash};
    start.foreign = reading->fence.device != member().device;
  } else if (!at_hub()) {
    if (const auto own = store_->own_log())
      store_->each_changeset(own->log, 1, [&](const ChangesetRow& row) {
        start.foreign = row.sent;
        return !start.foreign;
      });
  }
  std::vector<Action> actions;
  step(start, actions);
}

// A new station: the root key and the directory, as enrolment gives them.
void Process::found() {
  const auto done = store_->transact([&](Store& s) { s.put_meta(meta::kRootKey, universe_.zone.root.public_key); });
  std::vector<Action> actions;
  if (!done || !step(AddDirectory{universe_.zone.directory}, actions) || find_action<Refuse>(actions))
    throw Violation("set-up", "the directory was refused");
}

void Process::die() {
  die(universe_.happens(Fault::power_cut, faults_));
}

void Process::die(bool power_fails) {
  ++universe_.crashes;
  universe_.trace.line(universe_.now_ms, name_ + (power_fails ? " loses power" : " dies"));
  disk_.stop();
  close_everything();
  if (power_fails)
    disk_.cut_power();
  else
    disk_.start_process();
  open(true);
}

void Process::restart_cleanly() {
  if (!database_->close()) throw Violation("I14", "the database does not close");
  close_everything();
  disk_.start_process();
  open(false);
}

std::uint64_t Process::changesets_made() const {
  std::uint64_t made = 0;
  for (const auto& [log, seq] : known_seq_) made += seq;
  return made;
}

// --- steps -----------------------------------------------------------------------------------------------------------

bool Process::step(const Event& event, std::vector<Action>& out, Trouble trouble) {
  return step_together({[&](const std::vector<Action>&) { return event; }}, out, trouble);
}

bool Process::step_together(const Events& events, std::vector<Action>& out, Trouble trouble) {
  const std::size_t from = out.size();
  const std::uint64_t calls = disk_.calls();
  if (trouble == Trouble::dies_in_io) disk_.die_at(faults_.between(1, last_step_calls_ + 1));
  if (trouble == Trouble::io_error) disk_.fail_at(faults_.between(1, last_step_calls_));
  disk_.fail_next_sync(trouble == Trouble::sync_fails);
  disk_.set_full(trouble == Trouble::disk_full);
  Result<void> done;
  try {
    done = store_->transact([&](Store& s) {
      numbered_entropy_.start_at(changesets_made());
      const Env env{wall_ms(), universe_.repeatable ? static_cast<Entropy&>(numbered_entropy_) : entropy_,
                    universe_.now_ms};
      for (const auto& event : events) engine_->step(event(out), env, s, out);
      if (trouble == Trouble::dies_before_commit) throw Killed{};
    });
  } catch (const Killed&) {
    die();
    if (TRAM_MUTANT(hub_seq_gap) && at_hub())  // as a database sequence would
      (void)store_->transact([](Store& s) { put_meta_u64(s, meta::kHubSeq, meta_u64(s, meta::kHubSeq) + 1); });
    return false;
  }
  last_step_calls_ = std::max<std::uint64_t>(disk_.calls() - calls, 4);
  if (!disk_.complaint().empty()) throw Violation("disk", disk_.complaint());
  if (disk_.dead() || trouble == Trouble::dies_after_commit) {
    out.resize(from);
    die();
    return false;
  }
  disk_.die_at(0);
  disk_.fail_at(0);
  disk_.fail_next_sync(false);
  disk_.set_full(false);
  if (!done || database_->failed()) {
    out.resize(from);
    return disk_failed(done ? make_error_code(*database_->failed()) : done.error());
  }
  observe();
  for (std::size_t i = from; i < out.size(); ++i) {
    const auto* taken = std::get_if<Taken>(&out[i]);
    if (taken == nullptr || taken->snapshot_chunks == 0) continue;
    universe_.snapshot_chunks += taken->snapshot_chunks;
    universe_.trace.line(universe_.now_ms,
                         name_ + " keeps " + std::to_string(taken->snapshot_chunks) + " chunks of a snapshot");
  }
  notice(out, from);
  return true;
}

// A full disk undoes the step and is a state; after any other error the program ends and trusts only what it reads.
bool Process::disk_failed(const Error& error) {
  if (!disk_.fault_met()) throw Violation("storage", name_ + ": a transaction failed: " + error.message());
  universe_.trace.line(universe_.now_ms, name_ + " meets " + error.message());
  if (error == station::errc::disk_full && !database_->failed()) return false;
  if (error != station::errc::disk_full && !database_->failed())
    throw Violation("I14", name_ + " goes on after " + error.message());
  die();
  return false;
}

void Process::commit_cursors_of(const Event& event) {
  std::vector<StreamRow> streams;
  std::vector<EntryRow> entries;
  try {
    (void)store_->transact([&](Store& s) {
      std::map<StreamId, std::uint64_t> before;
      for (const StreamRow& row : s.streams()) before[row.id] = row.seq;
      std::vector<Action> thrown_away;
      engine_->step(event, Env{wall_ms(), entropy_}, s, thrown_away);
      for (const StreamRow& row : s.streams()) {
        streams.push_back(row);
        s.each_entry(row.id, before[row.id] + 1, [&](const EntryRow& entry) {
          entries.push_back(entry);
          return true;
        });
      }
      throw Killed{};
    });
  } catch (const Killed&) {
  }
  (void)store_->transact([&](Store& s) {
    for (const StreamRow& row : streams) s.put_stream(row);
    for (const EntryRow& row : entries) s.put_entry(row);
  });
}

Trouble Process::draw_trouble() {
  static constexpr std::array<std::pair<Fault, Trouble>, 6> kKinds = {{
      {Fault::crash_before_commit, Trouble::dies_before_commit},
      {Fault::crash_in_io, Trouble::dies_in_io},
      {Fault::crash_after_commit, Trouble::dies_after_commit},
      {Fault::disk_full, Trouble::disk_full},
      {Fault::disk_io_error, Trouble::io_error},
      {Fault::sync_failed, Trouble::sync_fails},
  }};
  // Every kind is drawn each time, so that switching one off does not move the others.
  Trouble met = Trouble::none;
  for (const auto& [fault, trouble] : kKinds)
    if (universe_.happens(fault, faults_) && met == Trouble::none) met = trouble;
  return met;
}

// --- the fence file --------------------------------------------------------------------------------------------------

std::optional<Bytes> Process::fence_bytes() const {
  std::ifstream in(fence_file(), std::ios::binary);
  if (!in) return std::nullopt;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

void Process::put_fence_bytes(const std::optional<Bytes>& bytes) const {
  if (!bytes) {
    fs::remove(fence_file());
    return;
  }
  std::ofstream out(fence_file(), std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
}

bool Process::write_fence(const sync::Fence& fence) {
  if (!put_fence(fence)) return false;        // then nothing leaves
  for (const LogRow& log : store_->logs()) {  // older logs go out whole, the open one up to the fence
    if (!log.own) continue;
    std::uint64_t& through = universe_.left_through[log.log];
    through = std::max(through, log.closed ? log.head_seq : fence.seq);
  }
  return true;
}

bool Process::put_fence(const sync::Fence& fence) {
  const auto reading = station::read_fence(folder_ / "fence");
  // Never backwards: a second restore must still be seen.
  if (reading && reading->state == station::FenceState::present && reading->fence.incarnation == fence.incarnation &&
      reading->fence.seq >= fence.seq)
    return true;
  const auto before = fence_bytes();
  station::Fence row;
  row.zone = universe_.zone.id;
  row.device = member().device;
  row.incarnation = fence.incarnation;
  row.seq = fence.seq;
  row.head_hash = fence.head_hash;
  if (!station::write_fence(folder_ / "fence", row)) throw Violation("fence", "cannot be written");
  if (!universe_.happens(Fault::crash_in_fence, faults_)) return true;
  // Until the folder is synced the old file may still be the one that stands.
  if (faults_.chance(500)) put_fence_bytes(before);
  die();
  return false;
}

// --- images ----------------------------------------------------------------------------------------------------------

Image Process::image() {
  return {disk_.image(), fence_bytes(), known_seq_};
}

bool Process::suspended() {
  const auto flag = store_->meta(meta::kSuspended);
  return flag && !flag->empty();
}

void Process::restore(const Image& image, bool with_fence) {
  universe_.trace.line(universe_.now_ms, name_ + (with_fence ? " is set back whole" : " is set back"));
  disk_.stop();
  close_everything();
  disk_.load(image.disk);
  if (with_fence) {
    put_fence_bytes(image.fence);
    branch();
  }
  set_back = true;
  universe_.set_back.insert(member().device.hex());
  known_seq_ = image.known_seq;
  checked_entries.clear();
  checked_homes.clear();
  being_restored_ = true;
  open(true);
}

}  // namespace tram::simulation
