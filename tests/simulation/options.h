// The command line of tram-sim. New options get a line in `kOptions` of options.cpp.
#pragma once
#include <optional>
#include <string>

#include "tests/simulation/faults.h"

namespace tram::simulation {

struct Options {
  Scale scale = Scale::small;
  std::optional<std::uint64_t> seed;  // one seed, else a range
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;
  std::uint64_t until = 0;  // stop after that many steps; 0 = to the end
  bool trace = false;
  std::string shrink;   // the file of the case to write
  std::string archive;  // the file of the log archive to write
  std::uint64_t workers = 2;
  std::uint64_t seconds = 0;  // no further seed is begun after that; 0 = no limit
  std::string revision;       // printed with a failure
};

std::optional<Options> read_options(int argc, char** argv);
void print_usage();

}  // namespace tram::simulation
