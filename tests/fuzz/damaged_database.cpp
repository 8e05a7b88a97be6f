// Z16: opening a damaged database of our own. The input writes over pieces of a small genuine one; opening it ends in a
// named error or in a database that can be read to its end, and the other files beside it are never touched.
#include "station/store/audit.h"
#include "station/store/sqlite_store.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

constexpr std::size_t kMostPatches = 16;

// A database as a clean stop leaves it, with a few rows; `marked` as after an unclean one.
Bytes small_database(const ScratchFolder& folder, bool marked) {
  auto database = *Database::open(folder.path());
  (void)database->transact([&]() -> Result<void> {
    SqliteStore store(*database);
    store.put_meta("root_key", Bytes(32, 1));
    sync::LogRow log;
    log.log.bytes.fill(1);
    log.own = true;
    store.put_log(log);
    AuditEntry entry;
    entry.at_ms = 1;
    entry.action = "login";
    entry.object = "lan";
    entry.result = "ok";
    (void)AuditLog(database->writer()).append(std::move(entry));
    return {};
  });
  if (marked)
    database->writer().checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  else
    (void)database->close();
  const Bytes bytes = [&] {
    std::ifstream in(database->folder().database(), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }();
  return bytes;
}

const Bytes& clean() {
  static const ScratchFolder folder;
  static const Bytes bytes = small_database(folder, false);
  return bytes;
}
const Bytes& marked() {
  static const ScratchFolder folder;
  static const Bytes bytes = small_database(folder, true);
  return bytes;
}

// Everything the program would read: our own rows say "damaged" by a SqliteFailure, and by nothing else.
void read_all(Database& database) {
  try {
    SqliteStore store(database);
    (void)store.meta("root_key");
    for (const sync::LogRow& log : store.logs()) (void)store.changeset_at(log.log, 1);
    (void)store.own_log();
    (void)store.streams();
    (void)store.homes();
    (void)store.conflicts();
    (void)store.directory(1);
    (void)verify_audit(database.writer());
  } catch (const SqliteFailure& failure) {
    hold(failure.code == station::errc::damaged || failure.code == station::errc::io_failed,
         "what cannot be read is damaged");
  }
  (void)check_integrity(database.writer(), CheckDepth::quick);
}

void run(ByteView input) {
  static const ScratchFolder folder;
  Draw draw(input);
  Bytes file = draw.byte() % 2 == 1 ? marked() : clean();
  if (draw.byte() % 8 == 1) file.resize(draw.integer<std::uint32_t>() % (file.size() + 1));
  for (std::size_t i = 0; i < kMostPatches && !draw.empty() && !file.empty(); ++i) {
    const std::size_t page = draw.byte();
    const std::size_t at = (page * 4096 + draw.integer<std::uint16_t>() % 4096) % file.size();
    const ByteView patch = draw.piece();
    std::copy_n(patch.begin(), std::min(patch.size(), file.size() - at),
                file.begin() + static_cast<std::ptrdiff_t>(at));
  }
  const DataFolder data{folder.path()};
  std::filesystem::remove_all(data.database_folder());
  std::filesystem::create_directory(data.database_folder());
  std::ofstream(data.database(), std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  auto opened = Database::open(folder.path());
  if (opened) {
    read_all(**opened);
    return;
  }
  const auto code = static_cast<station::errc>(opened.error().value());
  hold(opened.error().category() == store_category() && code != station::errc::busy && code != station::errc::disk_full,
       "a database that cannot be opened has the code of its fault");
  const Bytes after = [&] {
    std::ifstream in(data.database(), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }();
  if (code == station::errc::foreign_database || code == station::errc::newer_schema)
    hold(after == file, "a refused database is left as it was");
}

void seeds(const AddSeed& add) {
  add("clean", Bytes{0, 0});
  add("marked", Bytes{1, 0});
  add("cut", Bytes{0, 1, 0, 32, 0, 0});
  add("empty", Bytes{0, 1, 0, 0, 0, 0});
  add("other_application", Bytes{0, 0, 0, 68, 0, 4, 1, 2, 3, 4});
  add("newer", Bytes{0, 0, 0, 60, 0, 4, 0, 0, 0, 99});
  for (std::uint8_t page = 0; page < 6; ++page)
    add("page_" + std::to_string(page),
        Bytes{static_cast<std::uint8_t>(page % 2), 0, page, 0, 0, 8, 13, 0, 0, 0xFF, 0xFF, 0, 1, 2});
}

}  // namespace

const Target damaged_database{"damaged_database", 8u << 10, "station/store/database.cpp station/store/sqlite.cpp", run,
                              seeds};

}  // namespace tram::fuzz
