#include "hub/clock.h"
#include "station/permission_gate.h"

namespace tram::hub {

namespace json = boost::json;
using station::Station;

json::object clock_json(Station& station) {
  const std::uint64_t jump_ms = station.clock_jump_ms();
  const std::uint64_t last = sync::meta_u64(station.store(), sync::meta::kHubTime);
  return {{"hub_time", last == 0 ? json::value(nullptr) : json::value(station::rfc3339(last))},
          {"clock", station::rfc3339(station::wall_clock_ms())},
          {"jump_s", jump_ms / 1000},
          {"held", jump_ms > 0}};
}

json::object confirm_clock(Station& station, const station::Actor& actor) {
  (void)station::permit(station, actor, tasks::Action::run_installation);
  const std::uint64_t jump_ms = station.clock_jump_ms();
  if (jump_ms == 0)
    throw station::wrong_state("clock_not_held", "No receipt waits for the clock.", "See clock status.");
  station.transact([&] {
    station.audit(actor, "clock_confirm", "hub", "done", std::to_string(jump_ms / 1000) + " s ahead");
    (void)station.step(sync::ConfirmClock{});
  });
  return clock_json(station);
}

}  // namespace tram::hub
