// What may go wrong in a run, how often, and what was reached. Each seed switches every kind on or off and draws its
// rate, so that rare pairs meet (reliability design 3.2, swarm testing).
#pragma once
#include <array>
#include <stdexcept>
#include <string>

#include "tests/simulation/random_streams.h"

namespace tram::simulation {

enum class Fault : std::uint8_t {
  // network
  request_lost,
  response_lost,  // after the hub stored what the request brought
  message_duplicated,
  message_delayed,  // up to ten minutes, so that later ones overtake it
  message_cut,      // a container that ends anywhere
  partition_up,     // for hours nothing gets through to the hub
  partition_down,   // ... or nothing back
  portal_page,      // the answer is a page of a hotel's network
  small_budget,
  // process
  crash_before_commit,
  crash_in_io,         // killed in any of its I/O calls
  crash_after_commit,  // before any action of the step
  crash_after_fence,   // before the first byte leaves
  crash_in_fence,
  crash_in_recovery,
  power_cut,  // with a crash: unsynced writes are lost, torn or there
  clean_restart,
  process_paused,
  // disk
  disk_full,
  disk_io_error,
  sync_failed,
  // courier
  stick_lost,
  stick_late,    // up to 400 days
  stick_twice,   // the same file handed in again at once
  stick_copied,  // a copy handed in days later
  stick_truncated,
  stick_damaged,       // one bit flipped
  stick_wrong_office,  // handed in where nobody can read it
  stick_pulled,        // while the bundle is written
  foreign_file,
  // clocks
  site_clock_jump,
  site_clock_unset,  // 1970, or anything before 2025
  clock_drift,
  hub_clock_back,
  // machines
  site_restored,      // its database from an older image; the fence file stays
  site_set_back,      // the whole machine from an older image
  site_cloned,        // a copy of the machine runs beside it
  delivery_replayed,  // what was taken in once is taken in again
  // one dishonest device, and somebody on the network
  dishonest_claim,
  dishonest_fork,
  dishonest_splice,
  dishonest_oversize,
  dishonest_nonsense,
  dishonest_frames,
  dishonest_gap,
  capture_replayed,
  // a dishonest hub
  stream_altered,  // changes a receipt after the stream's head was signed
  // added later, drawn from streams of their own: the others stay where they were
  hub_clock_forward,  // receipts wait until its operator confirms the clock or sets it back
  count_,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::count_);
std::string_view name(Fault fault);

using Counters = std::array<std::uint64_t, kFaults>;

// How much of a world a run has (reliability design 3.6).
enum class Scale : std::uint8_t { small, standard };
std::string_view name(Scale scale);

// Liveness: faults end at 70 % of the run and stay within what can be repaired; everything is checked. Safety: they
// never end, and only what must hold at any time is checked.
enum class Mode : std::uint8_t { liveness, safety };

struct Settings {
  std::uint64_t seed = 0;
  Scale scale = Scale::small;
  Mode mode = Mode::liveness;
  std::size_t sites = 3;
  std::size_t couriers = 1;
  std::array<std::uint64_t, kFaults> rate{};  // in 10,000
  bool network = true;
  bool sticks = true;
  bool final_by_stick = false;
  std::uint64_t acts = 0;  // of people
  std::uint64_t days = 7;
  std::uint64_t horizon_ms = 0;
  std::uint64_t faults_end_ms = 0;
  std::size_t byte_budget = 0;        // of one exchange
  std::uint64_t snapshot_behind = 0;  // entries that a site lacks before it gets a snapshot; 0 = never
  std::array<bool, 8> idle{};         // sites that take no part; said by a tape alone
  std::uint64_t digest() const;       // of all of the above: two runs with one digest meet the same world
};
Settings draw_settings(std::uint64_t seed, Scale scale);
// Decisions that only a tape takes: 0 = days fewer, then one per site: idle.
inline constexpr std::string_view kShapeStream = "shape";

// An invariant does not hold (reliability design 3.4).
class Violation : public std::runtime_error {
 public:
  Violation(std::string_view invariant, const std::string& what)
      : std::runtime_error(std::string(invariant) + ": " + what) {}
};

}  // namespace tram::simulation
