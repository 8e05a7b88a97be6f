// The hub's invitations to enrol a device (bundle design 5.2): the code itself is never stored, only
// ek = H(TRM1-enrol, code). One use, 14 days, five wrong codes. Writes run inside a transaction.
#pragma once
#include "station/store/sqlite.h"
#include "sync/ids.h"

namespace tram::station {

inline constexpr std::uint64_t kInvitationMs = 14ull * 24 * 3600 * 1000;
inline constexpr std::uint8_t kInvitationTries = 5;
inline constexpr std::size_t kDeviceRequestBytes = 64u << 10;

enum class InvitationState : std::uint8_t { open = 0, pending = 1, used = 2, locked = 3 };

struct Invitation {
  sync::Hash code_key{};     // key
  std::string organisation;  // code of the site
  std::uint64_t created_ms = 0;
  std::uint64_t expires_ms = 0;
  std::uint8_t tries = 0;  // wrong codes so far
  InvitationState state = InvitationState::open;
  bool pre_approved = false;
  Bytes request;  // the device's request, once one came with the right code
  bool operator==(const Invitation&) const = default;
};

class Invitations {
 public:
  explicit Invitations(Connection& connection) : connection_(connection) {}

  // Opens one for kInvitationMs. Errors: already_exists, over_limit.
  Result<void> add(const sync::Hash& code_key, std::string_view organisation, bool pre_approved, std::uint64_t now_ms);
  std::optional<Invitation> get(const sync::Hash& code_key);
  std::vector<Invitation> of_organisation(std::string_view organisation);  // newest first
  std::vector<Invitation> in_state(InvitationState state);                 // oldest first
  // A request for this site came with a wrong code; returns the tries that are left, and locks at none. Errors:
  // no_such_row, locked, wrong_state.
  Result<std::uint8_t> count_wrong_code(const sync::Hash& code_key);
  // The right code with a device's request: open -> pending. The same request again is no error. Errors: no_such_row,
  // expired, locked, wrong_state (another device, or used), over_limit.
  Result<void> attach_request(const sync::Hash& code_key, ByteView request, std::uint64_t now_ms);
  // The device stands in the directory: pending -> used. Errors: no_such_row, wrong_state.
  Result<void> finish(const sync::Hash& code_key);

 private:
  void set_state(const Invitation& invitation);
  Connection& connection_;
};

}  // namespace tram::station
