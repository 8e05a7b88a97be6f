// One run from one seed: a hub, its sites and couriers for a week or a month of virtual time (reliability design 3.2
// and 3.6).
#pragma once
#include <filesystem>

#include "tests/simulation/universe.h"

namespace tram::simulation {

struct RunOptions {
  std::uint64_t seed = 0;
  Plant plant = Plant::none;
  Scale scale = Scale::small;
  std::uint64_t until = 0;  // stop after that many events; 0 = to the end
  bool print_trace = false;
  std::filesystem::path folder;  // for locks and fence files; removed afterwards
};

struct RunResult {
  std::uint64_t events = 0;
  std::uint64_t crashes = 0;
  std::uint64_t changesets = 0;
  std::uint64_t operations = 0;
  std::uint64_t trace = 0;
  std::uint64_t settings = 0;  // their digest
  Counters reached{};
  std::string violation;  // empty = every invariant held
};

RunResult run(const RunOptions& options);

}  // namespace tram::simulation
