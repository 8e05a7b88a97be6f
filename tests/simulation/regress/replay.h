// Cases that the simulator found and shrunk (shrink.h), replayed from their decision tapes. The folder is built twice:
// with the shipped libraries, where every case keeps every invariant, and with the mutants, where a case of a mutant
// still breaks the invariant it was found by.
#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace tram::simulation {

struct Case {
  std::uint64_t seed = 0;
  std::string mutant;     // empty: a defect that the shipped code once had
  std::string invariant;  // that broke
  std::string tape;
};

void expect_replay(const Case& found);

}  // namespace tram::simulation
