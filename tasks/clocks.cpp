#include "tasks/clocks.h"

#include <algorithm>

namespace tram::tasks {

using std::chrono::seconds;

// R41: none of the four times is ever rewritten.
Result<FourTimes> recorded(FourTimes times, TimeOf which, Moment moment) {
  std::optional<Moment>* const slots[] = {&times.handed_over, &times.available, &times.acted, &times.received};
  std::optional<Moment>& slot = *slots[static_cast<std::size_t>(which)];
  if (slot) return errc::already_recorded;
  slot = moment;
  return times;
}

// R42: the statutory clock runs from handed over to acted.
std::optional<seconds> statutory_clock(const FourTimes& times, Moment now) {
  if (!times.handed_over) return std::nullopt;
  return times.acted.value_or(now) - *times.handed_over;
}

// R42: the site clock runs from available to acted.
std::optional<seconds> site_clock(const FourTimes& times, Moment now) {
  if (!times.available) return std::nullopt;
  return times.acted.value_or(now) - *times.available;
}

// R42: transport is a figure of its own: handed over to available, acted to received.
seconds transport(const FourTimes& times) {
  seconds sum{0};
  if (times.handed_over && times.available) sum += *times.available - *times.handed_over;
  if (times.acted && times.received) sum += *times.received - *times.acted;
  return sum;
}

// R43: an acted time counts between two hub moments that the site can prove; otherwise the receipt counts (O19).
std::optional<Moment> counted_moment(const FourTimes& times, const ClockProof& proof, const Policy& policy) {
  const bool proved = times.acted && proof.not_before && proof.not_after && *proof.not_before <= *times.acted &&
                      *times.acted <= *proof.not_after;
  return proved && policy.clock_counted == CountedClock::signed_if_trusted ? times.acted : times.received;
}

// R42: slow transport never changes the statutory clock; the hub may accept it as an excuse (O17).
seconds lateness(Moment due, Moment counted, const FourTimes& times, TransportDecision decision, const Policy& policy) {
  const seconds late = std::max(seconds{0}, seconds{counted - due});
  const bool excused = decision == TransportDecision::excused ||
                       (decision == TransportDecision::none && policy.transport_excuse == TransportExcuse::always);
  return excused ? std::max(seconds{0}, late - transport(times)) : late;
}

}  // namespace tram::tasks
