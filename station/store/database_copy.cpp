#include "station/store/database_copy.h"

#include "station/store/columns.h"

namespace tram::station {
namespace {

MonotonicClock steady() {
  return [] { return std::chrono::steady_clock::now(); };
}

void remove_copy(const std::filesystem::path& file) {
  std::error_code ec;
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file.string() + ending, ec);
}

errc code_of(const sync::StoreFailure& failure) {
  const auto* sqlite = dynamic_cast<const SqliteFailure*>(&failure);
  return sqlite ? sqlite->code : failure.disk_full ? errc::disk_full : errc::io_failed;
}

// Opened as the writer of its own file: nobody else knows it.
Result<void> with_copy(const std::filesystem::path& file, const std::function<void(Connection&)>& work) {
  try {
    auto copy = Connection::open(file, Connection::Access::writer, steady());
    if (std::stoll(copy->pragma("application_id")) != kApplicationId) return errc::foreign_database;
    if (std::stoll(copy->pragma("user_version")) > static_cast<std::int64_t>(migrations().size()))
      return errc::newer_schema;
    copy->set_pragmas();
    if (const auto checked = check_integrity(*copy, CheckDepth::full); !checked) return checked.error();
    Transaction transaction(*copy, Connection::Access::writer);
    work(*copy);
    transaction.commit();
    copy->checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    return {};
  } catch (const sync::StoreFailure& failure) {
    return code_of(failure);
  }
}

}  // namespace

Result<void> copy_database(Database& source, const std::filesystem::path& target,
                           const std::function<void(Connection&)>& finish) {
  Result<void> done = errc::io_failed;
  try {
    auto reader = source.open_reader();
    if (!reader) return reader.error();
    reader->connection().copy_to(target);
    done = with_copy(target, finish);
  } catch (const sync::StoreFailure& failure) {
    done = code_of(failure);
  }
  if (!done) remove_copy(target);
  return done;
}

Result<void> check_copy(const std::filesystem::path& file, const std::function<void(Connection&)>& look) {
  return with_copy(file, look);
}

}  // namespace tram::station
