// Attached files of a run: that what is here is what its id says, and that nothing of a file is lost or left behind.
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

// Every chunk that a station holds of an attachment hashes to its id.
void check_chunks(Process& p);
// Nobody lacks what somebody has: between this site and the hub, of the files that both are to hold.
bool files_meet(Process& site, Process& hub);
// After the last contact: every file that was not forgotten by its author's machine is whole wherever its home is.
void check_files(Universe& universe, std::vector<std::unique_ptr<Process>>& processes);

}  // namespace tram::simulation
