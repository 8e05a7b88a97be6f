// `plan envelope`: what came from the national document network becomes the document file of a plan (R38).
#pragma once
#include "station/command.h"

namespace tram::hub {

std::vector<station::Command> envelope_commands();

}  // namespace tram::hub
