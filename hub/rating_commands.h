// The hub's commands for ratings and rankings (docs/operations.md, "Ratings").
#pragma once
#include <vector>

#include "station/command.h"

namespace tram::hub {

std::vector<station::Command> rating_commands();

}  // namespace tram::hub
