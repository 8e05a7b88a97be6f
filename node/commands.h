// The command table of tram-node (contract, "Node").
#pragma once
#include "station/command.h"

namespace tram::node {

station::ProgramTable node_program();

}  // namespace tram::node
