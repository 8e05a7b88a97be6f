// What people do in the simulated offices: one act at a time, through the engine's LocalSave alone, chosen from what
// their own station shows.
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

// The event after which a body's program signs its own answer.
std::uint16_t handed_over_event();
// The act that a person at this station does now, if one is possible.
std::optional<sync::LocalSave> draw_act(Universe& universe, Process& process, Random& random);

}  // namespace tram::simulation
