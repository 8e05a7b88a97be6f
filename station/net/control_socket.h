// The control socket DIR/control.sock: how a command on the console reaches the program that serves DIR, which alone
// holds the database. Mode 0600, and both ends check that the other is the same user or root (SO_PEERCRED). A message
// is u32 length (little-endian) and that many bytes of JSON; one request and one answer per connection.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "station/net/net_errc.h"
#include "station/web/application_thread.h"

namespace tram::station {

struct ControlRequest {
  std::vector<std::string> args{};     // at most 256
  std::string cwd{};                   // what relative file names of the command refer to
  std::optional<std::string> input{};  // "stdin" on the wire; passwords come this way, never as an argument
};
struct ControlAnswer {
  int exit = 0;
  std::string out{};
  std::string err{};
};

struct ControlLimits {
  std::size_t request_bytes = 1u << 20;
  std::size_t answer_bytes = 16u << 20;
  std::chrono::milliseconds io_time{5'000};  // for a whole request, and for a whole answer to be taken
};

class ControlSocket {
 public:
  using Command = std::function<ControlAnswer(const ControlRequest&)>;
  // `path` may be longer than a socket address. A file that a dead program left is replaced; already_running if one
  // answers. `command` runs on the application thread, which must outlive this.
  static Result<std::unique_ptr<ControlSocket>> open(const std::string& path, ApplicationThread& application,
                                                     Command command, ControlLimits limits = {});
  // Waits for the command under way and removes the file. Not on the application thread.
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  struct State;
  explicit ControlSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Client side: not_running when nobody listens. Waits for the answer as long as the command takes.
[[nodiscard]] Result<ControlAnswer> call_control_socket(const std::string& path, const ControlRequest& request,
                                                        ControlLimits limits = {});

}  // namespace tram::station
