// What this station knows of each bundle it wrote or read (bundle design 6.1): which part of its log an outgoing one
// covers and how far it got, and what an incoming one led to, so that the same file twice is a DUPLICATE. The bytes
// themselves lie on sticks. Writes run inside a transaction.
#pragma once
#include "station/store/sqlite.h"
#include "sync/ids.h"

namespace tram::station {

enum class BundleDirection : std::uint8_t { out = 0, in = 1 };

// Of outgoing bundles, in the order in which they go; lost may follow any of them.
enum class BundleState : std::uint8_t {
  staged = 0,
  written = 1,
  verified = 2,
  handed = 3,
  received = 4,
  answered = 5,
  closed = 6,
  lost = 7,
};

struct Bundle {
  sync::Hash header_hash{};  // key
  std::string code;          // 16 Crockford characters, without dashes
  BundleDirection direction = BundleDirection::out;
  std::uint8_t kind = 0;      // of the container
  std::uint16_t outcome = 0;  // the outcome number of the newest delivery record; 0 = none yet
  std::uint64_t created_ms = 0;
  std::uint64_t covers_from = 0;  // seq of the sender's log
  std::uint64_t covers_to = 0;
  BundleState state = BundleState::staged;
  bool operator==(const Bundle&) const = default;
};

class Bundles {
 public:
  explicit Bundles(Connection& connection) : connection_(connection) {}

  std::optional<Bundle> get(const sync::Hash& header_hash);
  std::optional<Bundle> by_code(std::string_view code);  // the newest
  std::vector<Bundle> recent(std::uint32_t at_most);     // newest first
  std::vector<Bundle> unanswered();                      // outgoing, neither closed nor lost; oldest first
  // Replaces the row with the same key. Errors: over_limit.
  Result<void> put(const Bundle& bundle);
  // Only forward, and never out of lost or closed. Errors: no_such_row, wrong_state.
  Result<void> advance(const sync::Hash& header_hash, BundleState state);

 private:
  Connection& connection_;
};

}  // namespace tram::station
