#include "tests/simulation/shrink.h"

#include <algorithm>

namespace tram::simulation {
namespace {

using Entry = std::pair<std::string, std::uint64_t>;  // stream, index

bool is_act(const std::string& stream) {
  return stream.starts_with("act ");
}

class Shrinking {
 public:
  Shrinking(const RunOptions& options, const ShrinkBudget& budget)
      : options_(options), budget_(budget), end_(std::chrono::steady_clock::now() + budget.time) {}

  // The first replay, of the whole tape.
  bool starts_with(const Tape& tape, const std::string& invariant) {
    found_.invariant = invariant;
    return breaks(tape);
  }

  void go() {
    for (std::size_t before = 0; before != found_.tape.size() && !spent();) {
      before = found_.tape.size();
      shorten();
      idle_sites();
      drop_streams();
      drop_entries([](const Entry& e) { return !is_act(e.first); });
      drop_entries([](const Entry& e) { return is_act(e.first); });
      simplify();
    }
  }

  Shrunk result() {
    found_.replays = replays_;
    return found_;
  }

 private:
  bool spent() const { return replays_ >= budget_.replays || std::chrono::steady_clock::now() >= end_; }

  // Replays a tape. If the same invariant breaks, what the run used of the tape becomes the smallest known.
  bool breaks(const Tape& tape) {
    if (spent()) return false;
    ++replays_;
    Tape used;
    std::vector<std::string> trace;
    RunOptions options = options_;
    options.until = 0;
    options.print_trace = false;
    options.replay = &tape;
    options.record = &used;
    options.keep_trace = &trace;
    RunResult result = run(options);
    if (invariant_of(result.violation) != found_.invariant) return false;
    found_.tape = std::move(used);
    found_.result = std::move(result);
    found_.trace = std::move(trace);
    return true;
  }

  void shorten() {
    const std::string shape(kShapeStream);
    for (std::uint64_t days = 6; days > found_.tape.choice(shape, 0); --days) {
      Tape shorter = found_.tape;
      shorter.put(shape, 0, days);
      if (breaks(shorter)) return;
    }
  }

  void idle_sites() {
    const std::string shape(kShapeStream);
    for (std::uint64_t site = 1; site <= found_.result.sites; ++site) {
      if (found_.tape.choice(shape, site) != 0) continue;
      Tape idle = found_.tape;
      idle.put(shape, site, 1);
      breaks(idle);
    }
  }

  // Delta debugging: takes away half, then quarters, and so on down to single ones.
  template <class Items, class Without>
  void take_away(const Items& items, const Without& without) {
    for (std::size_t size = std::max<std::size_t>(1, items.size() / 2);; size /= 2) {
      for (std::size_t from = 0; from < items.size() && !spent(); from += size) {
        Tape smaller = found_.tape;
        for (std::size_t i = from; i < std::min(items.size(), from + size); ++i) without(smaller, items[i]);
        if (smaller != found_.tape) breaks(smaller);
      }
      if (size == 1 || spent()) return;
    }
  }

  // An act is a stream, and so are the faults of one kind of carrier.
  void drop_streams() {
    std::vector<std::string> acts, others;
    for (const auto& [name, stream] : found_.tape.streams())
      if (name != kShapeStream) (is_act(name) ? acts : others).push_back(name);
    for (const auto& streams : {acts, others})
      take_away(streams, [](Tape& tape, const std::string& name) { tape.drop(name); });
  }

  template <class Which>
  void drop_entries(const Which& which) {
    std::vector<Entry> entries;
    for (const auto& [name, stream] : found_.tape.streams())
      for (const auto& [index, choice] : stream)
        if (name != kShapeStream && which(Entry(name, index))) entries.emplace_back(name, index);
    take_away(entries, [](Tape& tape, const Entry& e) { tape.put(e.first, e.second, 0); });
  }

  void simplify() {
    const Tape tape = found_.tape;
    for (const auto& [name, stream] : tape.streams())
      for (const auto& [index, choice] : stream)
        for (const std::uint64_t simple : {std::uint64_t{1}, choice / 2}) {
          if (name == kShapeStream || simple == 0 || simple >= found_.tape.choice(name, index)) continue;
          Tape simpler = found_.tape;
          simpler.put(name, index, simple);
          if (breaks(simpler)) break;
        }
  }

  RunOptions options_;
  ShrinkBudget budget_;
  std::chrono::steady_clock::time_point end_;
  std::uint64_t replays_ = 0;
  Shrunk found_;
};

}  // namespace

std::string invariant_of(const std::string& violation) {
  return violation.substr(0, violation.find(": "));
}

std::uint64_t acts_in(const Tape& tape) {
  std::uint64_t acts = 0;
  for (const auto& [name, stream] : tape.streams()) acts += is_act(name) ? 1 : 0;
  return acts;
}

std::uint64_t sites_in(const Shrunk& shrunk) {
  std::uint64_t working = 0;
  for (std::uint64_t site = 1; site <= shrunk.result.sites; ++site)
    working += shrunk.tape.choice(std::string(kShapeStream), site) == 0 ? 1 : 0;
  return working;
}

std::optional<Shrunk> shrink(const RunOptions& options, const ShrinkBudget& budget) {
  Tape whole;
  RunOptions first = options;
  first.record = &whole;
  const RunResult failed = run(first);
  if (failed.violation.empty()) return std::nullopt;
  Shrinking shrinking(options, budget);
  if (!shrinking.starts_with(whole, invariant_of(failed.violation))) return std::nullopt;
  shrinking.go();
  Shrunk found = shrinking.result();
  found.seed = options.seed;
  found.entries_before = whole.size();
  return found;
}

}  // namespace tram::simulation
