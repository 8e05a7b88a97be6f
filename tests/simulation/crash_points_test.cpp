// Crash points (reliability design 3.6): one step at a time, and a fault at each of its I/O calls in turn. What stands
// afterwards is the state before or the state after it, to the last row; and the step, made again, comes out as it
// would have.
#include <gtest/gtest.h>

#include <set>

#include "station/store/fence.h"
#include "station/store/sqlite_store.h"
#include "tests/simulation/people.h"
#include "tests/simulation/rehearsal.h"
#include "tests/simulation/spans.h"
#include "tests/unit/station/store_folder.h"

namespace tram::simulation {
namespace {

using namespace sync;

enum class Damage : std::uint8_t { killed, power_cut, io_error, disk_full, sync_failed, count_ };
constexpr const char* kDamage[] = {"killed", "power cut", "I/O error", "disk full", "sync failed"};
static_assert(std::size(kDamage) == static_cast<std::size_t>(Damage::count_));

// One station from an image, without the simulator's world around it: the same step on the same image gives the same
// rows, whatever happened before.
class Machine {
 public:
  Machine(const Zone& zone, std::size_t number, std::uint64_t wall_ms, std::uint64_t snapshot_behind)
      : zone_(zone),
        member_(zone.members[number]),
        wall_ms_(wall_ms),
        disk_(7, "crash points"),
        vfs_(disk_, "simulated disk of crash points") {
    identity_.zone = zone.id;
    identity_.device = member_.device;
    identity_.organisation = member_.organisation;
    identity_.at_hub = number == 0;
    identity_.device_key = &member_.device_key;
    identity_.service_key = number == 0 ? &zone.service_key : nullptr;
    identity_.snapshots = {snapshot_behind, 40, 1'024};
  }
  ~Machine() { close(); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void load(const Image& image) {
    close();
    disk_.load(image.disk);
    std::filesystem::create_directories(folder_.path() / "fence");
    const auto fence = folder_.path() / "fence" / "fence.bin";
    std::filesystem::remove(fence);
    if (image.fence) station::test::set_file_content(fence, *image.fence);
    open(0);
  }

  // True when it was committed. Else the program died, or gave up, and runs again.
  bool step(const Event& event) {
    std::vector<Action> actions;
    SeededEntropy entropy(1, "crash points");
    station::SqliteStore store(*database_);
    const Result<void> done = store.transact([&](Store& s) { engine_->step(event, env(entropy), s, actions); });
    return done && !disk_.dead() && !database_->failed();
  }
  bool step(const Event& event, Damage damage, std::uint64_t call, std::uint64_t dies_in_recovery) {
    if (damage == Damage::killed || damage == Damage::power_cut) disk_.die_at(call);
    if (damage == Damage::io_error) disk_.fail_at(call);
    if (damage == Damage::disk_full) disk_.fill_at(call);
    if (damage == Damage::sync_failed) disk_.fail_sync_at(call);
    const bool committed = step(event);
    met_ = disk_.dead() || disk_.fault_met();
    EXPECT_TRUE(met_ || committed);
    EXPECT_EQ(disk_.complaint(), "");
    if (!committed || disk_.dead()) restart(damage == Damage::power_cut, dies_in_recovery);
    return committed;
  }
  bool met() const { return met_; }  // the fault, in the last step

  // As after a night: what a program carries over only while it runs is at rest.
  void restart(bool power_fails, std::uint64_t dies_in_recovery) {
    disk_.stop();
    close();
    if (power_fails)
      disk_.cut_power();
    else
      disk_.start_process();
    open(dies_in_recovery);
  }

  std::uint64_t calls() const { return disk_.calls(); }

  // Every row of every table, but what the program notes of its own run.
  std::string rows() {
    station::Connection& db = database_->writer();
    std::vector<std::string> tables;
    for (station::Use names(db, "SELECT name FROM sqlite_master WHERE type='table' AND name<>'app_meta' ORDER BY name");
         names.step();)
      tables.emplace_back(names.text(0));
    std::string all;
    for (const std::string& table : tables) {
      std::string columns;
      for (station::Use names(db, kept("SELECT name FROM pragma_table_info('" + table + "')")); names.step();)
        columns += (columns.empty() ? "quote(" : ",quote(") + std::string(names.text(0)) + ")";
      std::set<std::string> lines;
      for (station::Use row(db, kept("SELECT " + columns + " FROM " + table)); row.step();) {
        std::string line = table;
        for (int column = 0; column < row.columns(); ++column) line += "," + std::string(row.text(column));
        lines.insert(line);
      }
      for (const std::string& line : lines) all += line + "\n";
    }
    return all;
  }

 private:
  // A connection knows its statements by where their text lies.
  const std::string& kept(std::string sql) { return *statements_.insert(std::move(sql)).first; }
  Env env(Entropy& entropy) const { return {wall_ms_, entropy, kDay}; }

  void close() {
    engine_.reset();
    database_.reset();
  }

  void open(std::uint64_t dies_in_recovery) {
    station::Database::Options options;
    options.clock = [] { return std::chrono::steady_clock::time_point(std::chrono::hours(24)); };
    options.vfs = vfs_.name().c_str();
    disk_.die_at(dies_in_recovery);
    auto opened = station::Database::open(folder_.path(), options);
    if (disk_.dead()) {
      if (opened) opened->reset();
      disk_.cut_power();
      opened = station::Database::open(folder_.path(), options);
    }
    disk_.die_at(0);
    ASSERT_TRUE(opened) << opened.error().message();
    database_ = std::move(*opened);
    ASSERT_TRUE(station::check_integrity(database_->writer(), station::CheckDepth::full));
    engine_ = std::make_unique<Engine>(identity_, zone_.schema);
    Start start;
    const auto reading = station::read_fence(folder_.path() / "fence");
    ASSERT_TRUE(reading);
    if (reading->state == station::FenceState::present)
      start.fence = sync::Fence{reading->fence.incarnation, reading->fence.seq, reading->fence.head_hash};
    ASSERT_TRUE(step(start));
  }

  const Zone& zone_;
  const Member& member_;
  std::uint64_t wall_ms_;
  station::test::Folder folder_;
  Disk disk_;
  DiskVfs vfs_;
  Identity identity_;
  std::unique_ptr<station::Database> database_;
  std::unique_ptr<Engine> engine_;
  std::set<std::string> statements_;
  bool met_ = false;
};

class CrashPoints : public ::testing::Test {
 protected:
  static constexpr std::size_t kSite = 1;

  explicit CrashPoints(std::uint64_t snapshot_behind = 0)
      : snapshot_behind_(snapshot_behind), rehearsal_(3, {.snapshot_behind = snapshot_behind}, world_.path()) {
    rehearsal_.play();
  }

  Process& hub() { return rehearsal_.hub(); }
  Process& site() { return rehearsal_.site(kSite); }
  template <class T>
  static T done(Process& process, const Event& event) {
    std::vector<Action> actions;
    EXPECT_TRUE(process.step(event, actions));
    const T* found = find_action<T>(actions);
    EXPECT_NE(found, nullptr);
    return found != nullptr ? *found : T{};
  }
  LocalSave act(Process& process) {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      Random people(++drawn_, "crash points");
      const auto save = draw_act(rehearsal_.universe(), process, people);
      if (save) return *save;
    }
    ADD_FAILURE() << "nobody finds anything to do";
    return {};
  }
  void work(Process& process, int acts) {
    for (int i = 0; i < acts; ++i) done<Acknowledge>(process, act(process));
  }
  Incoming request() {
    const Send sent = done<Send>(site(), Prepare{256u << 10});
    EXPECT_TRUE(site().write_fence(sent.fence));
    return {site().member().device, sent.frames, false};
  }
  MakeReply reply_to(const Incoming& request) {
    const Taken taken = done<Taken>(hub(), request);
    return {request.sender, taken.have, 256u << 10, taken.notices};
  }

  // Every fault at every call of the step, from that image on.
  void expect_whole_or_not_at_all(std::size_t number, const Image& image, const Event& event) {
    Machine machine(rehearsal_.universe().zone, number, rehearsal_.hub().wall_ms(), snapshot_behind_);
    machine.load(image);
    const std::string before = machine.rows();
    const std::uint64_t from = machine.calls();
    ASSERT_TRUE(machine.step(event));
    const std::uint64_t calls = machine.calls() - from;
    const std::string after = machine.rows();
    ASSERT_NE(before, after) << "the step writes nothing";
    ASSERT_GE(calls, 3u);
    machine.restart(false, 0);
    ASSERT_EQ(machine.rows(), after);

    std::uint64_t points = 0, undone = 0, kept = 0;
    for (std::size_t d = 0; d < std::size(kDamage); ++d)
      for (const bool again_in_recovery : {false, true})
        for (std::uint64_t call = 1; call <= calls; ++call) {
          SCOPED_TRACE(std::string(kDamage[d]) + " at call " + std::to_string(call) + " of " + std::to_string(calls) +
                       (again_in_recovery ? ", and once more in the recovery" : ""));
          machine.load(image);
          const bool committed =
              machine.step(event, static_cast<Damage>(d), call, again_in_recovery ? 1 + call % 12 : 0);
          if (!machine.met()) continue;
          ++points;
          const std::string now = machine.rows();
          ASSERT_TRUE(now == before || now == after) << "half of a step is there";
          ASSERT_TRUE(!committed || now == after) << "what was acknowledged is gone";
          ++(now == after ? kept : undone);
          if (now == before) {
            ASSERT_TRUE(machine.step(event));
          }
          ASSERT_EQ(machine.rows(), after) << "made again, it comes out otherwise";
        }
    EXPECT_GT(undone, calls) << "of " << points;
    EXPECT_GT(kept, 0u) << "of " << points;
    std::printf("%llu points, %llu undone, %llu kept\n", static_cast<unsigned long long>(points),
                static_cast<unsigned long long>(undone), static_cast<unsigned long long>(kept));
  }

  std::uint64_t snapshot_behind_;
  station::test::Folder world_;
  Rehearsal rehearsal_;
  std::uint64_t drawn_ = 0;
};

TEST_F(CrashPoints, ASaveIsThereWholeOrNotAtAll) {
  const Image image = site().image();
  expect_whole_or_not_at_all(kSite, image, act(site()));
}

TEST_F(CrashPoints, WhatASitePushesIsReceiptedWholeOrNotAtAll) {
  work(site(), 3);
  const Incoming pushed = request();
  expect_whole_or_not_at_all(0, hub().image(), pushed);
}

TEST_F(CrashPoints, WhatTheHubAnswersIsTakenInWholeOrNotAtAll) {
  work(site(), 3);
  work(hub(), 5);
  const Incoming pushed = request();
  const Reply reply = done<Reply>(hub(), reply_to(pushed));
  expect_whole_or_not_at_all(kSite, site().image(), Incoming{hub().member().device, reply.frames, false});
}

TEST_F(CrashPoints, ABundleIsTakenInWholeOrNotAtAll) {
  work(site(), 4);
  Incoming bundle = request();
  bundle.whole = true;
  expect_whole_or_not_at_all(0, hub().image(), bundle);
}

TEST_F(CrashPoints, ADirectoryEntryIsTakenInWholeOrNotAtAll) {
  Organisation body;
  body.id = organisation_id(rehearsal_.universe().zone.id, "new");
  body.code = body.name_en = body.name_vi = body.name_lo = body.name_km = "new";
  body.parent = hub().member().organisation;
  body.parts = static_cast<std::uint16_t>(kImplementing);
  body.role_ceiling = station::site_role_ceiling();
  const Directory& known = site().engine().directory(site().store());
  const DirectoryEntry entry = make_entry(rehearsal_.universe().zone.id, known.version() + 1, known.head(),
                                          site().wall_ms(), body, rehearsal_.universe().zone.directory_key);
  expect_whole_or_not_at_all(kSite, site().image(), AddDirectory{{entry.bytes}});
}

TEST_F(CrashPoints, AHubsRecoveryBeginsWholeOrNotAtAll) {
  expect_whole_or_not_at_all(0, hub().image(), StartRecovery{});
}

class CrashPointsOfSnapshots : public CrashPoints {
 protected:
  CrashPointsOfSnapshots() : CrashPoints(1) {}
};

TEST_F(CrashPointsOfSnapshots, AStepOfMakingOneIsThereWholeOrNotAtAll) {
  for (int round = 0; round < 50; ++round) {
    work(hub(), 6);
    const MakeReply reply = reply_to(request());
    const Image image = hub().image();
    done<Reply>(hub(), reply);
    if (hub().image().disk != image.disk) return expect_whole_or_not_at_all(0, image, reply);
  }
  FAIL() << "none was made";
}

}  // namespace
}  // namespace tram::simulation
