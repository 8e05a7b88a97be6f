// What a closed installation does not do (R55, R57): it listens on loopback or an independent network inside one seat,
// has no updater, no outside time and no artificial intelligence, and its prints name mark, person, copy and reason.
#pragma once
#include <cstdint>
#include <string_view>

#include "tasks/plan_import.h"

namespace tram::tasks {

enum class Reach : std::uint8_t { loopback, seat_network, any_network };
// The reach of a numeric address: 127.0.0.0/8 and ::1; the private ranges of RFC 1918 and RFC 4193; everything else.
Reach reach_of(std::string_view address);
bool may_listen(std::string_view address, Zone zone);

enum class Service : std::uint8_t { pages, exchange, updater, outside_time, remote_logs, artificial_intelligence };
// `switched_on` is what the office set; a closed zone has none of those that reach out, whatever was set.
bool service_runs(Service service, Zone zone, bool switched_on);

struct Print {
  std::string_view reason{}, person{}, mark{};
  std::uint32_t copy = 0;  // from 1
};
bool print_is_allowed(const Print& print, Zone zone);

}  // namespace tram::tasks
