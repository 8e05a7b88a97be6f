// The four times of an obligation and what they say (R41-R43): two clocks side by side, transport as a figure of its
// own, and which moment counts as acted. Times come from signed acts; nothing here reads a clock.
#pragma once
#include <chrono>
#include <optional>

#include "tasks/errc.h"
#include "tasks/policy.h"
#include "tasks/time.h"

namespace tram::tasks {

struct FourTimes {
  std::optional<Moment> handed_over{};  // at the hub
  std::optional<Moment> available{};    // taken in at the site
  std::optional<Moment> acted{};        // signed at the site
  std::optional<Moment> received{};     // the hub's receipt
  bool operator==(const FourTimes&) const = default;
};
enum class TimeOf : std::uint8_t { handed_over, available, acted, received };

// The times with one more; already_recorded if it was there.
Result<FourTimes> recorded(FourTimes times, TimeOf which, Moment moment);

// Until the act the clocks run to `now`; without a first time there is none.
std::optional<std::chrono::seconds> statutory_clock(const FourTimes& times, Moment now);
std::optional<std::chrono::seconds> site_clock(const FourTimes& times, Moment now);
// Both ways as far as both ends are known.
std::chrono::seconds transport(const FourTimes& times);

// Hub moments that the site can prove around its act; none where it has none.
struct ClockProof {
  std::optional<Moment> not_before{};
  std::optional<Moment> not_after{};
};
// The moment that counts; none while an act that is not proved waits for its receipt. Both times stay to be shown.
std::optional<Moment> counted_moment(const FourTimes& times, const ClockProof& proof, const Policy& policy);

enum class TransportDecision : std::uint8_t { none, excused, refused };
// Seconds past the due moment by the statutory clock; what transport took is taken off only where it is excused.
std::chrono::seconds lateness(Moment due, Moment counted, const FourTimes& times, TransportDecision decision,
                              const Policy& policy);

}  // namespace tram::tasks
