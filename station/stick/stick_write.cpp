// The layout of a stick, its space check and its leftovers.
#include "station/stick/stick_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace tram::station {
namespace {

using sync::OutcomeCode;

constexpr std::uint64_t kReserve = 16u << 20;
constexpr std::int64_t kLeftoverSeconds = 24 * 60 * 60;
constexpr std::size_t kMostFolderEntries = 20'000;
constexpr std::string_view kReadme =
    "This folder belongs to Tram, a program of a government office.\r\n"
    "The files are encrypted. They can be read only by the office they are meant for.\r\n"
    "Please do not change, rename or delete them. If you found this stick,\r\n"
    "please hand it to the nearest government office.\r\n";

std::string temporary_name(const std::string& name) {
  const auto dot = name.rfind('.');
  return name.substr(0, dot) + ".TMP";
}

// 1.25 x need plus a cluster per file plus 16 MiB (6.3 step 1).
MediumResult<void> check_space(int folder, std::uint64_t bytes, std::size_t files, const StickOptions& options) {
  struct statvfs system {};
  if (::fstatvfs(folder, &system) != 0) return fault_of(errno, "statvfs");
  if ((system.f_flag & ST_RDONLY) != 0) return fault_of(EROFS, "medium");
  const std::uint64_t cluster = system.f_frsize;
  const std::uint64_t free = options.free_bytes ? options.free_bytes() : std::uint64_t{system.f_bavail} * cluster;
  const std::uint64_t need = bytes + bytes / 4 + cluster * files + kReserve;
  if (need <= free) return {};
  MediumFault fault = fault_of(ENOSPC, "space check");
  fault.have_bytes = free;
  fault.want_bytes = need;
  return fault;
}

bool is_temporary_name(std::string_view name) {
  return name.size() == 12 && name.ends_with(".TMP") && std::all_of(name.begin(), name.begin() + 8, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// A leftover is never data (6.3 step 5). Only what has our form of name, our magic and more than a day is removed.
void remove_old_leftovers(int folder, std::uint64_t now_ms) {
  Descriptor listing(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!listing) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(listing.get()), ::closedir);
  if (!entries) return;
  listing.release();
  std::vector<std::string> old;
  for (std::size_t seen = 0; seen < kMostFolderEntries; ++seen) {
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    if (!is_temporary_name(entry->d_name)) continue;
    struct stat status {};
    if (::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
    const bool older = status.st_mtime + kLeftoverSeconds < static_cast<std::int64_t>(now_ms / 1000);
    if (older && begins_with_magic(folder, entry->d_name)) old.emplace_back(entry->d_name);
  }
  for (const std::string& name : old) ::unlinkat(folder, name.c_str(), 0);
}

// Not data: whether it could be written changes nothing about the bundles.
void write_readme(int folder) {
  const Descriptor file(::openat(folder, "README.TXT", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file || !write_full(file.get(), as_bytes(kReadme))) return;
  set_constant_time(file.get());
  ::fsync(file.get());
}

MediumResult<Descriptor> open_stick_folder(const std::filesystem::path& root) {
  const auto base = open_folder(AT_FDCWD, root.string(), true);
  if (!base) return base.error();
  const std::string name(kStickFolder);
  if (::mkdirat(base->get(), name.c_str(), 0755) != 0 && errno != EEXIST) return fault_of(errno, "make folder TRAM");
  if (::fsync(base->get()) != 0 && errno != EINVAL) return fault_of(errno, "fsync of the root folder");
  return open_folder(base->get(), name, false);
}

}  // namespace

MediumResult<std::vector<WrittenFile>> write_stick(const std::filesystem::path& root,
                                                   std::span<const StickBundle> bundles, const StickOptions& options) {
  std::uint64_t bytes = kReadme.size();
  for (const StickBundle& bundle : bundles) bytes += bundle.bytes.size();
  {
    const auto base = open_folder(AT_FDCWD, root.string(), true);
    if (!base) return base.error();
    if (const auto room = check_space(base->get(), bytes, bundles.size() + 1, options); !room) return room.error();
  }
  const auto folder = open_stick_folder(root);
  if (!folder) return folder.error();
  remove_old_leftovers(folder->get(), options.now_ms);

  std::vector<WrittenFile> written;
  for (const StickBundle& bundle : bundles) {
    WriteRequest request;
    request.folder = folder->get();
    request.name = bundle.name;
    request.temporary = temporary_name(bundle.name);
    request.bytes = bundle.bytes;
    auto file = write_and_read_back(request, options.hooks);
    if (!file) return file.error();
    written.push_back(*std::move(file));
  }
  write_readme(folder->get());
  set_constant_time(folder->get());
  if (::syncfs(folder->get()) != 0) return fault_of(errno, "syncfs");
  return written;
}

MediumResult<WrittenFile> write_bundle_file(const std::filesystem::path& file, ByteView bytes,
                                            const StickOptions& options) {
  const std::filesystem::path parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto folder = open_folder(AT_FDCWD, parent.string(), true);
  if (!folder) return folder.error();
  if (const auto room = check_space(folder->get(), bytes.size(), 1, options); !room) return room.error();
  WriteRequest request;
  request.folder = folder->get();
  request.name = file.filename().string();
  request.temporary = request.name + ".TMP";
  request.bytes = bytes;
  request.may_replace = [&] {
    const auto there = open_regular(folder->get(), request.name);
    return there && (there->size == 0 || begins_with_magic(folder->get(), request.name));
  };
  return write_and_read_back(request, options.hooks);
}

}  // namespace tram::station
