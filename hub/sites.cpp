#include "hub/sites.h"

#include "station/exchange_parts.h"
#include "station/permission_gate.h"
#include "station/program_log.h"
#include "station/schema.h"
#include "station/store/invitations.h"
#include "sync/enrolment.h"
#include "sync/limits.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Invitation;
using station::Invitations;
using station::InvitationState;
using sync::OutcomeCode;

struct Received {
  sync::SignedRequest request;
  Bytes frame;  // as it came, with its signature and MAC
  Invitation invitation;
};

Received open_request(Station& station, ByteView bytes) {
  std::size_t current = 1;
  const auto keys = station::opening_keys(station, current);
  sync::OpenContext context = station::open_context(station, keys, current, sync::Profile::file);
  context.deployment = {};  // the device does not know its zone until it is answered
  context.enrolment_open = [&station](const sync::Manifest&) {
    Invitations invitations(station.connection());
    for (const auto state :
         {InvitationState::open, InvitationState::pending, InvitationState::used, InvitationState::locked})
      if (!invitations.in_state(state).empty()) return true;
    return false;
  };
  context.kind_allowed = [](sync::BundleKind kind, const sync::SenderKey&) {
    return kind == sync::BundleKind::enrolment_request;
  };
  auto opened = sync::open_container(bytes, context);
  if (const auto* bad = std::get_if<sync::Refused>(&opened)) {
    station::log_failure("enrol", sync::name(bad->code), bad->detail);
    throw station::ActRefused(bad->code);
  }
  const auto& good = std::get<sync::Opened>(opened);
  if (good.frames.size() != 1) throw station::ActRefused(OutcomeCode::bad_content);
  const auto request = sync::decode_enrolment(good.frames.front());
  if (!request) throw station::ActRefused(OutcomeCode::bad_signature);
  if (request->request.identity != good.sender.key || request->request.device != good.manifest.sender_device)
    throw station::ActRefused(OutcomeCode::bad_signature);
  return {*request, good.frames.front().bytes, {}};
}

// The invitation whose code made this request's MAC; a wrong code counts against the newest open one (5.3).
Invitation invitation_of(Station& station, const sync::SignedRequest& request) {
  Invitations invitations(station.connection());
  const auto all = invitations.of_organisation(request.request.site);
  if (all.empty()) throw station::ActRefused(OutcomeCode::enrol_site);
  for (const Invitation& i : all)
    if (sync::mac_matches(request, i.code_key)) return i;
  for (const Invitation& i : all) {
    if (i.state == InvitationState::locked) throw station::ActRefused(OutcomeCode::enrol_locked);
    if (i.state != InvitationState::open) continue;
    Result<std::uint8_t> left = std::uint8_t{0};
    station.transact([&] { left = Invitations(station.connection()).count_wrong_code(i.code_key); });
    station::ActRefused wrong(OutcomeCode::enrol_code);
    if (left) wrong.message += " Tries left: " + std::to_string(*left) + ".";
    throw wrong;
  }
  throw station::ActRefused(OutcomeCode::enrol_code);
}

Approved enter_device(Station& station, const sync::EnrolmentRequest& request, const sync::Hash& code_key) {
  if (station.directory().device(request.device)) throw station::ActRefused(OutcomeCode::enrol_used);
  const auto* site = station.directory().organisation(request.site);
  if (site == nullptr) throw station::ActRefused(OutcomeCode::enrol_site);
  sync::Device device;
  device.id = request.device;
  device.site = site->id;
  device.identity = request.identity;
  device.encryption = request.encryption;
  append_entry(station, device);
  (void)Invitations(station.connection()).finish(code_key);
  return {device.id.hex(), crypto::device_fingerprint(device.id.view(), device.identity, device.encryption)};
}

Bytes answer_for(Station& station, const sync::EnrolmentRequest& request) {
  sync::SealInput input;
  input.profile = sync::Profile::file;
  input.manifest = station::base_manifest(station, sync::BundleKind::enrolment_answer);
  input.recipients = {{sync::RecipientRole::device, request.device, request.encryption}};
  std::vector<sync::Frame> frames;
  sync::DirectorySegment segment;
  std::size_t size = 0;
  for (const sync::DirectoryRow& row : station.store().directory(1)) {
    if (size + row.bytes.size() + 8 > sync::limits::kSegmentBytes) {
      frames.push_back(sync::encode_frame(segment));
      segment.entries.clear();
      size = 0;
    }
    size += row.bytes.size() + 4;
    segment.entries.push_back(row.bytes);
  }
  frames.push_back(sync::encode_frame(segment));
  input.frames = frames;
  return station::seal(station, input).bytes;
}

