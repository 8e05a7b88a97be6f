// A copy of a database in use, for a backup (reliability design 2.2): through SQLite's backup interface on a reader,
// then checked as a whole. The live file is never opened, copied or linked by other means.
#pragma once
#include <functional>

#include "station/store/database.h"

namespace tram::station {

// `target` is an absolute path in a folder of our own and must not exist. While the copy is made the source may be
// written; the copy is one moment of it. `finish` runs in one transaction of the copy, after the check. Errors:
// damaged (the copy does not pass the check), disk_full, io_failed; then nothing is left of it.
Result<void> copy_database(Database& source, const std::filesystem::path& target,
                           const std::function<void(Connection&)>& finish);

// A database that came as a file of our own and was proved by its seal: is it whole, ours, and of a known schema? Opens
// no other file. Errors: foreign_database, newer_schema, damaged, io_failed.
Result<void> check_copy(const std::filesystem::path& file, const std::function<void(Connection&)>& look);

}  // namespace tram::station
