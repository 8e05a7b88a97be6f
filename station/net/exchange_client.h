// The node's way to the hub: one HTTP request at a time, blocking, to be called on a thread of its own. It carries
// containers and does not look into them (reliability design 6, node side).
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "station/net/net_errc.h"

namespace tram::station {

struct HubLink {
  std::string hub{};                  // "https://hub.example:8443", or http to loopback (decisions 16)
  std::vector<ByteArray<32>> pins{};  // SHA-256 of the hub's SPKI from HUB_KEYS; any of them
  std::function<bool()> cancelled{};  // asked about once a second; may be empty
  std::chrono::seconds connect_time{15};
  long slowest_bytes_per_second = 250;
  std::chrono::seconds slowest_for{60};
  std::size_t answer_bytes = 8u << 20;
};

struct HubAnswer {
  int status = 0;
  std::optional<std::chrono::milliseconds> retry_after;  // of seconds only, at most an hour
  Bytes body{};                                          // of any status; a portal's page too
};

// An HTTP status is an answer, whatever it says; errors are those of net_errc.
[[nodiscard]] Result<HubAnswer> post_exchange(const HubLink& link, ByteView container);
// For devices not yet known, hence without a pin where none is known: what is sent is sealed, what comes is signed.
[[nodiscard]] Result<HubAnswer> post_enrol(const HubLink& link, ByteView file);
[[nodiscard]] Result<HubAnswer> get_keys(const HubLink& link);
// The long poll: 200 there is something, 204 nothing so far. Lasts up to a minute.
[[nodiscard]] Result<HubAnswer> get_wait(const HubLink& link, const ByteArray<16>& ticket);

// Whether the address may be used at all: net_errc::bad_hub_address or nothing.
[[nodiscard]] Error check_hub_address(const std::string& hub);

}  // namespace tram::station
