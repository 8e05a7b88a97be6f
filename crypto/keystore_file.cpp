// Key files on the disk. POSIX calls, because a stream can neither fsync nor ask for mode 0600 at creation.
#include "crypto/keystore_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "crypto/random.h"

namespace tram::crypto {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened && ::fsync(opened.get()) == 0;
}

std::filesystem::path beside(const std::filesystem::path& file, const char* ending) {
  auto path = file;
  path += ending;
  return path;
}

bool is_missing(const std::filesystem::path& file) {
  struct stat info {};
  return ::lstat(file.c_str(), &info) != 0 && errno == ENOENT;
}

}  // namespace

Result<Bytes> read_whole_file(const std::filesystem::path& file, std::size_t limit) {
  // O_NONBLOCK: a pipe under this name must not hold the program.
  Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!opened || ::fstat(opened.get(), &info) != 0 || !S_ISREG(info.st_mode)) return errc::io_failed;
  Bytes bytes(limit);
  std::size_t length = 0;
  while (length < limit) {
    const auto got = ::read(opened.get(), bytes.data() + length, limit - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errc::io_failed;
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  bytes.resize(length);
  return bytes;
}

Result<void> write_durably(const std::filesystem::path& file, ByteView bytes) {
  const auto temporary = beside(file, ".tmp");
  ::unlink(temporary.c_str());  // left over by a crash; O_EXCL then refuses anything else under this name
  Descriptor opened(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!opened) return errc::io_failed;
  if (!write_all(opened.get(), bytes) || ::fsync(opened.get()) != 0 || !opened.close() ||
      ::rename(temporary.c_str(), file.c_str()) != 0) {
    ::unlink(temporary.c_str());
    return errc::io_failed;
  }
  if (!sync_folder(file)) return errc::io_failed;
  return {};
}

Result<void> keep_previous_generation(const std::filesystem::path& file, std::size_t limit) {
  if (is_missing(file)) return {};
  const auto old = read_whole_file(file, limit);
  if (!old) return old.error();
  return write_durably(beside(file, ".prev"), *old);
}

Result<Secret<32>> read_machine_key(const std::filesystem::path& file) {
  auto bytes = read_whole_file(file, 33);
  if (!bytes) return bytes.error();
  if (bytes->size() != 32) return errc::io_failed;
  Secret<32> key{*bytes};
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

Result<Secret<32>> read_or_make_machine_key(const std::filesystem::path& file) {
  if (!is_missing(file)) return read_machine_key(file);
  Secret<32> key;
  random_bytes(key.writable());
  if (const auto written = write_durably(file, key.view()); !written) return written.error();
  return key;
}

}  // namespace tram::crypto
