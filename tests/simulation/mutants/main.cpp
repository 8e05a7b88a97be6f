// tram-sim-mutants: the simulator over a program that is wrong on purpose. Exit 0 when the seed, or every seed of a
// range, broke an invariant; 1 when one did not; 2 on wrong usage. `--mutant none` runs the same binary unharmed.
#include <charconv>
#include <cstdio>
#include <string>

#include "crypto/random.h"
#include "tests/simulation/mutants/mutant.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/work_folder.h"

namespace {

using namespace tram;
using namespace tram::simulation;

int usage() {
  std::fprintf(stderr,
               "tram-sim-mutants --mutant NAME --seed S [--until STEP] [--trace]\n"
               "tram-sim-mutants --mutant NAME --seed S --shrink FILE_case.cpp\n"
               "tram-sim-mutants --mutant NAME --first-seed N --seeds N\nNAME: none");
  for (const mutants::Mutant m : mutants::all()) {
    const std::string_view text = mutants::name(m);
    std::fprintf(stderr, ", %.*s", static_cast<int>(text.size()), text.data());
  }
  std::fprintf(stderr, "\n");
  return 2;
}

bool breaks(const RunOptions& options) {
  const RunResult r = run(options);
  const std::string mutant(mutants::name(mutants::active));
  const auto seed = static_cast<unsigned long long>(options.seed);
  const auto events = static_cast<unsigned long long>(r.events);
  if (r.violation.empty()) {
    std::printf("seed 0x%llx: %s was not noticed in %llu steps\n", seed, mutant.c_str(), events);
    return false;
  }
  std::printf("FAILED seed 0x%llx at step %llu: %s\n", seed, events, r.violation.c_str());
  std::printf("replay: tram-sim-mutants --mutant %s --seed 0x%llx --until %llu --trace\n", mutant.c_str(), seed,
              events);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  RunOptions options;
  std::optional<mutants::Mutant> mutant;
  std::uint64_t seeds = 1;
  std::string file;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--trace") {
      options.print_trace = true;
      continue;
    }
    if (i + 1 == argc) return usage();
    std::string_view value = argv[++i];
    if (option == "--mutant") {
      mutant = mutants::find(value);
      continue;
    }
    if (option == "--shrink") {
      file = value;
      continue;
    }
    std::uint64_t* number = option == "--seed" || option == "--first-seed" ? &options.seed
                            : option == "--seeds"                          ? &seeds
                            : option == "--until"                          ? &options.until
                                                                           : nullptr;
    if (number == nullptr) return usage();
    const int base = value.starts_with("0x") ? 16 : 10;
    if (base == 16) value.remove_prefix(2);
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number, base);
    if (error != std::errc{} || end != value.data() + value.size()) return usage();
  }
  if (!mutant) return usage();
  crypto::initialise();
  try {
    const WorkFolder folder;
    options.folder = folder.path() / "run";
    mutants::active = *mutant;
    if (!file.empty()) {
      const std::string name(mutants::name(*mutant));
      return write_case(options, name, "tram-sim-mutants --mutant " + name, file);
    }
    bool all = true;
    for (const std::uint64_t end = options.seed + seeds; options.seed < end; ++options.seed) all &= breaks(options);
    return all ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
