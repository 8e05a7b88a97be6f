#include "tests/simulation/disk/vfs.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace tram::simulation {
namespace {

constexpr sqlite3_int64 kJulianMs =
    212'139'000'000'000;  // one moment in 2010: nothing of ours asks SQLite for the time

struct Handle {
  sqlite3_file base;
  Disk* disk;
  Disk::File file;
  std::string name;
  int lock = SQLITE_LOCK_NONE;
  bool maps_memory = false;
  std::array<bool, SharedMemory::kSlots> shared{}, exclusive{};
};

Handle& of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

Disk& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<Disk*>(vfs->pAppData);
}

int code(Io result, int failed) {
  switch (result) {
    case Io::ok:
      return SQLITE_OK;
    case Io::full:
      return SQLITE_FULL;
    case Io::sync_failed:
      return SQLITE_IOERR_FSYNC;
    case Io::failed:
      return failed;
  }
  return failed;
}

int x_shm_unmap(sqlite3_file* file, int) {
  Handle& h = of(file);
  if (!h.maps_memory) return SQLITE_OK;
  h.maps_memory = false;
  SharedMemory& memory = h.file->memory;
  for (std::size_t i = 0; i < SharedMemory::kSlots; ++i) {
    if (h.shared[i]) --memory.shared[i];
    if (h.exclusive[i]) memory.exclusive[i] = false;
    h.shared[i] = h.exclusive[i] = false;
  }
  if (--memory.users == 0) memory.regions.clear();
  return SQLITE_OK;
}

int x_unlock(sqlite3_file* file, int to) {
  Handle& h = of(file);
  if (to >= h.lock) return SQLITE_OK;
  if (h.file->exclusive_by == &h) h.file->exclusive_by = nullptr;
  if (h.file->reserved_by == &h) h.file->reserved_by = nullptr;
  if (to == SQLITE_LOCK_NONE) --h.file->shared_locks;
  h.lock = to;
  return SQLITE_OK;
}

int x_close(sqlite3_file* file) {
  x_unlock(file, SQLITE_LOCK_NONE);
  x_shm_unmap(file, 0);
  of(file).~Handle();
  return SQLITE_OK;
}

int x_read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  Handle& h = of(file);
  const std::span<std::uint8_t> into(static_cast<std::uint8_t*>(out), static_cast<std::size_t>(size));
  std::size_t got = 0;
  if (h.disk->read(*h.file, static_cast<std::uint64_t>(at), into, got) != Io::ok) return SQLITE_IOERR_READ;
  if (got == into.size()) return SQLITE_OK;
  std::memset(into.data() + got, 0, into.size() - got);
  return SQLITE_IOERR_SHORT_READ;
}

int x_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  Handle& h = of(file);
  const ByteView from(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size));
  return code(h.disk->write(h.name, *h.file, static_cast<std::uint64_t>(at), from), SQLITE_IOERR_WRITE);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  Handle& h = of(file);
  return code(h.disk->truncate(*h.file, static_cast<std::uint64_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int x_sync(sqlite3_file* file, int) {
  Handle& h = of(file);
  return code(h.disk->sync(h.name, *h.file), SQLITE_IOERR_FSYNC);
}

int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(of(file).file->now().size());
  return SQLITE_OK;
}

// The five levels of https://www.sqlite.org/lockingv3.html; several handles of one process are several holders.
int x_lock(sqlite3_file* file, int wanted) {
  Handle& h = of(file);
  DiskFile& f = *h.file;
  if (wanted <= h.lock) return SQLITE_OK;
  if (wanted == SQLITE_LOCK_SHARED) {
    if (f.exclusive_by != nullptr) return SQLITE_BUSY;
    ++f.shared_locks;
  } else {
    if (f.reserved_by != nullptr && f.reserved_by != &h) return SQLITE_BUSY;
    f.reserved_by = &h;
    if (wanted == SQLITE_LOCK_EXCLUSIVE) {
      if (f.shared_locks > 1) return SQLITE_BUSY;
      f.exclusive_by = &h;
    }
  }
  h.lock = wanted;
  return SQLITE_OK;
}

int x_check_reserved_lock(sqlite3_file* file, int* held) {
  *held = of(file).file->reserved_by != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int x_file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int x_sector_size(sqlite3_file* file) {
  return static_cast<int>(of(file).disk->sector());
}

int x_device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;  // as the driver for Unix says
}

int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  Handle& h = of(file);
  *out = nullptr;
  if (h.disk->dead() || static_cast<std::size_t>(size) > sizeof(ByteArray<32768>)) return SQLITE_IOERR_SHMMAP;
  SharedMemory& memory = h.file->memory;
  if (!h.maps_memory) {
    h.maps_memory = true;
    ++memory.users;
  }
  const auto index = static_cast<std::size_t>(region);
  if (index >= memory.regions.size()) {
    if (extend == 0) return SQLITE_OK;
    while (memory.regions.size() <= index) memory.regions.push_back(std::make_unique<ByteArray<32768>>());
  }
  *out = memory.regions[index]->data();
  return SQLITE_OK;
}

