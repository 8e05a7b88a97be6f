// The command table of tram-hub (contract, "Hub").
#pragma once
#include "station/command.h"

namespace tram::hub {

station::ProgramTable hub_program();

}  // namespace tram::hub
