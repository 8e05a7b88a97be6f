// One run from one seed: a hub, its sites and couriers for a week or a month of virtual time (reliability design 3.2
// and 3.6).
#pragma once
#include <filesystem>

#include "tests/simulation/tape.h"
#include "tests/simulation/universe.h"

namespace tram::simulation {

struct RunOptions {
  std::uint64_t seed = 0;
  Scale scale = Scale::small;
  std::uint64_t until = 0;  // stop after that many events; 0 = to the end
  bool print_trace = false;
  std::vector<std::string>* keep_trace = nullptr;  // "MILLISECONDS what"
  const Tape* replay = nullptr;                    // the decisions to take; without, the seed draws them
  Tape* record = nullptr;                          // gets the decisions taken
  std::filesystem::path folder;                    // for locks and fence files; removed afterwards
  std::filesystem::path archive;                   // gets the first site's stream at the end (log_archive.h)
};

struct RunResult {
  std::uint64_t events = 0;
  std::uint64_t crashes = 0;
  std::uint64_t changesets = 0;
  std::uint64_t operations = 0;
  std::uint64_t sites = 0;
  std::uint64_t trace = 0;
  std::uint64_t settings = 0;  // their digest
  Counters reached{};
  std::string violation;  // empty = every invariant held
};

RunResult run(const RunOptions& options);

}  // namespace tram::simulation
