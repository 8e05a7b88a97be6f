// tram-sim: runs seeds of the simulator in worker processes and prints what was reached. Exit 0 when every invariant
// held in every seed, enough of the planned seeds were run and every kind of fault was reached; 1 with the line that
// replays the failure; 2 on wrong usage.
#include <malloc.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdio>
#include <cstring>

#include "crypto/random.h"
#include "tests/simulation/options.h"
#include "tests/simulation/pooled_memory.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/work_folder.h"

namespace {

using namespace tram;
using namespace tram::simulation;
using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kCoverageSeeds = 100;  // from this many seeds on each kind of fault must be reached
constexpr double kSecondsPerSeed = 20;         // one that takes longer is a defect of its own (reliability design 3.6)

unsigned long long wide(std::uint64_t value) {
  return value;
}

struct Report {  // what a worker tells after each seed; fixed size, so that one write is whole
  std::uint64_t seed = 0;
  std::uint64_t events = 0, crashes = 0, changesets = 0, operations = 0, settings = 0;
  double seconds = 0;
  Counters reached{};
  char violation[256] = {};
};
static_assert(sizeof(Report) <= PIPE_BUF);

RunOptions options_for(const Options& o, std::uint64_t seed, const std::filesystem::path& folder) {
  RunOptions run;
  run.seed = seed;
  run.scale = o.scale;
  run.until = o.until;
  run.print_trace = o.trace;
  run.folder = folder / ("seed-" + std::to_string(seed));
  return run;
}

void print_failure(const Options& o, std::uint64_t seed, std::uint64_t step, std::uint64_t settings,
                   std::string_view violation) {
  std::printf("FAILED seed 0x%llx at step %llu: %.*s\n", wide(seed), wide(step), static_cast<int>(violation.size()),
              violation.data());
  std::printf("  revision %s, settings %016llx\n", o.revision.empty() ? "(not given)" : o.revision.c_str(),
              wide(settings));
  std::printf("  replay: tram-sim --profile %s --seed 0x%llx --until %llu --trace\n",
              std::string(name(o.scale)).c_str(), wide(seed), wide(step));
  std::printf("  shrink: tram-sim --profile %s --seed 0x%llx --shrink tests/simulation/regress/seed_%llx_case.cpp\n",
              std::string(name(o.scale)).c_str(), wide(seed), wide(seed));
}

int run_one(const Options& o) {
  const WorkFolder folder;
  RunOptions options = options_for(o, *o.seed, folder.path());
  options.archive = o.archive;
  if (!o.shrink.empty()) return write_case(options, "", "tram-sim --profile " + std::string(name(o.scale)), o.shrink);
  const RunResult r = run(options);
  std::printf("seed 0x%llx  events %llu  crashes %llu  changesets %llu  operations %llu  trace %016llx\n",
              wide(*o.seed), wide(r.events), wide(r.crashes), wide(r.changesets), wide(r.operations), wide(r.trace));
  if (r.violation.empty()) return 0;
  print_failure(o, *o.seed, r.events, r.settings, r.violation);
  return 1;
}

[[noreturn]] void work(const Options& o, std::uint64_t worker, const std::filesystem::path& folder, int to) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = worker; i < o.seeds; i += o.workers) {
    const auto before = std::chrono::steady_clock::now();
    if (o.seconds != 0 && before - begin > Seconds(static_cast<double>(o.seconds))) break;
    const std::uint64_t seed = o.first_seed + i;
    const RunResult r = run(options_for(o, seed, folder));
    const Seconds took = std::chrono::steady_clock::now() - before;
    Report report{seed, r.events, r.crashes, r.changesets, r.operations, r.settings, took.count(), r.reached, {}};
    std::strncpy(report.violation, r.violation.c_str(), sizeof report.violation - 1);
    if (write(to, &report, sizeof report) != static_cast<ssize_t>(sizeof report)) _exit(1);
  }
  _exit(0);
}

struct Sum {
  Report of_all;
  std::uint64_t seeds = 0;
  double longest = 0;
  std::vector<Report> failures;
  bool worker_died = false;

  void add(const Report& r) {
    ++seeds;
    of_all.events += r.events;
    of_all.crashes += r.crashes;
    of_all.changesets += r.changesets;
    of_all.operations += r.operations;
    longest = std::max(longest, r.seconds);
    for (std::size_t f = 0; f < kFaults; ++f) of_all.reached[f] += r.reached[f];
    if (r.violation[0] != '\0') failures.push_back(r);
  }
};

int print_table(const Options& o, const Sum& sum, double seconds) {
  std::printf("seeds %llu  events %llu  crashes %llu  changesets %llu  operations %llu\n", wide(sum.seeds),
              wide(sum.of_all.events), wide(sum.of_all.crashes), wide(sum.of_all.changesets),
              wide(sum.of_all.operations));
  std::string never;
  for (std::size_t f = 0; f < kFaults; ++f) {
    const std::string fault(simulation::name(static_cast<Fault>(f)));
    std::printf("  %-20s %8llu\n", fault.c_str(), wide(sum.of_all.reached[f]));
    if (sum.of_all.reached[f] == 0) never += " " + fault;
  }
  std::printf("%.0f s, %.0f seeds a minute, the longest %.1f s\n", seconds,
              static_cast<double>(sum.seeds) * 60 / std::max(seconds, 0.001), sum.longest);
  for (const Report& r : sum.failures) print_failure(o, r.seed, r.events, r.settings, r.violation);
  if (!sum.failures.empty()) return 1;
  const auto failed = [](const std::string& why) {
    std::printf("FAILED: %s\n", why.c_str());
    return 1;
  };
  if (sum.worker_died) return failed("a worker died after " + std::to_string(sum.seeds) + " seeds");
  if (sum.seeds * 10 < o.seeds * 8) return failed("fewer than 80 % of the planned seeds");
  if (sum.seeds >= kCoverageSeeds && !never.empty()) return failed("never reached:" + never);
  if (o.seconds != 0 && sum.longest > kSecondsPerSeed) return failed("one seed took too long");
  return 0;
}

int run_many(const Options& o) {
  const auto begin = std::chrono::steady_clock::now();
  const WorkFolder folder;
  int ends[2];
  if (pipe(ends) != 0) return 1;
  std::vector<pid_t> workers;
  for (std::uint64_t worker = 0; worker < o.workers; ++worker) {
    const pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) {
      close(ends[0]);
      work(o, worker, folder.path(), ends[1]);
    }
    workers.push_back(pid);
  }
  close(ends[1]);
  Sum sum;
  Report report;
  while (read(ends[0], &report, sizeof report) == static_cast<ssize_t>(sizeof report)) sum.add(report);
  close(ends[0]);
  for (const pid_t pid : workers) {
    int status = 0;
    waitpid(pid, &status, 0);
    sum.worker_died |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  }
  return print_table(o, sum, Seconds(std::chrono::steady_clock::now() - begin).count());
}

// One thread, one program that measures no memory: SQLite's locks and counters cost a tenth of a run.
void configure_sqlite() {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  pool_memory_of_sqlite();
}

// What one seed gives back the next one takes: giving it to the system in between costs more than many a check.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    print_usage();
    return 2;
  }
  crypto::initialise();
  configure_sqlite();
  keep_memory();
  try {
    return options->seed ? run_one(*options) : run_many(*options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
