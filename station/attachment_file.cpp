// Reading and writing by chunk.
#include "station/attachment_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "station/act_refused.h"
#include "station/program_log.h"
#include "sync/limits.h"

namespace tram::station {
namespace {

[[noreturn]] void refuse(const MediumFault& fault) {
  log_failure("attachment", sync::name(fault.code), fault.detail);
  throw ActRefused(fault.code);
}

}  // namespace

RegularFile open_to_attach(const std::filesystem::path& file) {
  std::error_code ec;
  const auto status = std::filesystem::symlink_status(file, ec);
  if (!std::filesystem::exists(status)) throw refused("no_such_file", "There is no such file.", "Check the path.");
  if (!std::filesystem::is_regular_file(status))
    throw refused("not_a_file", "Only a file can be attached, not a folder, a device or a link.", "Check the path.");
  auto opened = open_regular(AT_FDCWD, file.string());
  if (!opened) refuse(opened.error());
  return std::move(*opened);
}

void read_in_chunks(RegularFile& file, const std::function<void(ByteView)>& take) {
  const auto changed = [] {
    return refused("file_changed", "The file was changed while it was read.", "Close it in other programs, try again.");
  };
  Bytes chunk(sync::limits::kChunkBytes);
  std::uint64_t left = file.size;
  while (left > 0) {
    const std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), left));
    const auto got = read_full(file.descriptor.get(), std::span(chunk).first(want));
    if (!got) refuse(got.error());
    if (*got != want) throw changed();
    take(ByteView(chunk).first(want));
    left -= want;
  }
  const auto after = read_full(file.descriptor.get(), std::span(chunk).first(1));
  if (!after) refuse(after.error());
  if (*after != 0) throw changed();
}

NewFile::NewFile(const std::filesystem::path& file) : name_(file.filename().string()), temporary_(name_ + ".TMP") {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  auto folder = open_folder(AT_FDCWD, parent.string(), true);
  if (!folder) refuse(folder.error());
  folder_ = std::move(*folder);
  const bool there = ::faccessat(folder_.get(), name_.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (there || name_.empty() || name_ == "." || name_ == "..")
    throw refused("exists", "There is already something of this name.", "Give another path to --out.");
  // A leftover of a run that was killed is replaced; a link in its place is not followed.
  ::unlinkat(folder_.get(), temporary_.c_str(), 0);
  file_ = Descriptor(
      ::openat(folder_.get(), temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file_) refuse(fault_of(errno, "create " + temporary_));
}

NewFile::~NewFile() {
  if (!finished_ && file_) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

void NewFile::write(ByteView bytes) {
  if (const auto done = write_full(file_.get(), bytes); !done) refuse(done.error());
}

void NewFile::finish() {
  if (::fsync(file_.get()) != 0) refuse(fault_of(errno, "fsync"));
  // linkat fails where rename would replace what appeared meanwhile; file systems without links (FAT) get the rename.
  if (::linkat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str(), 0) == 0) {
    ::unlinkat(folder_.get(), temporary_.c_str(), 0);
  } else if (errno == EEXIST) {
    throw refused("exists", "There is already something of this name.", "Give another path to --out.");
  } else if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str()) != 0) {
    refuse(fault_of(errno, "rename"));
  }
  finished_ = true;
  if (::fsync(folder_.get()) != 0 && errno != EINVAL) refuse(fault_of(errno, "fsync of the folder"));
}

}  // namespace tram::station