int x_shm_lock(sqlite3_file* file, int first, int count, int flags) {
  Handle& h = of(file);
  SharedMemory& memory = h.file->memory;
  const auto from = static_cast<std::size_t>(first), to = from + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    for (std::size_t i = from; i < to; ++i) {
      const int others = memory.shared[i] - (h.shared[i] ? 1 : 0);
      if ((memory.exclusive[i] && !h.exclusive[i]) || (exclusive && others > 0)) return SQLITE_BUSY;
    }
  }
  for (std::size_t i = from; i < to; ++i) {
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (exclusive) {
        memory.exclusive[i] = h.exclusive[i] = true;
      } else if (!h.shared[i]) {
        ++memory.shared[i];
        h.shared[i] = true;
      }
    } else if (exclusive) {
      memory.exclusive[i] = h.exclusive[i] = false;
    } else if (h.shared[i]) {
      --memory.shared[i];
      h.shared[i] = false;
    }
  }
  return SQLITE_OK;
}

void x_shm_barrier(sqlite3_file*) {}

const sqlite3_io_methods kMethods = {2,
                                     x_close,
                                     x_read,
                                     x_write,
                                     x_truncate,
                                     x_sync,
                                     x_file_size,
                                     x_lock,
                                     x_unlock,
                                     x_check_reserved_lock,
                                     x_file_control,
                                     x_sector_size,
                                     x_device_characteristics,
                                     x_shm_map,
                                     x_shm_lock,
                                     x_shm_barrier,
                                     x_shm_unmap,
                                     nullptr,
                                     nullptr};

int x_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* out_flags) {
  out->pMethods = nullptr;
  if (path == nullptr) return SQLITE_CANTOPEN;  // temporary files: temp_store is the memory
  Disk& disk = disk_of(vfs);
  std::string name = path;
  Disk::File file = disk.open(name, (flags & SQLITE_OPEN_CREATE) != 0);
  if (!file) return SQLITE_CANTOPEN;
  Handle* h = new (out) Handle{{&kMethods}, &disk, std::move(file), std::move(name)};
  h->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  Disk& disk = disk_of(vfs);
  if (!disk.exists(path)) return SQLITE_IOERR_DELETE_NOENT;
  return code(disk.remove(path, sync_folder != 0), SQLITE_IOERR_DELETE);
}

int x_access(sqlite3_vfs* vfs, const char* path, int, int* out) {
  *out = disk_of(vfs).exists(path) ? 1 : 0;
  return disk_of(vfs).dead() ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

int x_full_pathname(sqlite3_vfs*, const char* path, int size, char* out) {
  if (std::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, path);
  return SQLITE_OK;
}

int x_randomness(sqlite3_vfs* vfs, int size, char* out) {
  disk_of(vfs).fill_random({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
  return size;
}

int x_sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;
}

int x_current_time(sqlite3_vfs*, double* days) {
  *days = static_cast<double>(kJulianMs) / 86'400'000.0;
  return SQLITE_OK;
}

int x_get_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

int x_current_time_ms(sqlite3_vfs*, sqlite3_int64* ms) {
  *ms = kJulianMs;
  return SQLITE_OK;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk, std::string name) : name_(std::move(name)) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(Handle);
  vfs_.mxPathname = 512;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = &disk;
  vfs_.xOpen = x_open;
  vfs_.xDelete = x_delete;
  vfs_.xAccess = x_access;
  vfs_.xFullPathname = x_full_pathname;
  vfs_.xRandomness = x_randomness;
  vfs_.xSleep = x_sleep;
  vfs_.xCurrentTime = x_current_time;
  vfs_.xGetLastError = x_get_last_error;
  vfs_.xCurrentTimeInt64 = x_current_time_ms;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::bad_alloc();
}

DiskVfs::~DiskVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

void DiskVfs::seed_sqlite() {
  sqlite3_randomness(0, nullptr);  // forgets its state; the next use asks the default VFS
  sqlite3_vfs* const before = sqlite3_vfs_find(nullptr);
  sqlite3_vfs_register(&vfs_, 1);
  std::uint8_t drawn = 0;
  sqlite3_randomness(1, &drawn);
  sqlite3_vfs_register(before, 1);
}

}  // namespace tram::simulation