// The newest request of an invitation that waits for approval.
std::optional<std::pair<Invitation, sync::SignedRequest>> pending_of(Station& station, std::string_view organisation) {
  for (const Invitation& i : Invitations(station.connection()).of_organisation(organisation)) {
    if (i.state != InvitationState::pending) continue;
    const auto request = sync::decode_enrolment({sync::FrameType::enrol, i.request});
    if (request) return std::pair(i, *request);
  }
  return std::nullopt;
}

// Attaches a request to its invitation; the device's request is kept as the signed frame it came in.
Received take_request(Station& station, ByteView bytes) {
  Received received = open_request(station, bytes);
  received.invitation = invitation_of(station, received.request);
  const sync::EnrolmentRequest& request = received.request.request;
  const auto* known = station.directory().device(request.device);
  // A device id belongs to the key it was enrolled with, whoever asks.
  if (known && known->identity != request.identity) throw station::ActRefused(OutcomeCode::enrol_used);
  if (received.invitation.state == InvitationState::used) {
    // Sent again: the same device gets its answer again.
    if (known && known->identity == request.identity) return received;
    throw station::ActRefused(OutcomeCode::enrol_used);
  }
  if (received.invitation.state == InvitationState::locked) throw station::ActRefused(OutcomeCode::enrol_locked);
  const sync::Hash key = received.invitation.code_key;
  station.transact([&] {
    const auto attached =
        Invitations(station.connection()).attach_request(key, received.frame, station::wall_clock_ms());
    if (attached) return;
    if (attached.error() == station::errc::expired) throw station::ActRefused(OutcomeCode::enrol_expired);
    if (attached.error() == station::errc::locked) throw station::ActRefused(OutcomeCode::enrol_locked);
    throw station::ActRefused(OutcomeCode::enrol_used);
  });
  return received;
}

}  // namespace

Invited invite(Station& station, const Actor& actor, std::string_view organisation, bool pre_approved) {
  // The second person acts when the device is approved; a pre-approved invitation is the audited exception (5.6).
  (void)station::permit(station, actor, tasks::Action::manage_devices, {.second_later = true});
  if (station.directory().organisation(organisation) == nullptr || organisation == station::kHubCode)
    throw station::refused("unknown_body", "There is no such body in the directory.", "Import the directory first.");
  Invited result;
  result.site = organisation;
  result.code = sync::make_enrolment_code(station.entropy());
  const auto root = station.store().meta(sync::meta::kRootKey);
  crypto::VerifyKey key{};
  std::copy_n(root->begin(), key.size(), key.begin());
  result.root_fingerprint = crypto::root_fingerprint(key);
  const std::uint64_t now = station::wall_clock_ms();
  result.expires_ms = now + station::kInvitationMs;
  station.transact([&] {
    const auto added =
        Invitations(station.connection()).add(*sync::enrolment_key(result.code), organisation, pre_approved, now);
    if (!added) throw station::refused("over_limit", "The invitation cannot be kept.", "Check the body's code.");
    station.audit(actor, "site_add", std::string(organisation), "done", pre_approved ? "pre-approved" : "");
  });
  return result;
}

Bytes enrol(Station& station, ByteView bytes) {
  const Received received = take_request(station, bytes);
  const sync::EnrolmentRequest& request = received.request.request;
  const auto* known = station.directory().device(request.device);
  // A device that stands in the directory is answered again for the invitation it used, and for no other.
  if (known != nullptr && received.invitation.state != InvitationState::used)
    throw station::ActRefused(OutcomeCode::enrol_used);
  if (known == nullptr) {
    if (!received.invitation.pre_approved)
      throw station::wrong_state("enrol_pending", "The request is here and waits for approval.",
                                 "Compare the device fingerprint by telephone; the hub approves it.");
    station.transact([&] {
      (void)enter_device(station, request, received.invitation.code_key);
      station.audit(Actor{{}, "hub", 0}, "site_approve", request.site, "done", "pre-approved");
    });
  }
  return answer_for(station, request);
}

