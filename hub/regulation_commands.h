// The hub's commands for what its office settles: policy, criteria, calendars (docs/operations.md, "The regulation").
#pragma once
#include <vector>

#include "station/command.h"

namespace tram::hub {

std::vector<station::Command> regulation_commands();

}  // namespace tram::hub
