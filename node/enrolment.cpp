#include "node/enrolment.h"

#include <chrono>
#include <thread>

#include "node/link/exchange_run.h"
#include "station/exchange_parts.h"
#include "station/net/exchange_client.h"
#include "station/program_log.h"
#include "station/store/app_meta.h"

namespace tram::node {
namespace {

using station::ActRefused;
using station::AppMeta;
using sync::OutcomeCode;

constexpr std::string_view kKeyFile = "hub_key_file";
constexpr std::string_view kHubUrl = "hub_url";
constexpr std::chrono::seconds kAskAgain{2};

sync::KeyFile remembered(Station& station) {
  const auto stored = AppMeta(station.connection()).get(kKeyFile);
  if (!stored)
    throw station::wrong_state("not_prepared", "The hub's keys are not here yet.",
                               "Give its key file, or its address.");
  auto keys = sync::decode_key_file(*stored);
  if (!keys) throw ActRefused(OutcomeCode::root_chain);
  return std::move(*keys);
}

[[noreturn]] void unreachable() {
  throw ActRefused(station::exit_status::kUnreachable, "hub_unreachable", "The hub did not answer. Nothing was lost.",
                   "Check the address and the line, then repeat.");
}

}  // namespace

void trust_key_file(Station& station, ByteView bytes, std::optional<std::string> root_fingerprint) {
  if (station.enrolled())
    throw station::wrong_state("enrolled_already", "This node is enrolled already.", "Nothing is left to do.");
  const auto keys = sync::decode_key_file(bytes);
  if (!keys) throw ActRefused(OutcomeCode::root_chain);
  const std::string shown = crypto::root_fingerprint(keys->root);
  if (root_fingerprint) {
    const auto digits = [](std::string_view text) {
      std::string only;
      for (const char c : text)
        if (c >= '0' && c <= '9') only += c;
      return only;
    };
    if (digits(*root_fingerprint) != digits(shown))
      throw station::refused("fingerprint_differs",
                             "These are not the hub's keys: the root fingerprint is another one.",
                             "Compare the sheet; ask the hub by telephone.");
  }
  if (keys->in_force.zone_kind != static_cast<std::uint8_t>(station.zone_kind()))
    throw ActRefused(OutcomeCode::wrong_zone);
  station.transact([&] { AppMeta(station.connection()).put(kKeyFile, bytes); });
}

Bytes make_request(Station& station, std::string_view code) {
  const sync::KeyFile keys = remembered(station);
  const auto key = sync::enrolment_key(code);
  if (!key) throw ActRefused(OutcomeCode::enrol_code);
  const sync::EnrolmentRequest request{station.device(), station.organisation_code(), station.device_key().public_key,
                                       station.encryption_key().public_key, std::string(station::kProgramVersion)};
  const sync::Frame frame = sync::encode_enrolment(request, station.device_key(), *key);
  sync::SealInput input;
  input.profile = sync::Profile::file;
  input.manifest = station::base_manifest(station, sync::BundleKind::enrolment_request);
  input.manifest.deployment = keys.zone;
  input.manifest.aux = station.device_key().public_key;
  const auto& hub = keys.in_force;
  input.recipients = {{sync::RecipientRole::hub_current, hub.hub_device, hub.encryption_current},
                      {sync::RecipientRole::hub_next, hub.hub_device, hub.encryption_next}};
  input.frames = std::span(&frame, 1);
  return station::seal(station, input).bytes;
}

void take_answer(Station& station, ByteView bytes) {
  if (station.enrolled())
    throw station::wrong_state("enrolled_already", "This node is enrolled already.", "Nothing is left to do.");
  const sync::KeyFile keys = remembered(station);
  std::size_t current = 1;
  const auto own = station::opening_keys(station, current);
  sync::OpenContext context = station::open_context(station, own, current, sync::Profile::file);
  context.deployment = keys.zone;
  context.sender = [&keys](const crypto::KeyId& id) -> std::optional<sync::SenderKey> {
    const auto& hub = keys.in_force;
    if (crypto::key_id(crypto::KeyAlgorithm::ed25519, hub.service_key) != id) return std::nullopt;
    return sync::SenderKey{hub.service_key, hub.hub_device, true, false};
  };
  context.kind_allowed = [](sync::BundleKind kind, const sync::SenderKey& s) {
    return kind == sync::BundleKind::enrolment_answer && s.is_hub;
  };
  const auto opened = sync::open_container(bytes, context);
  if (const auto* bad = std::get_if<sync::Refused>(&opened)) {
    station::log_failure("enrol", sync::name(bad->code), bad->detail);
    throw ActRefused(bad->code);
  }
  std::vector<Bytes> entries;
  for (const sync::Frame& frame : std::get<sync::Opened>(opened).frames) {
    if (frame.type != sync::FrameType::directory) continue;
    const auto segment = sync::decode_directory(frame);
    if (!segment) throw ActRefused(OutcomeCode::bad_content);
    entries.insert(entries.end(), segment->entries.begin(), segment->entries.end());
  }
  try {
    station.transact([&] {
      station.adopt_zone(keys.zone, keys.root, static_cast<sync::ZoneKind>(keys.in_force.zone_kind));
      (void)station.step(sync::AddDirectory{entries});
      const auto* device = station.directory().device(station.device());
      if (device == nullptr || device->identity != station.device_key().public_key)
        throw ActRefused(OutcomeCode::bad_content);  // an answer without our own entry enrols nobody
      (void)station.step(sync::Start{});
      station.audit(station::Actor{}, "enrolled", station.organisation_code(), "done");
    });
  } catch (...) {
    station.forget_unsaved();
    throw;
  }
}

Enrolled enrol_online(Station& station, const std::string& hub, std::string_view code,
                      std::optional<std::string> root_fingerprint, unsigned patience_s) {
  station::HubLink link;
  link.hub = hub;
  if (station::check_hub_address(hub))
    throw station::wrong_usage("--hub is https://HOST:PORT, or http to this machine alone.");
  const auto keys = station::get_keys(link);
  if (!keys) unreachable();
  if (keys->status != 200) throw refusal_in(*keys);
  trust_key_file(station, keys->body, std::move(root_fingerprint));
  const Bytes request = make_request(station, code);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{patience_s};
  for (;;) {
    const auto answer = station::post_enrol(link, request);
    if (!answer) unreachable();
    if (answer->status == 200) {
      take_answer(station, answer->body);
      break;
    }
    if (answer->status != 202) throw refusal_in(*answer);
    if (std::chrono::steady_clock::now() >= end)
      throw station::wrong_state("enrol_pending", "The hub has the request and did not approve it yet.",
                                 "Compare the device fingerprint by telephone, then repeat this command.");
    std::this_thread::sleep_for(kAskAgain);
  }
  station.transact([&] { AppMeta(station.connection()).put(kHubUrl, as_bytes(hub)); });
  return {station.device().hex(), station.device_fingerprint(), crypto::root_fingerprint(remembered(station).root)};
}

}  // namespace tram::node
