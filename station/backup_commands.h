// `backup` and `restore` of both programs (contract).
#pragma once
#include "station/command.h"

namespace tram::station {

std::vector<Command> backup_commands(Program program);

}  // namespace tram::station
