// The invariants of reliability design 3.4, as far as this simulator can break them: I1, I2, I3, I12 and I14 are
// checked where a process starts or commits (process.cpp), the others here.
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

// After every step: streams without holes that are prefixes of the hub's (I5), homes as the model says (I7, I9), equal
// cursor and chain = equal digest (I9).
void check_step(Universe& universe, Process& process, Process& hub);
// Logs and streams from their first entry on (I5), every home again (I9), every operation with exactly one outcome
// (I8), every entry in the stream of a body that may see it (I13). At quiet points all that was written since the last
// one; whole at the end, and of a process that has started since.
enum class Extent : std::uint8_t { written, whole };
void check_all(Universe& universe, std::vector<std::unique_ptr<Process>>& processes, Extent extent);
// After the last contact: queues empty, equal digests, equal outcomes, nothing provisional left (L1, I8, I18).
void check_converged(Universe& universe, std::vector<std::unique_ptr<Process>>& processes);

}  // namespace tram::simulation
