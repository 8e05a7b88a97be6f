#include "station/net/control_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "crypto/bytes.h"
#include "crypto/random.h"
#include "station/net/control_message.h"

namespace tram::station {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kNoDeadline = Clock::time_point::max();

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int fd_;
};

// A socket file by its folder's descriptor: /proc/self/fd/N/name fits a socket address however long the path is, and
// the working directory stays as it is.
struct Place {
  Descriptor folder;
  std::string name;
  sockaddr_un address{};
};

std::optional<Place> place_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  Place place{.folder = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
              .name = slash == std::string::npos ? path : path.substr(slash + 1)};
  const std::string short_path = "/proc/self/fd/" + std::to_string(place.folder.get()) + "/" + place.name;
  if (!place.folder || place.name.empty() || short_path.size() >= sizeof place.address.sun_path) return std::nullopt;
  place.address.sun_family = AF_UNIX;
  std::memcpy(place.address.sun_path, short_path.c_str(), short_path.size() + 1);
  return place;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// The superuser passes: on the console of a PC it could read the database as well.
bool peer_is_same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == ::geteuid() || peer.uid == 0);
}

// True when the descriptor is ready for `events` before the deadline; false at once when `wake` is.
bool wait_for(int fd, short events, Clock::time_point deadline, int wake) {
  while (true) {
    int left_ms = -1;
    if (deadline != kNoDeadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return false;
      left_ms = static_cast<int>(std::min<std::int64_t>(left, 60'000));
    }
    pollfd both[2] = {{fd, events, 0}, {wake, POLLIN, 0}};
    const int ready = ::poll(both, wake >= 0 ? 2 : 1, left_ms);
    if (ready < 0 && errno != EINTR) return false;
    if (wake >= 0 && both[1].revents != 0) return false;
    if (ready > 0 && both[0].revents != 0) return true;
  }
}

bool read_exactly(int fd, void* to, std::size_t size, Clock::time_point deadline, int wake) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    if (!wait_for(fd, POLLIN, deadline, wake)) return false;
    const ssize_t got = ::recv(fd, at, size, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (got < 0) continue;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_message(int fd, const std::string& text, Clock::time_point deadline, int wake) {
  Bytes bytes;
  append_le(bytes, static_cast<std::uint32_t>(text.size()));
  append(bytes, as_bytes(text));
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    if (!wait_for(fd, POLLOUT, deadline, wake)) break;
    const ssize_t more = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (more < 0 && errno != EAGAIN && errno != EINTR) break;
    if (more > 0) sent += static_cast<std::size_t>(more);
  }
  crypto::wipe(bytes);  // a request may hold a password
  return sent == bytes.size();
}

// The bound is checked before memory is taken.
std::optional<std::string> read_message(int fd, std::size_t limit, Clock::time_point deadline, int wake) {
  std::uint8_t prefix[4];
  if (!read_exactly(fd, prefix, sizeof prefix, deadline, wake)) return std::nullopt;
  const auto size = load_le<std::uint32_t>(prefix);
  if (size > limit) return std::nullopt;
  std::string text(size, '\0');
  if (!read_exactly(fd, text.data(), size, deadline, wake)) return std::nullopt;
  return text;
}

Descriptor connect_to(const Place& place) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd && ::connect(fd.get(), generic(place.address), sizeof place.address) == 0) return fd;
  return Descriptor();
}

