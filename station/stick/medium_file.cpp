// System calls on a medium, with EINTR and short counts handled in one place.
#include "station/stick/medium_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "sync/container.h"

namespace tram::station {

using sync::OutcomeCode;

void throw_exception_from_error(const MediumFault& fault, const boost::source_location&) {
  throw std::logic_error("result of a medium used although it failed: " + fault.detail);
}

MediumFault fault_of(int system_error, std::string what) {
  MediumFault fault;
  fault.system_error = system_error;
  fault.detail = std::move(what) + ": " + std::generic_category().message(system_error);
  switch (system_error) {
    case ENODEV:
    case ENXIO:
    case ENOENT:
    case ENOTCONN:
    case ESTALE:
#ifdef ENOMEDIUM
    case ENOMEDIUM:
#endif
      fault.code = OutcomeCode::media_lost;
      break;
    case ENOSPC:
    case EDQUOT:
      fault.code = OutcomeCode::no_space;
      break;
    default:
      fault.code = OutcomeCode::media_error;
  }
  return fault;
}

Descriptor::~Descriptor() {
  // After a successful fsync there is nothing a failing close could still tell.
  if (fd_ >= 0) ::close(fd_);
}

MediumResult<RegularFile> open_regular(int folder, const std::string& name, int extra_flags) {
  // O_NONBLOCK: opening a FIFO that waits for a writer must not hang.
  RegularFile file;
  file.descriptor =
      Descriptor(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | extra_flags));
  if (!file.descriptor) return fault_of(errno, "open " + name);
  struct stat status {};
  if (::fstat(file.descriptor.get(), &status) != 0) return fault_of(errno, "stat " + name);
  if (!S_ISREG(status.st_mode)) {
    MediumFault fault;
    fault.detail = name + " is not a regular file";
    return fault;
  }
  file.size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

MediumResult<Descriptor> open_folder(int folder, const std::string& name, bool follow_link) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow_link ? 0 : O_NOFOLLOW);
  Descriptor opened(::openat(folder, name.c_str(), flags));
  if (!opened) return fault_of(errno, "open folder " + name);
  return opened;
}

MediumResult<std::size_t> read_full(int fd, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::read(fd, out.data() + done, out.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fault_of(errno, "read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

MediumResult<void> write_full(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return fault_of(put == 0 ? EIO : errno, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

bool begins_with_magic(int folder, const std::string& name) {
  const auto file = open_regular(folder, name);
  if (!file) return false;
  ByteArray<sync::kContainerMagic.size()> first{};
  const auto got = read_full(file->descriptor.get(), first);
  return got && *got == first.size() && first == sync::kContainerMagic;
}

}  // namespace tram::station
