// The write, read back and rename of one file.
#include "station/stick/bundle_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>

namespace tram::station {
namespace {

constexpr std::size_t kBlock = 1u << 20;
constexpr std::size_t kSyncEvery = 8u << 20;
constexpr std::time_t kConstantTime = 946'684'800;  // 2000-01-01T00:00:00Z
constexpr std::size_t kDirectAlignment = 4096;
constexpr int kTries = 2;

struct FreeAligned {
  void operator()(std::uint8_t* block) const { ::operator delete[](block, std::align_val_t{kDirectAlignment}); }
};
using AlignedBlock = std::unique_ptr<std::uint8_t[], FreeAligned>;
AlignedBlock make_block() {
  return AlignedBlock(static_cast<std::uint8_t*>(::operator new[](kBlock, std::align_val_t{kDirectAlignment})));
}

MediumResult<void> write_temporary(const WriteRequest& request, const WriteHooks& hooks) {
  const Descriptor file(
      ::openat(request.folder, request.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return fault_of(errno, "create " + request.temporary);
  std::size_t unsynced = 0;
  for (std::size_t at = 0; at < request.bytes.size(); at += kBlock) {
    const ByteView block = request.bytes.subspan(at, std::min(kBlock, request.bytes.size() - at));
    if (const auto put = write_full(file.get(), block); !put) return put.error();
    unsynced += block.size();
    if (unsynced < kSyncEvery) continue;
    if (::fdatasync(file.get()) != 0) return fault_of(errno, "fdatasync");
    unsynced = 0;
    if (hooks.progress) hooks.progress(at + block.size());
  }
  set_constant_time(file.get());
  if (::fsync(file.get()) != 0) return fault_of(errno, "fsync");
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
  if (hooks.progress) hooks.progress(request.bytes.size());
  return {};
}

enum class Comparison { same, different };

MediumResult<Comparison> compare(int fd, ByteView expected) {
  const AlignedBlock block = make_block();
  const std::span<std::uint8_t> buffer(block.get(), kBlock);
  for (;;) {
    const auto got = read_full(fd, buffer);
    if (!got) return got.error();
    if (*got > expected.size() ||
        !std::equal(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*got), expected.begin()))
      return Comparison::different;
    expected = expected.subspan(*got);
    if (*got < kBlock) return expected.empty() ? Comparison::same : Comparison::different;
  }
}

struct ReadBack {
  Comparison comparison = Comparison::different;
  bool past_cache = false;
};
MediumResult<ReadBack> read_back(int folder, const std::string& name, ByteView expected) {
  if (const auto direct = open_regular(folder, name, O_DIRECT)) {
    const auto compared = compare(direct->descriptor.get(), expected);
    if (compared) return ReadBack{*compared, true};
    // EINVAL: the file system takes the flag but not the read; anything else is the medium's fault.
    if (compared.error().system_error != EINVAL) return compared.error();
  }
  const auto cached = open_regular(folder, name);
  if (!cached) return cached.error();
  ::posix_fadvise(cached->descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
  const auto compared = compare(cached->descriptor.get(), expected);
  if (!compared) return compared.error();
  return ReadBack{*compared, false};
}

// renameat2 refuses to replace; FAT knows the flag, some file systems do not, and there the check before must do.
MediumResult<void> rename_into_place(const WriteRequest& request, bool replace) {
  const char* from = request.temporary.c_str();
  const char* to = request.name.c_str();
  int done = ::renameat2(request.folder, from, request.folder, to, replace ? 0 : RENAME_NOREPLACE);
  if (done != 0 && (errno == EINVAL || errno == ENOSYS)) done = ::renameat(request.folder, from, request.folder, to);
  if (done != 0) return fault_of(errno, "rename to " + request.name);
  if (::fsync(request.folder) != 0 && errno != EINVAL) return fault_of(errno, "fsync of the folder");
  if (::syncfs(request.folder) != 0) return fault_of(errno, "syncfs");
  return {};
}

// Leftovers of this very file: an earlier try that was cut off. Others' files of that name do not begin like this.
void remove_own_leftover(const WriteRequest& request) {
  const auto left = open_regular(request.folder, request.temporary);
  if (!left) return;
  if (left->size == 0 || begins_with_magic(request.folder, request.temporary))
    ::unlinkat(request.folder, request.temporary.c_str(), 0);
}

enum class Existing { none, same, replaceable };

MediumResult<Existing> look_for_existing(const WriteRequest& request) {
  struct stat status {};
  if (::fstatat(request.folder, request.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return Existing::none;
    return fault_of(errno, "stat " + request.name);
  }
  if (S_ISREG(status.st_mode)) {
    const auto compared = read_back(request.folder, request.name, request.bytes);
    if (compared && compared->comparison == Comparison::same) return Existing::same;
    if (request.may_replace && request.may_replace()) return Existing::replaceable;
  }
  return fault_of(EEXIST, request.name);
}

}  // namespace

void set_constant_time(int fd) {
  // Not every mount lets us; a file with a true time is still a good file.
  const timespec times[2] = {{kConstantTime, 0}, {kConstantTime, 0}};
  ::futimens(fd, times);
}

MediumResult<WrittenFile> write_and_read_back(const WriteRequest& request, const WriteHooks& hooks) {
  const auto existing = look_for_existing(request);
  if (!existing) return existing.error();
  if (*existing == Existing::same) return WrittenFile{request.name, request.bytes.size(), false};
  remove_own_leftover(request);
  MediumFault last;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const auto give_up = [&](const MediumFault& fault) {
      // EEXIST at creation: the temporary name belongs to somebody else, so it stays.
      if (fault.system_error != EEXIST) ::unlinkat(request.folder, request.temporary.c_str(), 0);
      return fault;
    };
    if (const auto put = write_temporary(request, hooks); !put) return give_up(put.error());
    const auto back = read_back(request.folder, request.temporary, request.bytes);
    if (!back) return give_up(back.error());
    if (back->comparison == Comparison::same) {
      const auto renamed = rename_into_place(request, *existing == Existing::replaceable);
      if (!renamed) return give_up(renamed.error());
      return WrittenFile{request.name, request.bytes.size(), back->past_cache};
    }
    last.detail = request.name + ": the medium returned other bytes than were written";
    ::unlinkat(request.folder, request.temporary.c_str(), 0);
  }
  return last;
}

}  // namespace tram::station
