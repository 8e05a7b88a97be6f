// tram-sim: runs seeds of the simulator in two worker processes and prints what was reached. Exit 0 when every
// invariant held in every seed and every kind of fault was reached; 1 with the line that replays the failure; 2 on
// wrong usage.
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "crypto/random.h"
#include "tests/simulation/simulation.h"

namespace {

using namespace tram;
using namespace tram::simulation;

constexpr unsigned kWorkers = 2;
constexpr std::uint64_t kCoverageSeeds = 50;  // from this many seeds on each kind of fault must be reached

struct Arguments {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;
  std::optional<std::uint64_t> seed;
  std::uint64_t until = 0;
  bool trace = false;
  Plant plant = Plant::none;
  Scale scale = Scale::small;
};

struct Report {  // what a worker tells after each seed; fixed size, so that one write is whole
  std::uint64_t seed = 0;
  std::uint64_t events = 0, crashes = 0, changesets = 0, operations = 0;
  Counters reached{};
  char violation[256] = {};
};

std::string_view name(Plant plant) {
  switch (plant) {
    case Plant::none:
      return "none";
    case Plant::cursor_before_data:
      return "cursor_before_data";
    case Plant::receipt_before_stored:
      return "receipt_before_stored";
  }
  return "none";
}

int usage() {
  std::fprintf(stderr,
               "tram-sim [--profile small|standard] [--first-seed N] [--seeds N] [--plant FAULT]\n"
               "tram-sim --seed S [--profile P] [--until STEP] [--trace] [--plant FAULT]\n"
               "FAULT: cursor_before_data, receipt_before_stored\n");
  return 2;
}

std::optional<std::uint64_t> number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Arguments> read_arguments(int argc, char** argv) {
  Arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--trace") {
      a.trace = true;
      continue;
    }
    if (i + 1 == argc) return std::nullopt;
    const std::string_view value = argv[++i];
    if (option == "--profile") {
      if (value == name(Scale::small))
        a.scale = Scale::small;
      else if (value == name(Scale::standard))
        a.scale = Scale::standard;
      else
        return std::nullopt;
      continue;
    }
    if (option == "--plant") {
      if (value == name(Plant::cursor_before_data))
        a.plant = Plant::cursor_before_data;
      else if (value == name(Plant::receipt_before_stored))
        a.plant = Plant::receipt_before_stored;
      else
        return std::nullopt;
      continue;
    }
    const auto n = number(value);
    if (!n) return std::nullopt;
    if (option == "--seed")
      a.seed = *n;
    else if (option == "--first-seed")
      a.first_seed = *n;
    else if (option == "--seeds")
      a.seeds = *n;
    else if (option == "--until")
      a.until = *n;
    else
      return std::nullopt;
  }
  return a;
}

std::filesystem::path fresh_folder() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code none;
  const auto base = std::filesystem::is_directory(memory, none) && access(memory.c_str(), W_OK) == 0
                        ? memory
                        : std::filesystem::temp_directory_path();
  std::string pattern = base / "tram-sim-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the databases");
  return pattern;
}

RunOptions options_for(const Arguments& a, std::uint64_t seed, const std::filesystem::path& folder) {
  RunOptions o;
  o.seed = seed;
  o.plant = a.plant;
  o.scale = a.scale;
  o.until = a.until;
  o.print_trace = a.trace;
  o.folder = folder / ("seed-" + std::to_string(seed));
  return o;
}

