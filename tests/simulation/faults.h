// What may go wrong in a run, how often, and what was reached. Each seed switches every kind on or off and draws its
// rate, so that rare pairs meet (reliability design 3.2, swarm testing).
#pragma once
#include <array>
#include <stdexcept>
#include <string>

#include "tests/simulation/random_streams.h"

namespace tram::simulation {

enum class Fault : std::uint8_t {
  request_lost,
  response_lost,  // after the hub stored what the request brought
  message_duplicated,
  message_delayed,
  message_cut,  // a container that ends anywhere
  crash_before_commit,
  crash_torn_commit,   // the power fails while the journal is written
  crash_after_commit,  // before any action of the step
  crash_after_fence,   // before the first byte leaves
  clean_restart,
  stick_lost,
  stick_late,
  stick_twice,   // the same file handed in again at once
  stick_copied,  // a copy handed in days later
  stick_truncated,
  stick_damaged,  // one bit flipped
  site_clock_jump,
  site_clock_unset,  // before 2025
  hub_clock_back,
  delivery_replayed,  // what was taken in once is taken in again
  small_budget,
  count_,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::count_);
std::string_view name(Fault fault);

// A wrong driver, to show that the simulator notices: each breaks one promise of the drivers (docs/adr/0003).
enum class Plant : std::uint8_t {
  none,
  cursor_before_data,     // the site commits its stream cursor before what the cursor stands for
  receipt_before_stored,  // the hub's response leaves before the receipts in it are durable
};

using Counters = std::array<std::uint64_t, kFaults>;

struct Settings {
  std::uint64_t seed = 0;
  Plant plant = Plant::none;
  std::array<std::uint64_t, kFaults> permille{};
  bool network = true;
  bool sticks = true;
  bool final_by_stick = false;
  std::uint64_t acts = 0;  // of people
  std::uint64_t horizon_ms = 0;
  std::uint64_t faults_end_ms = 0;  // liveness: the rest of the run is calm
  std::size_t byte_budget = 0;      // of one exchange
};
Settings draw_settings(std::uint64_t seed, Plant plant);

// An invariant does not hold (reliability design 3.4).
class Violation : public std::runtime_error {
 public:
  Violation(std::string_view invariant, const std::string& what)
      : std::runtime_error(std::string(invariant) + ": " + what) {}
};

}  // namespace tram::simulation