// Removes the socket that a dead program left. Anything but a socket stays, and then bind fails.
Error clear_stale(const Place& place) {
  struct stat found {};
  if (::fstatat(place.folder.get(), place.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return net_errc::io_failed;
  if (connect_to(place)) return net_errc::already_running;
  if (errno != ECONNREFUSED) return net_errc::io_failed;
  return ::unlinkat(place.folder.get(), place.name.c_str(), 0) == 0 ? Error() : Error(net_errc::io_failed);
}

Result<Descriptor> listen_at(const Place& place) {
  if (const Error error = clear_stale(place)) return error;
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // The mode before the name: there is no moment in which another user could connect.
  if (!fd || ::fchmod(fd.get(), 0600) != 0) return net_errc::io_failed;
  if (::bind(fd.get(), generic(place.address), sizeof place.address) != 0) return net_errc::io_failed;
  if (::fchmodat(place.folder.get(), place.name.c_str(), 0600, 0) != 0 || ::listen(fd.get(), 16) != 0)
    return net_errc::io_failed;
  return fd;
}

}  // namespace

struct ControlSocket::State {
  Place place;
  Descriptor listener;
  Descriptor wake;
  ApplicationThread& application;
  Command command;
  ControlLimits limits;
  std::thread thread;

  // One connection after another: commands run one at a time anyway, and a peer that is slow has io_time.
  void run() {
    while (wait_for(listener.get(), POLLIN, kNoDeadline, wake.get())) {
      const Descriptor peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peer && peer_is_same_user(peer.get())) serve(peer.get());
    }
  }

  void serve(int peer) {
    auto text = read_message(peer, limits.request_bytes, Clock::now() + limits.io_time, wake.get());
    if (!text) return;
    auto request = decode_control_request(*text);
    crypto::wipe(*text);
    ControlAnswer answer{.exit = 2, .out = {}, .err = "malformed control request\n"};
    if (request && !application.run_and_wait([&] { answer = run_command(*request); }))
      answer = {.exit = 5, .out = {}, .err = "the program is stopping\n"};
    if (request && request->input) crypto::wipe(*request->input);
    std::string out = encode(answer);
    if (out.size() > limits.answer_bytes)
      out = encode(ControlAnswer{.exit = 1, .out = {}, .err = "the output is too large for the control socket\n"});
    write_message(peer, out, Clock::now() + limits.io_time, -1);
  }

  ControlAnswer run_command(const ControlRequest& request) const {
    try {
      return command(request);
    } catch (const std::exception& error) {
      return {.exit = 1, .out = {}, .err = std::string(error.what()) + "\n"};
    }
  }
};

ControlSocket::ControlSocket(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

ControlSocket::~ControlSocket() {
  const std::uint64_t one = 1;
  // An eventfd takes a first write always; poll sees it from then on.
  if (::write(state_->wake.get(), &one, sizeof one) == sizeof one) state_->thread.join();
  ::unlinkat(state_->place.folder.get(), state_->place.name.c_str(), 0);
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::string& path, ApplicationThread& application,
                                                           Command command, ControlLimits limits) {
  auto place = place_of(path);
  if (!place) return net_errc::io_failed;
  auto listener = listen_at(*place);
  if (!listener) return listener.error();
  Descriptor wake(::eventfd(0, EFD_CLOEXEC));
  if (!wake) return net_errc::io_failed;
  std::unique_ptr<State> state(new State{.place = std::move(*place),
                                         .listener = std::move(*listener),
                                         .wake = std::move(wake),
                                         .application = application,
                                         .command = std::move(command),
                                         .limits = limits,
                                         .thread = {}});
  return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(state)));
}

Result<ControlAnswer> call_control_socket(const std::string& path, const ControlRequest& request,
                                          ControlLimits limits) {
  const auto place = place_of(path);
  if (!place) return net_errc::not_running;
  const Descriptor fd = connect_to(*place);
  if (!fd) return errno == EACCES || errno == EPERM ? net_errc::wrong_peer : net_errc::not_running;
  if (!peer_is_same_user(fd.get()) && ::geteuid() != 0) return net_errc::wrong_peer;
  std::string text = encode(request);
  if (text.size() > limits.request_bytes) return net_errc::bad_message;
  const bool sent = write_message(fd.get(), text, Clock::now() + limits.io_time, -1);
  crypto::wipe(text);
  if (!sent) return net_errc::bad_message;
  const auto reply = read_message(fd.get(), limits.answer_bytes, kNoDeadline, -1);
  const auto answer = reply ? decode_control_answer(*reply) : std::nullopt;
  if (!answer) return net_errc::answer_lost;
  return *answer;
}

}  // namespace tram::station