void print_failure(const Arguments& a, std::uint64_t seed, std::uint64_t events, std::string_view violation) {
  std::printf("FAILED seed 0x%llx at step %llu: %.*s\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(events), static_cast<int>(violation.size()), violation.data());
  std::printf("replay: tram-sim --seed 0x%llx --until %llu --trace", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(events));
  if (a.plant != Plant::none) std::printf(" --plant %s", std::string(name(a.plant)).c_str());
  std::printf("\n");
}

int run_one(const Arguments& a) {
  const auto folder = fresh_folder();
  const RunResult r = run(options_for(a, *a.seed, folder));
  std::filesystem::remove_all(folder);
  std::printf("seed 0x%llx  events %llu  crashes %llu  changesets %llu  operations %llu  trace %016llx\n",
              static_cast<unsigned long long>(*a.seed), static_cast<unsigned long long>(r.events),
              static_cast<unsigned long long>(r.crashes), static_cast<unsigned long long>(r.changesets),
              static_cast<unsigned long long>(r.operations), static_cast<unsigned long long>(r.trace));
  if (r.violation.empty()) return 0;
  print_failure(a, *a.seed, r.events, r.violation);
  return 1;
}

[[noreturn]] void work(const Arguments& a, unsigned worker, const std::filesystem::path& folder, int to) {
  for (std::uint64_t i = worker; i < a.seeds; i += kWorkers) {
    const std::uint64_t seed = a.first_seed + i;
    const RunResult r = run(options_for(a, seed, folder));
    Report report{seed, r.events, r.crashes, r.changesets, r.operations, r.reached, {}};
    std::strncpy(report.violation, r.violation.c_str(), sizeof report.violation - 1);
    if (write(to, &report, sizeof report) != static_cast<ssize_t>(sizeof report)) _exit(1);
  }
  _exit(0);
}

int print_table(const Arguments& a, const Report& sum, std::uint64_t seeds, const std::vector<Report>& failures) {
  std::printf("seeds %llu  events %llu  crashes %llu  changesets %llu  operations %llu\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(sum.events),
              static_cast<unsigned long long>(sum.crashes), static_cast<unsigned long long>(sum.changesets),
              static_cast<unsigned long long>(sum.operations));
  bool all_reached = true;
  for (std::size_t f = 0; f < kFaults; ++f) {
    const std::string_view fault = simulation::name(static_cast<Fault>(f));
    std::printf("  %-20.*s %8llu\n", static_cast<int>(fault.size()), fault.data(),
                static_cast<unsigned long long>(sum.reached[f]));
    all_reached &= sum.reached[f] > 0;
  }
  for (const Report& r : failures) print_failure(a, r.seed, r.events, r.violation);
  if (!failures.empty()) return 1;
  if (seeds != a.seeds) {
    std::printf("FAILED: a worker died after %llu seeds\n", static_cast<unsigned long long>(seeds));
    return 1;
  }
  if (seeds >= kCoverageSeeds && !all_reached) {
    std::printf("FAILED: a kind of fault was never reached\n");
    return 1;
  }
  return 0;
}

int run_many(const Arguments& a) {
  const auto folder = fresh_folder();
  int ends[2];
  if (pipe(ends) != 0) return 1;
  std::vector<pid_t> workers;
  for (unsigned worker = 0; worker < kWorkers; ++worker) {
    const pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) {
      close(ends[0]);
      work(a, worker, folder, ends[1]);
    }
    workers.push_back(pid);
  }
  close(ends[1]);
  Report sum, report;
  std::uint64_t seeds = 0;
  std::vector<Report> failures;
  static_assert(sizeof(Report) <= PIPE_BUF, "one write to a pipe is whole up to PIPE_BUF");
  while (read(ends[0], &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    ++seeds;
    sum.events += report.events;
    sum.crashes += report.crashes;
    sum.changesets += report.changesets;
    sum.operations += report.operations;
    for (std::size_t f = 0; f < kFaults; ++f) sum.reached[f] += report.reached[f];
    if (report.violation[0] != '\0') failures.push_back(report);
  }
  close(ends[0]);
  for (const pid_t pid : workers) {
    int status = 0;
    waitpid(pid, &status, 0);
  }
  std::filesystem::remove_all(folder);
  return print_table(a, sum, seeds, failures);
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = read_arguments(argc, argv);
  if (!arguments) return usage();
  crypto::initialise();
  try {
    return arguments->seed ? run_one(*arguments) : run_many(*arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
