// Who is told what (I13): the hub's streams against the scopes that the model derives from the record tables.
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

// Every entry of every organisation's stream belongs to a home that this organisation saw at that receipt, or to its
// own refused work; every home that an organisation sees now is in its scope at the hub, and no other.
void check_scopes(Universe& universe, Process& hub);

}  // namespace tram::simulation