Approved approve_pending(Station& station, const Actor& actor, const Actor& second, std::string_view organisation) {
  (void)station::permit(station, actor, tasks::Action::manage_devices, {.second = &second});
  const auto pending = pending_of(station, organisation);
  if (!pending) throw station::wrong_state("nothing_pending", "No request of this body waits.", "See `site list`.");
  Approved result;
  station.transact([&] {
    result = enter_device(station, pending->second.request, pending->first.code_key);
    station.audit(actor, "site_approve", std::string(organisation), "done", "second " + second.name);
  });
  return result;
}

ApprovedFile approve_file(Station& station, const Actor& actor, const std::optional<Actor>& second, ByteView bytes) {
  const Received received = take_request(station, bytes);
  const sync::EnrolmentRequest& request = received.request.request;
  ApprovedFile result;
  const auto* known = station.directory().device(request.device);
  (void)station::permit(
      station, actor, tasks::Action::manage_devices,
      {.second = second ? &*second : nullptr, .second_later = received.invitation.pre_approved || known != nullptr});
  if (known != nullptr && received.invitation.state != InvitationState::used)
    throw station::ActRefused(OutcomeCode::enrol_used);
  if (known == nullptr) {
    station.transact([&] {
      (void)enter_device(station, request, received.invitation.code_key);
      station.audit(actor, "site_approve", request.site, "done", second ? "second " + second->name : "pre-approved");
    });
  }
  result.approved = {request.device.hex(),
                     crypto::device_fingerprint(request.device.view(), request.identity, request.encryption)};
  result.answer = answer_for(station, request);
  return result;
}

Approved set_device_state(Station& station, const Actor& actor, const Actor& second, std::string_view organisation,
                          sync::DeviceState state) {
  (void)station::permit(station, actor, tasks::Action::manage_devices, {.second = &second});
  const auto* o = station.directory().organisation(organisation);
  std::vector<sync::Device> devices;  // every device of the body that is in use
  for (const sync::Device* d : station.directory().devices())
    if (o && d->site == o->id && (d->state == sync::DeviceState::active || d->state == sync::DeviceState::suspended))
      devices.push_back(*d);
  if (devices.empty())
    throw station::wrong_state("nothing_enrolled", "This body has no enrolled device.", "See `site list`.");
  station.transact([&] {
    for (sync::Device& device : devices) {
      device.state = state;
      append_entry(station, device);
    }
    station.audit(actor, "site_state", std::string(organisation), "done", "second " + second.name);
  });
  const sync::Device& first = devices.front();
  return {first.id.hex(), crypto::device_fingerprint(first.id.view(), first.identity, first.encryption)};
}

json::object sites_json(Station& station) {
  constexpr std::string_view kStates[] = {"active", "suspended", "retired", "revoked"};
  json::array list;
  for (const sync::Device* d : station.directory().devices()) {
    if (d->id == station.device()) continue;
    const auto* o = station.directory().organisation(d->site);
    std::uint64_t receipted = 0;
    for (const sync::LogRow& log : station.store().logs())
      if (log.device == d->id) receipted += log.receipted_seq;
    const std::uint64_t contact = sync::meta_u64(station.store(), "contact:" + d->id.hex());
    list.push_back({{"org", o ? o->code : ""},
                    {"name", o ? o->name_vi : ""},
                    {"device", d->id.hex()},
                    {"fingerprint", crypto::device_fingerprint(d->id.view(), d->identity, d->encryption)},
                    {"state", kStates[static_cast<std::size_t>(d->state)]},
                    {"last_contact", contact ? json::value(station::rfc3339(contact)) : json::value(nullptr)},
                    {"receipted", receipted}});
  }
  for (const Invitation& i : Invitations(station.connection()).in_state(InvitationState::pending)) {
    const auto request = sync::decode_enrolment({sync::FrameType::enrol, i.request});
    if (!request) continue;
    const auto& r = request->request;
    const auto* o = station.directory().organisation(r.site);
    list.push_back({{"org", r.site},
                    {"name", o ? o->name_vi : ""},
                    {"device", r.device.hex()},
                    {"fingerprint", crypto::device_fingerprint(r.device.view(), r.identity, r.encryption)},
                    {"state", "pending"},
                    {"last_contact", nullptr},
                    {"receipted", 0}});
  }
  return {{"sites", std::move(list)}};
}

}  // namespace tram::hub
