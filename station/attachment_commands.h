// The commands on attachments, the same on both programs (docs/operations.md).
#pragma once
#include "station/command.h"

namespace tram::station {

std::vector<Command> attachment_commands();

}  // namespace tram::station
