// The simulated disk of one station (reliability design 3.3): its files as a running program reads them, and what of
// them a power cut would leave. A file is its durable image plus the writes since the last good sync; making and
// deleting a file waits for the sync of the folder. What fails, and when, is set from outside; vfs.h makes SQLite use
// it.
//
// Nothing here throws into SQLite: a rule that was broken is kept in `complaint` until somebody asks.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "tests/simulation/random_streams.h"

namespace tram::simulation {

enum class Io : std::uint8_t { ok, failed, full, sync_failed };

// What the program holds in memory beside a file; gone with the process.
struct SharedMemory {
  static constexpr std::size_t kSlots = 8;
  std::vector<std::unique_ptr<ByteArray<32768>>> regions;
  std::array<int, kSlots> shared{};      // holders of each slot
  std::array<bool, kSlots> exclusive{};  // has a single holder
  int users = 0;
};

class DiskFile {
 public:
  const Bytes& now() const { return now_; }
  std::size_t read(std::uint64_t at, std::span<std::uint8_t> out) const;
  void write(std::uint64_t at, ByteView bytes);
  void truncate(std::uint64_t size);
  // Everything so far is durable.
  void sync();
  // A failed sync: the kernel calls the pages clean, and the disk never gets them (Rebello et al. 2020).
  void forget_unsynced();
  bool all_synced() const { return unsynced_.empty(); }
  // The power fails: each sector of each unsynced write is there, lost or torn.
  void cut_power(Random& random, std::size_t sector);
  void flip_bit(std::uint64_t bit);

  SharedMemory memory;
  int shared_locks = 0;  // of the database file
  const void* reserved_by = nullptr;
  const void* exclusive_by = nullptr;

 private:
  struct Change {
    std::uint64_t at = 0;
    std::size_t from = 0, size = 0;  // its bytes in written_
    bool cuts = false;               // the file ends at `at`
  };
  ByteView bytes_of(const Change& c) const { return ByteView(written_).subspan(c.from, c.size); }
  static void put(Bytes& image, std::uint64_t at, ByteView bytes);

  Bytes now_, durable_;
  std::vector<Change> unsynced_;
  Bytes written_;  // by them, one after another
};

class Disk {
 public:
  using File = std::shared_ptr<DiskFile>;
  using Image = std::map<std::string, Bytes>;

  Disk(std::uint64_t seed, const std::string& name);

  // --- the running program
  File open(const std::string& name, bool create);
  bool exists(const std::string& name) const { return files_.contains(name); }
  Io remove(const std::string& name, bool sync_folder);
  Io read(DiskFile& file, std::uint64_t at, std::span<std::uint8_t> out, std::size_t& got);
  Io write(const std::string& name, DiskFile& file, std::uint64_t at, ByteView bytes);
  Io truncate(DiskFile& file, std::uint64_t size);
  Io sync(const std::string& name, DiskFile& file);
  bool dead() const { return dead_; }
  std::uint64_t calls() const { return calls_; }
  void fill_random(std::span<std::uint8_t> out) { entropy_.fill(out); }
  std::size_t sector() const { return sector_; }

  // --- the world. Counts are of calls of the program from now on; 0 takes the order back.
  void die_at(std::uint64_t call) { die_at_ = call == 0 ? 0 : calls_ + call; }
  void fail_at(std::uint64_t call) { fail_at_ = call == 0 ? 0 : calls_ + call; }
  void fill_at(std::uint64_t call) { full_at_ = call == 0 ? 0 : calls_ + call; }
  void fail_next_sync(bool on) { sync_fails_ = on; }
  void fail_sync_at(std::uint64_t call) { sync_fails_at_ = call == 0 ? 0 : calls_ + call; }
  void set_full(bool on) { full_ = on; }
  void set_lying(bool on) { lying_ = on; }  // syncs return at once and do nothing
  bool fault_met() const { return fault_met_; }

  void stop() { dead_ = true; }  // every later call of the program fails, and leaves the files alone
  // The process is gone; what it wrote, synced or not, is in the page cache.
  void start_process();
  void cut_power();
  Image image() const;
  void load(const Image& image);
  // Flips one bit of a file that is there; false when all are empty.
  bool flip_bit(Random& random);

  // A page went into the database before it was synced in the WAL, or the like.
  const std::string& complaint() const { return complaint_; }

 private:
  bool count_call();

  Random random_;
  SeededEntropy entropy_;
  std::size_t sector_;
  std::map<std::string, File> files_;    // the folder, as programs see it
  std::map<std::string, File> durable_;  // as a power cut would leave it, before it chooses
  std::uint64_t calls_ = 0, die_at_ = 0, fail_at_ = 0, full_at_ = 0, sync_fails_at_ = 0;
  bool dead_ = false, sync_fails_ = false, full_ = false, lying_ = false, fault_met_ = false;
  std::string complaint_;
};

}  // namespace tram::simulation
