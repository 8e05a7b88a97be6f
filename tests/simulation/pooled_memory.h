#pragma once

namespace tram::simulation {

// Before the first use of SQLite.
void pool_memory_of_sqlite();

}  // namespace tram::simulation
