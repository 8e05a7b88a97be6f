// Every bound of the local web in one place (reliability design 5.2, 5.4, 5.5). Hitting one is a named refusal.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tram::station {

// Sessions, throttles and deadlines live on the monotonic clock: a clock jump neither extends nor ends anything.
using MonoTime = std::chrono::steady_clock::time_point;

struct Limits {
  // Sizes, in bytes unless they say otherwise.
  std::size_t header_bytes = 8 * 1024;
  std::size_t read_buffer_bytes = 16 * 1024;
  std::size_t target_bytes = 2 * 1024;
  std::size_t fields = 64;
  std::size_t query_parameters = 32;
  std::size_t response_bytes = 16u << 20;

  // Deadlines. Header and TLS count from the first moment of their phase, as one absolute deadline each.
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds tls_time{10'000};
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds idle_time{30'000};
  std::chrono::milliseconds write_time{30'000};
  std::chrono::milliseconds shutdown_time{3'000};
  // The slowest body: that many bytes in each window, the first window is free.
  std::chrono::milliseconds body_window{10'000};
  std::size_t body_window_bytes = 10 * 1024;
  // A write that stands for this long may be closed to let a new connection in.
  std::chrono::milliseconds stalled_write{3'000};

  // Connections and rates. A rate of 0 means that the gate leaves it to the exchange's own admission (the hub).
  std::size_t connections = 128;
  std::size_t connections_per_address = 16;
  std::size_t requests_per_connection = 100;
  std::uint32_t requests_per_second = 20;
  std::uint32_t request_burst = 60;
  std::size_t tracked_addresses = 4'096;

  // Passwords.
  std::size_t password_checks_at_once = 2;
  std::size_t password_checks_waiting = 8;
};

constexpr Limits node_limits() {
  return {};
}

constexpr Limits hub_limits() {
  Limits limits;
  limits.response_bytes = 8u << 20;
  limits.body_time = std::chrono::milliseconds(120'000);
  limits.idle_time = std::chrono::milliseconds(60'000);
  limits.body_window = std::chrono::milliseconds(60'000);
  limits.body_window_bytes = 250 * 60;
  limits.connections = 4'096;
  limits.connections_per_address = 64;
  limits.requests_per_connection = 1'000;
  limits.requests_per_second = 0;
  limits.password_checks_at_once = 4;
  limits.password_checks_waiting = 32;
  return limits;
}

// The same at node and hub.
constexpr std::size_t kDefaultBodyLimit = 64 * 1024;
constexpr std::size_t kSessionsPerPerson = 5;
constexpr std::size_t kPreSessions = 1'024;
constexpr std::chrono::minutes kSessionIdle{30};
constexpr std::chrono::minutes kSessionIdleAdministrator{15};
constexpr std::chrono::hours kSessionLongest{12};
constexpr std::chrono::minutes kFreshLogin{5};
constexpr std::uint32_t kFreeLogins = 5;
constexpr std::chrono::seconds kLongestLoginWait{300};
constexpr std::uint32_t kLoginsPerAddress = 20;  // in kLoginWindow
constexpr std::chrono::minutes kLoginWindow{15};
constexpr std::uint32_t kLoginsPerMinute = 60;  // of everybody together
constexpr std::size_t kTrackedLogins = 4'096;
constexpr std::size_t kLongestPassword = 128;  // characters; a code point of UTF-8 takes at most 4 bytes

}  // namespace tram::station
