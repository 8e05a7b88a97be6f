#include "tests/simulation/rehearsal.h"

#include <algorithm>

#include "tests/simulation/people.h"
#include "tests/simulation/spans.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr std::size_t kActs = 60;
constexpr int kMostMeetings = 2'000;  // in one, far above need: small budgets and crashes ask for many

Settings settings_of(std::uint64_t seed, const Variant& variant) {
  Settings s;
  s.seed = seed;
  s.byte_budget = variant.byte_budget;
  s.snapshot_behind = variant.snapshot_behind;
  for (const Fault fault :
       {Fault::crash_before_commit, Fault::crash_in_io, Fault::crash_after_commit, Fault::crash_after_fence,
        Fault::crash_in_fence, Fault::sync_failed, Fault::disk_io_error, Fault::disk_full})
    s.rate[static_cast<std::size_t>(fault)] = variant.crashes;
  if (variant.crashes != 0) {
    s.rate[static_cast<std::size_t>(Fault::power_cut)] = 5'000;
    s.rate[static_cast<std::size_t>(Fault::crash_in_recovery)] = 1'000;
  }
  return s;
}

bool has_kind(const LocalSave& save, OperationKind kind) {
  return std::any_of(save.operations.begin(), save.operations.end(),
                     [&](const Operation& op) { return op.kind == kind; });
}

}  // namespace

Rehearsal::Rehearsal(std::uint64_t seed, const Variant& variant, const std::filesystem::path& folder)
    : variant_(variant),
      universe_(settings_of(seed, variant), false, nullptr),
      tape_(seed, "tape"),
      carriers_((universe_.repeatable = true, universe_), processes_, *this) {
  for (std::size_t i = 0; i <= universe_.settings.sites; ++i) {
    const std::string& code = universe_.zone.members[i].code;
    processes_.push_back(std::make_unique<Process>(universe_, i, code, folder / code));
    if (i > 0 && variant.clocks_off) {
      Random clocks(seed, "offsets " + code);
      processes_.back()->set_clock_offset(static_cast<std::int64_t>(clocks.below(140 * 365 * 24)) *
                                              static_cast<std::int64_t>(kHour) -
                                          70ll * 365 * 24 * static_cast<std::int64_t>(kHour));
      processes_.back()->set_clock_drift(static_cast<std::int64_t>(clocks.below(1'000)) - 500);
    }
    carriers_.add_link();
  }
}

void Rehearsal::after(std::uint64_t, std::function<void()> what) {
  due_.push(std::move(what));
}

void Rehearsal::drain() {
  while (!due_.empty()) {
    const auto what = std::move(due_.front());
    due_.pop();
    what();
  }
}

void Rehearsal::play() {
  for (std::size_t i = 0; i < kActs; ++i) {
    universe_.now_ms += tape_.between(kHour / 10, 5 * kHour);
    Random people(tape_.next(), "people");
    act(tape_.below(processes_.size()), people);
    const std::size_t meets = 1 + tape_.below(processes_.size() - 1);
    if (tape_.chance(400)) meet(meets);
  }
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 1; i < processes_.size(); ++i) {
      universe_.now_ms += kHour;
      meet(i);
    }
}

void Rehearsal::act(std::size_t station, Random& people) {
  Process& p = *processes_[station];
  std::optional<LocalSave> save;
  if (variant_.say == nullptr) {
    save = draw_act(universe_, p, people);
    if (save && !variant_.answer_proposals && has_kind(*save, OperationKind::proposal_answer)) save.reset();
    const auto hands_over = [](const Operation& op) {
      return op.kind == OperationKind::status_event && op.event == handed_over_event();
    };
    if (save && !variant_.hand_over && std::any_of(save->operations.begin(), save->operations.end(), hands_over))
      save.reset();
    said_.push_back(save.value_or(LocalSave{}));
  } else {
    save = variant_.say->at(next_said_++);
    if (save->operations.empty()) save.reset();
  }
  if (!save) return;
  // Until it is durable or refused; a crash may leave either.
  const std::uint64_t before = p.changesets_made();
  for (int attempt = 0; attempt < kMostMeetings && p.changesets_made() == before; ++attempt) {
    std::vector<Action> actions;
    if (p.step(*save, actions, p.draw_trouble())) return;
  }
}

bool Rehearsal::settled(std::size_t site) {
  Process& p = *processes_[site];
  if (p.store().count_waiting(false) + p.store().count_waiting(true) != 0) return false;
  const auto streams = hub().store().streams();
  return std::all_of(streams.begin(), streams.end(), [&](const StreamRow& row) {
    const bool ours = row.owner == p.member().device.bytes || row.owner == p.member().organisation.bytes;
    const auto here = p.store().stream(row.id);
    return !ours || row.seq == (here ? here->seq : 0);
  });
}

void Rehearsal::meet(std::size_t site) {
  // Drawn in every variant, so that the tape stays the same.
  const bool by_stick = tape_.chance(500);
  for (int i = 0; i < kMostMeetings; ++i) {
    if (variant_.way == Way::stick || (variant_.way == Way::mixed && by_stick))
      carriers_.send_stick(site);
    else
      carriers_.exchange(site);
    drain();
    if (settled(site)) break;
    if (i + 1 == kMostMeetings) throw Violation("L1", processes_[site]->name() + " does not settle");
  }
  if (at_meeting) at_meeting();
}

Outcome Rehearsal::outcome() {
  Outcome o;
  o.said = said_;
  o.crashes = universe_.crashes;
  o.receipts = universe_.receipts.size();
  o.snapshot_chunks = universe_.snapshot_chunks;
  for (std::size_t i = 1; i < processes_.size(); ++i) {
    const OrganisationId& scope = processes_[i]->member().organisation;
    o.hub_digests.push_back(hub().digest(scope));
    o.site_digests.push_back(processes_[i]->digest(scope));
  }
  for (const StreamRow& row : hub().store().streams()) o.chains[row.id] = row.chain;
  for (const auto& [number, bytes] : universe_.receipts) o.verdicts.push_back(decode_receipt(bytes)->exceptions);
  const Schema& schema = hub().engine().schema();
  for (const HomeRow& home : hub().store().homes())
    for (const FieldRow& row : hub().store().fields_of_home(home.home)) {
      const auto record = hub().store().record(row.record, Layer::confirmed);
      const FieldSpec* spec = record ? schema.field(record->type, row.field) : nullptr;
      if (spec != nullptr && (spec->writers & kRelationAll) == 0)
        o.guarded[{row.record, row.field}] = {row.value, row.event};
    }
  return o;
}

}  // namespace tram::simulation
