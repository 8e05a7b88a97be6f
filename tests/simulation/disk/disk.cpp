#include "tests/simulation/disk/disk.h"

#include <algorithm>
#include <cstring>

namespace tram::simulation {

// --- one file --------------------------------------------------------------------------------------------------------

std::size_t DiskFile::read(std::uint64_t at, std::span<std::uint8_t> out) const {
  if (at >= now_.size()) return 0;
  const std::size_t n = std::min<std::size_t>(out.size(), now_.size() - at);
  std::memcpy(out.data(), now_.data() + at, n);
  return n;
}

void DiskFile::put(Bytes& image, std::uint64_t at, ByteView bytes) {
  if (bytes.empty()) return;
  if (image.size() == at) {
    append(image, bytes);
    return;
  }
  if (image.size() < at + bytes.size()) image.resize(at + bytes.size());
  std::memcpy(image.data() + at, bytes.data(), bytes.size());
}

void DiskFile::write(std::uint64_t at, ByteView bytes) {
  put(now_, at, bytes);
  unsynced_.push_back({at, written_.size(), bytes.size(), false});
  append(written_, bytes);
}

void DiskFile::truncate(std::uint64_t size) {
  now_.resize(size);
  unsynced_.push_back({size, 0, 0, true});
}

void DiskFile::sync() {
  for (const Change& c : unsynced_) {
    if (c.cuts)
      durable_.resize(c.at);
    else
      put(durable_, c.at, bytes_of(c));
  }
  forget_unsynced();
}

void DiskFile::forget_unsynced() {
  unsynced_.clear();
  written_.clear();
}

void DiskFile::cut_power(Random& random, std::size_t sector) {
  // All, nothing, the first ones, or any: a cut shortly after the writes meets each of these.
  const std::uint64_t way = random.below(4);
  const std::size_t first_ones = random.below(unsynced_.size() + 1);
  const bool garbage = random.chance(500);
  std::size_t index = 0;
  for (const Change& c : unsynced_) {
    const bool whole = way == 0 || (way == 2 && index < first_ones);
    const bool none = way == 1 || (way == 2 && index >= first_ones);
    ++index;
    if (none) continue;
    if (c.cuts) {
      if (whole || random.chance(500)) durable_.resize(std::min<std::uint64_t>(c.at, durable_.size()));
      continue;
    }
    for (std::size_t from = 0; from < c.size;) {
      const std::uint64_t at = c.at + from;
      const std::size_t to = std::min<std::size_t>(c.size, from + sector - at % sector);
      std::size_t there = to - from;
      if (!whole) {
        const std::uint64_t fate = random.below(8);
        if (fate < 3) there = 0;
        if (fate == 3) there = random.below(there + 1);  // torn inside
      }
      // Space that grew before this sector was never written: zeros, or what lay there before.
      for (std::size_t hole = durable_.size(); there > 0 && garbage && hole < at; ++hole)
        durable_.push_back(static_cast<std::uint8_t>(random.below(256)));
      put(durable_, at, bytes_of(c).subspan(from, there));
      from = to;
    }
  }
  forget_unsynced();
  now_ = durable_;
}

void DiskFile::flip_bit(std::uint64_t bit) {
  const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
  if (bit / 8 < now_.size()) now_[bit / 8] ^= mask;
  if (bit / 8 < durable_.size()) durable_[bit / 8] ^= mask;
}

// --- the folder ------------------------------------------------------------------------------------------------------

Disk::Disk(std::uint64_t seed, const std::string& name)
    : random_(seed, "disk " + name),
      entropy_(seed, "disk entropy " + name),
      sector_(random_.chance(500) ? 512 : 4096) {}

// True when the call may go on. The k-th call, in which the process is killed, does not.
bool Disk::count_call() {
  if (dead_) return false;
  ++calls_;
  if (die_at_ != 0 && calls_ >= die_at_) {
    dead_ = true;
    return false;
  }
  if (fail_at_ != 0 && calls_ >= fail_at_) {
    fail_at_ = 0;
    fault_met_ = true;
    return false;
  }
  return true;
}

Disk::File Disk::open(const std::string& name, bool create) {
  if (!count_call()) return nullptr;
  const auto at = files_.find(name);
  if (at != files_.end()) return at->second;
  if (!create) return nullptr;
  return files_[name] = std::make_shared<DiskFile>();
}

Io Disk::remove(const std::string& name, bool sync_folder) {
  if (!count_call()) return Io::failed;
  files_.erase(name);
  if (sync_folder && !lying_) durable_ = files_;
  return Io::ok;
}

Io Disk::read(DiskFile& file, std::uint64_t at, std::span<std::uint8_t> out, std::size_t& got) {
  if (!count_call()) return Io::failed;
  got = file.read(at, out);
  return Io::ok;
}

Io Disk::write(const std::string& name, DiskFile& file, std::uint64_t at, ByteView bytes) {
  const bool was_dead = dead_;
  if (!count_call()) {
    // Killed inside a write: the kernel took a part of it.
    if (dead_ && !was_dead) file.write(at, bytes.first(random_.below(bytes.size() + 1)));
    return Io::failed;
  }
  if (full_ || (full_at_ != 0 && calls_ >= full_at_)) {
    fault_met_ = true;
    return Io::full;
  }
  // The second checker (reliability design 3.3): no page reaches the database before the WAL holds it durably.
  const auto wal = files_.find(name + "-wal");
  if (!lying_ && wal != files_.end() && !wal->second->all_synced())
    complaint_ = "a page of " + name + " was written before it was synced in the WAL";
  file.write(at, bytes);
  return Io::ok;
}

Io Disk::truncate(DiskFile& file, std::uint64_t size) {
  if (!count_call()) return Io::failed;
  file.truncate(size);
  return Io::ok;
}

Io Disk::sync(const std::string& name, DiskFile& file) {
  if (!count_call()) return Io::failed;
  if (sync_fails_ || (sync_fails_at_ != 0 && calls_ >= sync_fails_at_)) {
    sync_fails_ = false;
    sync_fails_at_ = 0;
    fault_met_ = true;
    file.forget_unsynced();
    return Io::sync_failed;
  }
  if (lying_) return Io::ok;
  file.sync();
  // SQLite syncs the folder with the first sync of a journal that it made, and with that of no other file.
  const auto known = durable_.find(name);
  const bool is_new = known == durable_.end() || known->second.get() != &file;
  if (is_new && (name.ends_with("-wal") || name.ends_with("-journal"))) durable_ = files_;
  return Io::ok;
}

void Disk::start_process() {
  for (auto& [name, file] : files_) {
    file->memory = SharedMemory{};
    file->shared_locks = 0;
    file->reserved_by = file->exclusive_by = nullptr;
  }
  dead_ = sync_fails_ = full_ = fault_met_ = false;
  die_at_ = fail_at_ = full_at_ = sync_fails_at_ = 0;
}

void Disk::cut_power() {
  std::map<std::string, File> left;
  std::map<std::string, File> all = durable_;
  all.insert(files_.begin(), files_.end());
  for (const auto& [name, any] : all) {
    const auto before = durable_.find(name);
    const auto after = files_.find(name);
    const File was = before == durable_.end() ? nullptr : before->second;
    const File is = after == files_.end() ? nullptr : after->second;
    const File file = was == is || random_.chance(500) ? is : was;
    if (!file) continue;
    file->cut_power(random_, sector_);
    left[name] = file;
  }
  files_ = durable_ = left;
  start_process();
}

Disk::Image Disk::image() const {
  Image image;
  for (const auto& [name, file] : files_) image[name] = file->now();
  return image;
}

void Disk::load(const Image& image) {
  files_.clear();
  for (const auto& [name, bytes] : image) {
    auto file = std::make_shared<DiskFile>();
    file->write(0, bytes);
    file->sync();
    files_[name] = std::move(file);
  }
  durable_ = files_;
  start_process();
}

bool Disk::flip_bit(Random& random) {
  std::vector<DiskFile*> some;
  for (const auto& [name, file] : files_)
    if (!file->now().empty()) some.push_back(file.get());
  if (some.empty()) return false;
  DiskFile& file = *some[random.below(some.size())];
  file.flip_bit(random.below(file.now().size() * 8));
  return true;
}

}  // namespace tram::simulation
