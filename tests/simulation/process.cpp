#include "tests/simulation/process.h"

#include "station/store/fence.h"

namespace tram::simulation {
namespace {

using namespace sync;
namespace fs = std::filesystem;

constexpr std::uint64_t kEpochMs = 1'772'323'200'000;  // 2026-03-01T00:00:00Z: when the run starts
struct Killed {};

std::uint64_t size_of(const fs::path& file) {
  std::error_code none;
  const auto size = fs::file_size(file, none);
  return none ? 0 : size;
}

fs::path journal(const fs::path& folder) {
  return folder / "db" / "tram.sqlite-wal";
}

}  // namespace

Process::Process(Universe& universe, std::size_t number, fs::path folder)
    : universe_(universe),
      number_(number),
      base_(std::move(folder)),
      folder_(base_ / "0"),
      entropy_(universe.settings.seed, "entropy " + std::to_string(number)),
      faults_(universe.settings.seed, "process faults " + std::to_string(number)) {
  fs::create_directories(folder_);
  open();
}

std::uint64_t Process::wall_ms() const {
  const auto wall = static_cast<std::int64_t>(kEpochMs + universe_.now_ms) + clock_offset_ms_;
  return wall < 0 ? 0 : static_cast<std::uint64_t>(wall);
}

void Process::open() {
  engine_.reset();
  store_.reset();
  database_.reset();
  auto opened = station::Database::open(folder_);
  if (!opened) throw Violation("I14", "the database does not open: " + opened.error().message());
  database_ = std::move(*opened);
  store_ = std::make_unique<station::SqliteStore>(*database_);
  const Member& m = member();
  Identity identity;
  identity.zone = universe_.zone.id;
  identity.device = m.device;
  identity.organisation = m.organisation;
  identity.at_hub = at_hub();
  identity.device_key = &m.device_key;
  identity.service_key = at_hub() ? &universe_.zone.service_key : nullptr;
  engine_ = std::make_unique<Engine>(identity, universe_.zone.schema);
  ++lives;
  // I1 and I2: what was durable is there, whatever happened to the process.
  for (const auto& [hash, made] : universe_.model.all())
    if (made.device == m.device) {
      const auto row = store_->changeset(hash);
      if (!row || row->seq != made.seq)
        throw Violation("I1", m.code + " lost seq " + std::to_string(made.seq) + " of its log");
    }
  if (at_hub())
    for (const auto& [hub_seq, encoded] : universe_.receipts) {
      const auto row = store_->receipt(1, hub_seq);
      if (!row || row->bytes != encoded)
        throw Violation("I2", "the hub lost or changed receipt " + std::to_string(hub_seq));
    }
  if (lives == 1) found();
  observe();
  Start start;
  const auto reading = station::read_fence(folder_ / "fence");
  if (!reading) throw Violation("fence", "cannot be read");
  start.foreign = reading->state == station::FenceState::damaged;
  if (reading->state == station::FenceState::present)
    start.fence = sync::Fence{reading->fence.incarnation, reading->fence.seq, reading->fence.head_hash};
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

bool Process::step(const Event& event, std::vector<Action>& out, Crash crash) {
  return step_together({[&](const std::vector<Action>&) { return event; }}, out, crash);
}

bool Process::step_together(const std::vector<std::function<Event(const std::vector<Action>&)>>& events,
                            std::vector<Action>& out, Crash crash) {
  const std::size_t from = out.size();
  const std::uint64_t journal_before = size_of(journal(folder_));
  const fs::path next = next_folder();
  try {
    const auto done = store_->transact([&](Store& s) {
      const Env env{wall_ms(), entropy_};
      for (const auto& event : events) engine_->step(event(out), env, s, out);
      if (crash == Crash::before_commit) {
        snapshot(next);
        throw Killed{};
      }
    });
    if (!done) throw Violation("storage", "a transaction failed: " + done.error().message());
  } catch (const Killed&) {
    move_to(next);
    return false;
  }
  if (crash == Crash::torn_commit) {
    const std::uint64_t journal_after = size_of(journal(folder_));
    snapshot(next);
    // A step that wrote nothing has no commit to tear.
    if (journal_after > journal_before)
      fs::resize_file(journal(next), journal_before + faults_.below(journal_after - journal_before));
    move_to(next);
    return false;
  }
  if (crash == Crash::after_commit) {
    kill();
    return false;
  }
  observe();
  notice(out, from);
  return true;
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

void Process::snapshot(const fs::path& to) const {
  fs::create_directories(to / "db");
  fs::create_directories(to / "fence");
  fs::copy_file(folder_ / "db" / "tram.sqlite", to / "db" / "tram.sqlite");
  if (fs::exists(journal(folder_))) fs::copy_file(journal(folder_), journal(to));
  if (const auto fence = folder_ / "fence" / "fence.bin"; fs::exists(fence))
    fs::copy_file(fence, to / "fence" / "fence.bin");
}

void Process::move_to(const fs::path& folder) {
  ++universe_.crashes;
  const fs::path old = folder_;
  folder_ = folder;
  universe_.trace.line(universe_.now_ms, member().code + " dies");
  open();
  fs::remove_all(old);
}

void Process::kill() {
  const fs::path next = next_folder();
  snapshot(next);
  move_to(next);
}

void Process::restart_cleanly() {
  if (!database_->close()) throw Violation("I14", "the database does not close");
  open();
}

void Process::write_fence(const sync::Fence& fence) {
  station::Fence row;
  row.zone = universe_.zone.id;
  row.device = member().device;
  row.incarnation = fence.incarnation;
  row.seq = fence.seq;
  row.head_hash = fence.head_hash;
  if (!station::write_fence(folder_ / "fence", row)) throw Violation("fence", "cannot be written");
}

Crash Process::draw_crash() {
  // Every kind is drawn each time, so that switching one off does not move the others.
  const bool before = universe_.happens(Fault::crash_before_commit, faults_);
  const bool torn = universe_.happens(Fault::crash_torn_commit, faults_);
  const bool after = universe_.happens(Fault::crash_after_commit, faults_);
  if (before) return Crash::before_commit;
  if (torn) return Crash::torn_commit;
  return after ? Crash::after_commit : Crash::none;
}

// Takes note of what is durable now: new changesets of the own log and, at the hub, new receipts.
void Process::observe() {
  for (const LogRow& log : store_->logs()) {
    if (!log.own) continue;
    for (std::uint64_t& seq = known_seq_[log.log]; seq < log.head_seq; ++seq) {
      const auto row = store_->changeset_at(log.log, seq + 1);
      if (!row) throw Violation("I5", member().code + " has a hole in its log at " + std::to_string(seq + 1));
      const auto header = decode_header(row->bytes.header);
      const auto body = decode_body(row->bytes.body);
      if (!header || !body) throw Violation("I4", "an own changeset cannot be read");
      Made made{row->hash,       log.log,        row->seq,  member().device,    member().organisation,
                at_hub(),        header->person, row->home, header->written_at, (header->flags & kClockUnset) != 0,
                body->operations};
      if (!universe_.slots.emplace(std::pair(log.log, row->seq), row->hash).second)
        throw Violation("I3", "two changesets under one number of a log");
      if (seq > 0) {
        const auto before = store_->changeset_at(log.log, seq);
        const auto earlier = before ? decode_header(before->bytes.header) : Result<Header>(errc::truncated);
        if (!earlier || header->prev != before->hash) throw Violation("I5", "the log's chain is broken");
        if (header->written_at <= earlier->written_at) throw Violation("I12", "time in a log went back");
      }
      universe_.trace.line(universe_.now_ms, member().code + " made " + to_hex(row->hash).substr(0, 16) + " " +
                                                 std::to_string(made.operations.size()));
      universe_.model.made(std::move(made));
    }
  }
  if (!at_hub()) return;
  const std::uint64_t newest = meta_u64(*store_, meta::kHubSeq);
  for (std::uint64_t n = universe_.receipts.size() + 1; n <= newest; ++n) {
    const auto row = store_->receipt(1, n);
    const auto receipt = row ? decode_receipt(row->bytes) : Result<Receipt>(errc::truncated);
    if (!receipt || receipt->hub_seq != n) throw Violation("I5", "the receipts have a hole at " + std::to_string(n));
    const Made* made = universe_.model.find(receipt->changeset);
    const auto slot = universe_.slots.find({receipt->log, receipt->seq});
    if (!made || slot == universe_.slots.end() || slot->second != receipt->changeset)
      throw Violation("I3", "a receipt for something that was never durable at its author");
    if (universe_.model.receipt_of(receipt->changeset)) throw Violation("I8", "two receipts for one changeset");
    Ordered ordered{n, receipt->hub_time_ms, receipt->lo_ms, receipt->changeset, {}};
    const bool whole = !receipt->exceptions.empty() && receipt->exceptions[0].operation == kAllOperations;
    for (std::size_t i = 0; i < made->operations.size(); ++i) {
      const ReceiptException e = receipt->verdict_of(static_cast<std::uint16_t>(i));
      ordered.rulings.push_back({static_cast<std::uint8_t>(e.verdict), static_cast<std::uint8_t>(e.reason), whole});
    }
    const auto& before = universe_.model.receipts();
    if (!before.empty() && before.back().hub_time_ms > ordered.hub_time_ms) throw Violation("I5", "hub time went back");
    universe_.model.ordered(std::move(ordered));
    universe_.receipts[n] = row->bytes;
    universe_.trace.line(universe_.now_ms, "receipt " + std::to_string(n) + " " +
                                               to_hex(receipt_hash(row->bytes)).substr(0, 16) + " for " +
                                               to_hex(receipt->changeset).substr(0, 12));
  }
}

// In a world without clones, restores and foreign programs nothing of this kind may be met.
void Process::notice(const std::vector<Action>& actions, std::size_t from) const {
  for (std::size_t i = from; i < actions.size(); ++i)
    if (const auto* n = std::get_if<Notice>(&actions[i]))
      throw Violation("alarm", member().code + " says " + std::string(sync::name(n->code)) + " of " + n->subject +
                                   " at " + std::to_string(n->seq));
}

}  // namespace tram::simulation
