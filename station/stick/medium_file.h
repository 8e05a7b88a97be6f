// A file descriptor that closes itself, and the plain loops around read and write. Everything here treats the medium
// as hostile or failing: no symbolic link is followed, nothing but a regular file is opened, nothing blocks.
#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include "crypto/bytes.h"
#include "station/stick/medium_fault.h"

namespace tram::station {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct RegularFile {
  Descriptor descriptor;
  std::uint64_t size = 0;
};
// `folder` is a descriptor or AT_FDCWD. Anything but a regular file is MEDIA_ERROR.
MediumResult<RegularFile> open_regular(int folder, const std::string& name, int extra_flags = 0);
MediumResult<Descriptor> open_folder(int folder, const std::string& name, bool follow_link);

// Up to out.size() bytes from the current place; fewer only at the end of the file.
MediumResult<std::size_t> read_full(int fd, std::span<std::uint8_t> out);
MediumResult<void> write_full(int fd, ByteView bytes);

// Does the file begin with the magic of a container? False for what cannot be read.
bool begins_with_magic(int folder, const std::string& name);

}  // namespace tram::station
