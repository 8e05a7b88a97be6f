// Accounts, mandates and the audit log on the command line.
#pragma once
#include "station/command.h"

namespace tram::station {

std::vector<Command> people_commands(Program program);

}  // namespace tram::station
