#include "tasks/closed_zone.h"

#include <array>
#include <optional>

#include "tasks/lines.h"

namespace tram::tasks {
namespace {

std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view address) {
  const auto parts = split(address, '.');
  std::array<std::uint8_t, 4> bytes{};
  if (parts.size() != bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (!read_number(parts[i], bytes[i])) return std::nullopt;
  return bytes;
}

}  // namespace

// R55: loopback, or an independent network inside one seat.
Reach reach_of(std::string_view address) {
  if (address == "::1" || address == "localhost") return Reach::loopback;
  if (address.starts_with("fc") || address.starts_with("fd"))
    return address.find(':') == std::string_view::npos ? Reach::any_network : Reach::seat_network;
  const auto b = ipv4(address);
  if (!b) return Reach::any_network;
  if ((*b)[0] == 127) return Reach::loopback;
  const bool is_private =
      (*b)[0] == 10 || ((*b)[0] == 172 && (*b)[1] >= 16 && (*b)[1] < 32) || ((*b)[0] == 192 && (*b)[1] == 168);
  return is_private ? Reach::seat_network : Reach::any_network;
}

// R55: a closed node listens nowhere else.
bool may_listen(std::string_view address, Zone zone) {
  return zone != Zone::closed || reach_of(address) != Reach::any_network;
}

// R55, R57: no updater and no outside time in the closed zone; artificial intelligence is absent there, and off in the
// open one until somebody switches it on.
bool service_runs(Service service, Zone zone, bool switched_on) {
  switch (service) {
    case Service::pages:
    case Service::exchange:
      return true;
    case Service::updater:
    case Service::outside_time:
    case Service::remote_logs:
    case Service::artificial_intelligence:
      return zone != Zone::closed && switched_on;
  }
  return false;
}

// R55: prints of a closed node ask for a reason and carry mark, person and copy number.
bool print_is_allowed(const Print& print, Zone zone) {
  if (zone != Zone::closed) return true;
  return !print.reason.empty() && !print.person.empty() && !print.mark.empty() && print.copy > 0;
}

}  // namespace tram::tasks
