#include "tests/simulation/faults.h"

#include "tests/simulation/spans.h"

namespace tram::simulation {
namespace {

struct Kind {
  std::string_view name;
  // How often one is drawn, in 10,000, at the middle rate of a small run; a standard one is longer and draws less of
  // what would leave it no time to work.
  std::uint64_t small, standard;
};

constexpr std::array<Kind, kFaults> kKinds = {{
    {"request_lost", 600, 400},
    {"response_lost", 600, 400},
    {"message_duplicated", 600, 400},
    {"message_delayed", 600, 400},
    {"message_cut", 600, 400},
    {"partition_up", 300, 150},
    {"partition_down", 300, 150},
    {"portal_page", 300, 150},
    {"small_budget", 10'000, 10'000},
    {"crash_before_commit", 150, 20},
    {"crash_in_io", 250, 40},
    {"crash_after_commit", 150, 20},
    {"crash_after_fence", 300, 30},
    {"crash_in_fence", 200, 30},
    {"crash_in_recovery", 1'500, 1'500},
    {"power_cut", 5'000, 5'000},
    {"clean_restart", 600, 300},
    {"process_paused", 300, 200},
    {"disk_full", 150, 30},
    {"disk_io_error", 100, 20},
    {"sync_failed", 100, 20},
    {"stick_lost", 1'000, 800},
    {"stick_late", 600, 400},
    {"stick_twice", 600, 400},
    {"stick_copied", 600, 400},
    {"stick_truncated", 600, 400},
    {"stick_damaged", 600, 400},
    {"stick_wrong_office", 600, 400},
    {"stick_pulled", 600, 400},
    {"foreign_file", 600, 400},
    {"site_clock_jump", 600, 300},
    {"site_clock_unset", 600, 200},
    {"clock_drift", 600, 200},
    {"hub_clock_back", 600, 200},
    {"site_restored", 200, 60},
    {"site_set_back", 200, 60},
    {"site_cloned", 300, 100},
    {"delivery_replayed", 600, 300},
    {"dishonest_claim", 1'500, 500},
    {"dishonest_fork", 1'000, 300},
    {"dishonest_splice", 1'000, 300},
    {"dishonest_oversize", 500, 100},
    {"dishonest_nonsense", 1'000, 300},
    {"dishonest_frames", 1'000, 300},
    {"dishonest_gap", 1'000, 300},
    {"capture_replayed", 1'000, 500},
    {"stream_altered", 600, 200},
    {"hub_clock_forward", 1'500, 500},
}};

}  // namespace

std::string_view name(Fault fault) {
  return kKinds[static_cast<std::size_t>(fault)].name;
}

std::string_view name(Scale scale) {
  return scale == Scale::small ? "small" : "standard";
}

Settings draw_settings(std::uint64_t seed, Scale scale) {
  Random random(seed, "settings");
  Settings s;
  s.seed = seed;
  s.scale = scale;
  const bool small = scale == Scale::small;
  s.sites = small ? 3 : 5;
  s.couriers = small ? 1 : 2;
  Random shape(seed, kShapeStream);
  s.days = small ? 7 : 30;
  s.days -= shape.calm(s.days);
  for (bool& idle : s.idle) idle = shape.calm(2) != 0;
  s.horizon_ms = s.days * kDay;
  s.faults_end_ms = s.horizon_ms * 7 / 10;
  s.acts = small ? random.between(120, 220) : random.between(900, 1'300);
  Random later(seed, "later settings");
  for (std::size_t f = 0; f < kFaults; ++f) {
    Random& from = f < static_cast<std::size_t>(Fault::hub_clock_forward) ? random : later;
    const bool on = from.chance(600);
    const std::uint64_t middle = small ? kKinds[f].small : kKinds[f].standard;
    constexpr std::array<std::uint64_t, 3> kTenths = {4, 10, 25};
    const std::uint64_t rate = middle * kTenths[from.below(kTenths.size())] / 10;
    if (on) s.rate[f] = rate;
  }
  // Kinds that cannot live without each other, or that would leave nothing to see, are drawn apart.
  s.mode = random.chance(250) ? Mode::safety : Mode::liveness;
  if (s.mode == Mode::liveness)  // two machines that sign in one log are not brought together again without a person
    for (const Fault fault : {Fault::site_set_back, Fault::site_cloned}) s.rate[static_cast<std::size_t>(fault)] = 0;
  const std::uint64_t carriers = random.below(10);
  s.network = carriers != 9;
  s.sticks = carriers > 3;
  s.final_by_stick = !s.network || (s.sticks && random.chance(300));
  const bool tight = random.chance(500);
  s.byte_budget = (tight ? random.between(8, 24) : 256) << 10;
  Random snapshots(seed, "snapshots");
  s.snapshot_behind = snapshots.chance(600) ? snapshots.between(1, 12) : 0;
  return s;
}

std::uint64_t Settings::digest() const {
  std::uint64_t sum = 0xCBF29CE484222325ull;
  const auto add = [&](std::uint64_t value) {
    for (int i = 0; i < 8; ++i) sum = (sum ^ ((value >> (8 * i)) & 0xFF)) * 0x100000001B3ull;
  };
  for (const std::uint64_t value :
       {seed, static_cast<std::uint64_t>(scale), static_cast<std::uint64_t>(mode), static_cast<std::uint64_t>(sites),
        static_cast<std::uint64_t>(couriers), acts, days, horizon_ms, faults_end_ms,
        static_cast<std::uint64_t>(byte_budget), static_cast<std::uint64_t>(network),
        static_cast<std::uint64_t>(sticks), static_cast<std::uint64_t>(final_by_stick), snapshot_behind})
    add(value);
  for (const std::uint64_t value : rate) add(value);
  return sum;
}

}  // namespace tram::simulation
