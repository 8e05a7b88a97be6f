// The commands of warnings, on both programs alike (docs/operations.md, "Warnings").
#pragma once
#include <vector>

#include "station/command.h"

namespace tram::station {

std::vector<Command> warning_commands();

}  // namespace tram::station
