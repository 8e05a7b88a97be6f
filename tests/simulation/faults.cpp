#include "tests/simulation/faults.h"

namespace tram::simulation {

std::string_view name(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {
      "request_lost",        "response_lost",     "message_duplicated", "message_delayed",   "message_cut",
      "crash_before_commit", "crash_torn_commit", "crash_after_commit", "crash_after_fence", "clean_restart",
      "stick_lost",          "stick_late",        "stick_twice",        "stick_copied",      "stick_truncated",
      "stick_damaged",       "site_clock_jump",   "site_clock_unset",   "hub_clock_back",    "delivery_replayed",
      "small_budget"};
  return kNames[static_cast<std::size_t>(fault)];
}

Settings draw_settings(std::uint64_t seed, Plant plant) {
  Random random(seed, "settings");
  Settings s;
  s.seed = seed;
  s.plant = plant;
  constexpr std::uint64_t kDay = 24ull * 3600 * 1000;
  s.horizon_ms = 7 * kDay;
  s.faults_end_ms = s.horizon_ms * 7 / 10;
  s.acts = random.between(60, 140);
  for (std::size_t f = 0; f < kFaults; ++f) {
    const bool on = random.chance(600);
    constexpr std::array<std::uint64_t, 3> kRates = {20, 60, 150};
    const std::uint64_t rate = kRates[random.below(kRates.size())];
    if (on) s.permille[f] = rate;
  }
  // Kinds that cannot live without each other, or that would leave nothing to see, are drawn apart.
  const std::uint64_t carriers = random.below(10);
  s.network = carriers != 0;
  s.sticks = carriers == 0 || carriers > 4;
  s.final_by_stick = !s.network || (s.sticks && random.chance(300));
  const bool small = random.chance(500);
  s.byte_budget = (small ? random.between(8, 24) : 256) << 10;
  if (plant != Plant::none) {
    s.network = true;
    s.permille[static_cast<std::size_t>(Fault::crash_before_commit)] = 100;
  }
  return s;
}

}  // namespace tram::simulation
