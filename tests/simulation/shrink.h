// Makes a failing run small: takes decisions off its tape while the same invariant breaks (reliability design 3.5), and
// writes what is left as a GoogleTest case of tests/simulation/regress with a diagram of what happens in it.
#pragma once
#include <chrono>

#include "tests/simulation/simulation.h"

namespace tram::simulation {

struct ShrinkBudget {
  std::uint64_t replays = 2000;
  std::chrono::seconds time{120};
};

struct Shrunk {
  std::uint64_t seed = 0;
  std::string invariant;  // "I5"
  Tape tape;
  RunResult result;                // of the smallest run
  std::vector<std::string> trace;  // of it
  std::uint64_t replays = 0;
  std::uint64_t entries_before = 0;
};

// Nothing when the seed breaks no invariant, or when its tape does not replay it.
std::optional<Shrunk> shrink(const RunOptions& options, const ShrinkBudget& budget = {});

// The invariant that a violation names: what stands before ": ".
std::string invariant_of(const std::string& violation);
std::uint64_t sites_in(const Shrunk& shrunk);  // that take part
std::uint64_t acts_in(const Tape& tape);

// One column per station, one line per event, newest last.
std::string diagram(const std::vector<std::string>& trace, std::size_t most_lines);
// `name` in CamelCase; `mutant` empty for a defect of the shipped code. `program` replays the seed.
std::string gtest_case(const Shrunk& shrunk, const std::string& name, const std::string& mutant,
                       const std::string& program);

// Shrinks and writes `file`; what a program does for --shrink. Exit status 0 when a case was written.
int write_case(const RunOptions& options, const std::string& mutant, const std::string& program,
               const std::filesystem::path& file);

}  // namespace tram::simulation
