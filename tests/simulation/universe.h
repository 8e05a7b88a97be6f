// What an all-seeing observer knows of one run: everything that was ever signed, the order the hub gave it, and what
// was reached. Stations never read it.
#pragma once
#include <functional>

#include "tests/simulation/faults.h"
#include "tests/simulation/zone.h"

namespace tram::simulation {

// Lines of a run, kept as one chained number: the same seed gives the same number (I17).
class Trace {
 public:
  Trace(bool print, std::vector<std::string>* keep) : print_(print), keep_(keep) {}
  void line(std::uint64_t now_ms, const std::string& text);
  std::uint64_t value() const { return value_; }

 private:
  bool print_;
  std::vector<std::string>* keep_;
  std::uint64_t value_ = 0xCBF29CE484222325ull;
};

struct Universe {
  Universe(const Settings& s, bool print, std::vector<std::string>* keep)
      : settings(s),
        zone(s.seed, s.sites),
        model(zone.parents, zone.members.front().organisation),
        trace(print, keep) {}

  Settings settings;
  Zone zone;
  Model model;
  Trace trace;
  std::map<const ExpectedFields*, sync::Hash> sums;  // of what the model expects, as they are asked for
  Counters reached{};
  std::uint64_t now_ms = 0;  // virtual time since the start
  std::uint64_t events = 0;
  std::uint64_t crashes = 0;
  std::uint64_t snapshot_chunks = 0;  // that sites kept
  bool calm = false;                  // faults have ended
  bool clock_was_held = false;        // the hub's, at some time
  bool repeatable = false;            // what a station signs hangs on its place in the log alone (rehearsal.h)
  // I3: what was ever signed under a number of a log, and what the hub accepted there.
  std::map<std::pair<sync::LogId, std::uint64_t>, std::set<sync::Hash>> signed_at;
  std::map<std::pair<sync::LogId, std::uint64_t>, sync::Hash> accepted;
  std::map<sync::LogId, std::uint64_t> left_through;  // highest number that may have left its machine
  std::set<std::string> set_back;  // devices that may recover one log twice: the hub cannot tell them from copies
  std::set<std::string> suspects;  // logs and devices, as hex, whose alarms are right
  std::set<sync::Hash> lost;       // taken from their machine by a restore, and not come back
  std::map<std::uint64_t, Bytes> receipts;  // by hub_seq, as encoded

  // Site `number` takes part in this run.
  bool takes_part(std::size_t number) const { return number == 0 || !settings.idle[number - 1]; }
  // Draws whether a fault happens now, and counts it.
  bool happens(Fault fault, Random& random);
  void reach(Fault fault) { ++reached[static_cast<std::size_t>(fault)]; }
};

}  // namespace tram::simulation
