#include "station/store/invitations.h"

#include "station/store/columns.h"

namespace tram::station {

static Select& operator>>(Select& s, Invitation& i) {
  return s >> i.code_key >> i.organisation >> i.created_ms >> i.expires_ms >> i.tries >> i.state >> i.pre_approved >>
         i.request;
}

Result<void> Invitations::add(const sync::Hash& code_key, std::string_view organisation, bool pre_approved,
                              std::uint64_t now_ms) {
  if (organisation.empty() || organisation.size() > 64) return errc::over_limit;
  const int added = change(connection_, "invitation.add", code_key, organisation, now_ms, now_ms + kInvitationMs, 0,
                           InvitationState::open, pre_approved, Bytes{});
  if (added == 0) return errc::already_exists;
  return {};
}

std::optional<Invitation> Invitations::get(const sync::Hash& code_key) {
  return one<Invitation>({connection_, "invitation.get", code_key});
}

std::vector<Invitation> Invitations::of_organisation(std::string_view organisation) {
  return all<Invitation>({connection_, "invitation.of_organisation", organisation});
}

std::vector<Invitation> Invitations::in_state(InvitationState state) {
  return all<Invitation>({connection_, "invitation.in_state", state});
}

void Invitations::set_state(const Invitation& i) {
  change(connection_, "invitation.set_state", i.state, i.tries, i.request, i.code_key);
}

Result<std::uint8_t> Invitations::count_wrong_code(const sync::Hash& code_key) {
  auto invitation = get(code_key);
  if (!invitation) return errc::no_such_row;
  if (invitation->state == InvitationState::locked) return errc::locked;
  if (invitation->state != InvitationState::open) return errc::wrong_state;
  ++invitation->tries;
  if (invitation->tries >= kInvitationTries) invitation->state = InvitationState::locked;
  set_state(*invitation);
  return static_cast<std::uint8_t>(kInvitationTries - invitation->tries);
}

Result<void> Invitations::attach_request(const sync::Hash& code_key, ByteView request, std::uint64_t now_ms) {
  if (request.size() > kDeviceRequestBytes) return errc::over_limit;
  auto invitation = get(code_key);
  if (!invitation) return errc::no_such_row;
  if (invitation->state == InvitationState::locked) return errc::locked;
  const bool again = std::equal(request.begin(), request.end(), invitation->request.begin(), invitation->request.end());
  if (invitation->state != InvitationState::open) {
    if (invitation->state == InvitationState::pending && again) return {};
    return errc::wrong_state;
  }
  if (now_ms >= invitation->expires_ms) return errc::expired;
  invitation->state = InvitationState::pending;
  invitation->request.assign(request.begin(), request.end());
  set_state(*invitation);
  return {};
}

Result<void> Invitations::finish(const sync::Hash& code_key) {
  auto invitation = get(code_key);
  if (!invitation) return errc::no_such_row;
  if (invitation->state != InvitationState::pending) return errc::wrong_state;
  invitation->state = InvitationState::used;
  set_state(*invitation);
  return {};
}

}  // namespace tram::station
