#include "station/store/fence.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "crypto/hash.h"

namespace tram::station {
namespace {

constexpr std::string_view kMagic = "TRMFENC1";
constexpr std::string_view kPersonal = "TRM1-fence";
constexpr std::size_t kSummed = kFenceBytes - 32;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

errc from_errno() {
  return errno == ENOSPC || errno == EDQUOT ? errc::disk_full : errc::io_failed;
}

Bytes encode(const Fence& fence) {
  Bytes out;
  append(out, as_bytes(kMagic));
  append(out, fence.zone.bytes);
  append(out, fence.device.bytes);
  append_le(out, fence.incarnation);
  append_le(out, fence.seq);
  append(out, fence.head_hash);
  append(out, fence.machine);
  append(out, crypto::hash(kPersonal, {out}));
  return out;
}

std::optional<Fence> decode(ByteView bytes) {
  if (bytes.size() != kFenceBytes || as_text(bytes.first(kMagic.size())) != kMagic) return std::nullopt;
  const auto sum = crypto::hash(kPersonal, {bytes.first(kSummed)});
  if (!std::equal(sum.begin(), sum.end(), bytes.begin() + kSummed)) return std::nullopt;
  Fence fence;
  fence.zone = sync::ZoneId::from(bytes.subspan(8, 16));
  fence.device = sync::DeviceId::from(bytes.subspan(24, 16));
  fence.incarnation = load_le<std::uint64_t>(bytes.data() + 40);
  fence.seq = load_le<std::uint64_t>(bytes.data() + 48);
  std::copy_n(bytes.begin() + 56, 32, fence.head_hash.begin());
  std::copy_n(bytes.begin() + 88, 32, fence.machine.begin());
  return fence;
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<FenceReading> read_fence(const std::filesystem::path& folder) {
  Descriptor file(open((folder / "fence.bin").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0) {
    if (errno == ENOENT) return FenceReading{};
    if (errno == ELOOP) return FenceReading{.state = FenceState::damaged, .fence = {}};
    return errc::io_failed;
  }
  Bytes bytes(kFenceBytes + 1);  // one more, so that a longer file is seen
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errc::io_failed;
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  const auto fence = decode(ByteView(bytes).first(size));
  if (!fence) return FenceReading{.state = FenceState::damaged, .fence = {}};
  return FenceReading{.state = FenceState::present, .fence = *fence};
}

Result<void> write_fence(const std::filesystem::path& folder, const Fence& fence) {
  const auto temporary = folder / "fence.tmp";
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0 || !write_all(file.get(), encode(fence)) || fsync(file.get()) != 0 || !file.close())
    return from_errno();
  if (rename(temporary.c_str(), (folder / "fence.bin").c_str()) != 0) return from_errno();
  // Without this the rename itself may be lost in a power cut, after the changesets have left.
  Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || fsync(opened.get()) != 0) return from_errno();
  return {};
}

sync::Hash machine_id(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string id;
  if (!in || !(in >> id) || id.size() > 64) return {};
  return crypto::hash(kPersonal, {as_bytes("machine"), as_bytes(id)});
}

}  // namespace tram::station
