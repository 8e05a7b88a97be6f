#include "station/exchange.h"

#include <algorithm>

#include "station/audit_anchors.h"
#include "station/exchange_parts.h"
#include "station/program_log.h"
#include "station/store/app_meta.h"
#include "station/store/bundles.h"
#include "sync/limits.h"

namespace tram::station {

std::vector<crypto::DecryptionKey> opening_keys(Station& station, std::size_t& current) {
  using crypto::KeyPurpose;
  std::vector<crypto::DecryptionKey> keys;
  if (station.program() == Program::node) {
    keys = station.keystore().decryption_keys(KeyPurpose::device_encryption);
    current = 1;
    return keys;
  }
  auto all = station.keystore().decryption_keys(KeyPurpose::hub_encryption);
  auto next = station.keystore().decryption_keys(KeyPurpose::hub_encryption_next);
  keys.push_back(std::move(all.front()));
  if (!next.empty()) keys.push_back(std::move(next.front()));
  current = keys.size();
  for (std::size_t i = 1; i < all.size(); ++i) keys.push_back(std::move(all[i]));
  return keys;
}

namespace {

constexpr std::size_t kNetworkBudget = 900u << 10;  // plain bytes of changesets in one request of at most 1 MiB
constexpr std::size_t kResponseBudget = sync::limits::kWholeAnswer;  // and of entries in one response of at most 8 MiB

const crypto::SigningKey& sending_key(Station& s) {
  return s.program() == Program::hub ? s.service_key() : s.device_key();
}

}  // namespace

sync::Manifest base_manifest(Station& station, sync::BundleKind kind) {
  sync::Manifest m;
  m.kind = kind;
  m.zone = station.zone_kind();
  m.deployment = station.zone();
  m.sender_device = station.device();
  const std::uint64_t now = wall_clock_ms();
  const bool clock_set = now >= sync::limits::kClockFloorMs;
  m.created_ms = clock_set ? now : 0;
  m.clock = clock_set ? sync::ClockQuality::device : sync::ClockQuality::unset;
  const sync::Directory& directory = station.directory();
  m.directory_version = directory.version();
  std::copy_n(directory.head().begin(), 16, m.directory_hash.begin());
  return m;
}

sync::Sealed seal(Station& station, const sync::SealInput& input) {
  auto sealed = sync::seal_container(input, sending_key(station));
  if (!sealed) throw ActRefused(sync::OutcomeCode::over_limit);
  return std::move(*sealed);
}

sync::OpenContext open_context(Station& station, std::span<const crypto::DecryptionKey> keys, std::size_t current,
                               sync::Profile profile) {
  sync::OpenContext c;
  c.profile = profile;
  c.keys = keys;
  c.current_keys = current;
  c.own_device = station.device();
  c.deployment = station.zone();
  c.zone = station.zone_kind();
  c.at_hub = station.program() == Program::hub;
  c.now_ms = wall_clock_ms();
  c.sender = [&station](const crypto::KeyId& id) -> std::optional<sync::SenderKey> {
    const auto signer = station.directory().signer(id);
    if (!signer) return std::nullopt;
    return sync::SenderKey{signer->key, signer->device, signer->is_hub, signer->revoked};
  };
  c.kind_allowed = [at_hub = c.at_hub](sync::BundleKind kind, const sync::SenderKey& sender) {
    return at_hub ? kind == sync::BundleKind::up && !sender.is_hub : kind == sync::BundleKind::down && sender.is_hub;
  };
  return c;
}

namespace {

sync::Opened open_or_refuse(ByteView bytes, const sync::OpenContext& context) {
  auto opened = sync::open_container(bytes, context);
  if (const auto* bad = std::get_if<sync::Refused>(&opened)) {
    log_failure("sync", sync::name(bad->code), bad->detail);
    throw ActRefused(bad->code);
  }
  return std::move(std::get<sync::Opened>(opened));
}

// Delivery records that wait for a device's next contact: frames, each u32 length.
std::string delivery_key(const sync::DeviceId& device) {
  return "delivery:" + device.hex();
}

}  // namespace

sync::Recipient device_recipient(const sync::Device& device) {
  return {sync::RecipientRole::device, device.id, device.encryption};
}

const sync::HubKeys& hub_keys(Station& station) {
  const sync::HubKeys* keys = station.directory().hub_keys();
  if (keys == nullptr || !station.enrolled())
    throw wrong_state("not_enrolled", "This node is not enrolled at a hub yet.", "Run enrol first.");
  return *keys;
}

std::string body_code(Station& station, const sync::OrganisationId& id) {
  const sync::Organisation* o = station.directory().organisation(id);
  return o ? o->code : std::string();
}

namespace {

void put_deliveries(Station& station, const sync::DeviceId& device, const std::vector<sync::Frame>& frames) {
  Bytes stored;
  for (const sync::Frame& f : frames) {
    append_le(stored, static_cast<std::uint32_t>(f.bytes.size()));
    append(stored, f.bytes);
  }
  AppMeta meta(station.connection());
  if (stored.empty())
    meta.remove(delivery_key(device));
  else
    meta.put(delivery_key(device), stored);
}

}  // namespace

std::vector<sync::Hash> unanswered_bundles(Station& station) {
  constexpr std::size_t kMost = 64;  // of HAVE
  std::vector<sync::Hash> found;
  for (const Bundle& bundle : Bundles(station.connection()).unanswered())
    if (bundle.state != BundleState::answered) found.push_back(bundle.header_hash);
  if (found.size() > kMost) found.erase(found.begin(), found.end() - kMost);
  return found;
}

std::vector<sync::Frame> waiting_deliveries(Station& station, const sync::DeviceId& device) {
  std::vector<sync::Frame> frames;
  const auto stored = AppMeta(station.connection()).get(delivery_key(device));
  for (std::size_t at = 0; stored && at + 4 <= stored->size();) {
    const auto length = load_le<std::uint32_t>(stored->data() + at);
    if (length > stored->size() - at - 4) break;
    frames.push_back(
        {sync::FrameType::delivery, Bytes(stored->begin() + static_cast<std::ptrdiff_t>(at + 4),
                                          stored->begin() + static_cast<std::ptrdiff_t>(at + 4 + length))});
    at += 4 + length;
  }
  return frames;
}

void drop_heard_deliveries(Station& station, const sync::DeviceId& device, std::span<const sync::Hash> unanswered) {
  auto frames = waiting_deliveries(station, device);
  std::erase_if(frames, [&](const sync::Frame& f) {
    return std::none_of(unanswered.begin(), unanswered.end(), [&](const sync::Hash& hash) {
      return f.bytes.size() >= hash.size() && std::equal(hash.begin(), hash.end(), f.bytes.begin());
    });
  });
  put_deliveries(station, device, frames);
}

void keep_delivery(Station& station, const sync::DeviceId& device, const sync::DeliveryRecord& record) {
  constexpr std::size_t kKept = 16;
  auto frames = waiting_deliveries(station, device);
  const sync::Frame fresh = sync::encode_frame(record);
  std::erase_if(frames, [&](const sync::Frame& f) {
    return std::equal(record.header_hash.begin(), record.header_hash.end(), f.bytes.begin());
  });
  frames.push_back(fresh);
  if (frames.size() > kKept) frames.erase(frames.begin());
  put_deliveries(station, device, frames);
}

void take_deliveries(Station& station, const std::vector<sync::Action>& actions) {
  Bundles bundles(station.connection());
  for (const sync::Action& action : actions) {
    const auto* delivered = std::get_if<sync::Delivered>(&action);
    if (delivered == nullptr) continue;
    auto row = bundles.get(delivered->record.header_hash);
    if (!row || row->direction != BundleDirection::out) {
      log_event("sync", sync::name(sync::OutcomeCode::receipt_strange), to_hex(delivered->record.header_hash));
      continue;
    }
    row->outcome = delivered->record.outcome;
    (void)bundles.put(*row);
    (void)bundles.advance(row->header_hash, BundleState::answered);
  }
}

// Receipts close outgoing bundles: what they covered is receipted (bundle design 6.1).
void close_covered(Station& station) {
  const auto own = station.store().own_log();
  if (!own) return;
  Bundles bundles(station.connection());
  for (const Bundle& b : bundles.unanswered())
    if (b.covers_to <= own->receipted_seq) (void)bundles.advance(b.header_hash, BundleState::closed);
}

// --- what a line carries between two cuts ----------------------------------------------------------------------------

namespace {

// A line that drops must still carry something whole between two drops: halved at each cut, doubled at each answer.
constexpr std::string_view kLineBudget = "line_budget";
constexpr std::size_t kFirstBudget = 1u << 20;

std::size_t line_budget(Station& station) {
  const auto text = station.text_meta(kLineBudget);
  const std::size_t stored = text ? std::strtoull(text->c_str(), nullptr, 10) : kFirstBudget;
  return std::clamp(stored, sync::limits::kLeastLine, kResponseBudget);
}

}  // namespace

// --- network ---------------------------------------------------------------------------------------------------------
// -----------------------------------------------------------------------------------------------------------

OutgoingRequest prepare_request(Station& station) {
  const sync::HubKeys keys = hub_keys(station);
  OutgoingRequest request;
  const std::size_t line = line_budget(station);
  std::vector<sync::Action> actions;
  station.transact([&] {
    state_own_audit(station);
    actions = station.step(sync::Prepare{std::min(kNetworkBudget, line), false, unanswered_bundles(station), line});
  });
  request.send = *find_action<sync::Send>(actions);
  station.write_fence(request.send.fence);
  sync::SealInput input;
  input.profile = sync::Profile::network;
  input.manifest = base_manifest(station, sync::BundleKind::up);
  input.recipients = {{sync::RecipientRole::hub_current, keys.hub_device, keys.encryption_current}};
  input.frames = request.send.frames;
  sync::Sealed sealed = seal(station, input);
  request.container = std::move(sealed.bytes);
  request.header_hash = sealed.header_hash;
  return request;
}

void note_line_cut(Station& station) {
  const std::size_t budget = std::max(line_budget(station) / 2, sync::limits::kLeastLine);
  station.transact([&] { station.put_text_meta(kLineBudget, std::to_string(budget)); });
}

void note_answer_lost(Station& station, const OutgoingRequest& request) {
  if (request.send.to_seq == 0) return;
  station.transact([&] { (void)station.step(sync::Sent{request.send.log, request.send.to_seq}); });
}

sync::Taken take_response(Station& station, const OutgoingRequest& request, ByteView response) {
  std::size_t current = 1;
  const auto keys = opening_keys(station, current);
  sync::OpenContext context = open_context(station, keys, current, sync::Profile::network);
  ByteArray<16> reply_to{};
  std::copy_n(request.header_hash.begin(), 16, reply_to.begin());
  context.expected_reply_to = reply_to;
  const sync::Opened opened = open_or_refuse(response, context);
  std::vector<sync::Action> actions;
  station.transact([&] {
    if (request.send.to_seq > 0) (void)station.step(sync::Sent{request.send.log, request.send.to_seq});
    actions = station.step(sync::Incoming{opened.sender.device, opened.frames, false});
    take_deliveries(station, actions);
    close_covered(station);
    if (const std::size_t budget = line_budget(station); budget < kResponseBudget)
      station.put_text_meta(kLineBudget, std::to_string(std::min(budget * 2, kResponseBudget)));
    AppMeta(station.connection()).put("last_exchange", as_bytes(std::to_string(wall_clock_ms())));
  });
  sync::Taken taken = *find_action<sync::Taken>(actions);
  if (sync::exit_status(taken.code) != exit_status::kDone) throw ActRefused(taken.code);
  taken.more = taken.more || request.send.more;
  for (const sync::Frame& frame : opened.frames)
    if (frame.type == sync::FrameType::ticket)
      if (const auto ticket = sync::decode_ticket(frame)) station.keep_ticket(*ticket);
  return taken;
}

Bytes answer_request(Station& station, ByteView bytes,
                     const std::function<sync::WaitTicket(const sync::DeviceId&)>& ticket) {
  std::size_t current = 1;
  const auto keys = opening_keys(station, current);
  const sync::Opened opened = open_or_refuse(bytes, open_context(station, keys, current, sync::Profile::network));
  const sync::Device* device = station.directory().device(opened.sender.device);
  if (device == nullptr) throw ActRefused(sync::OutcomeCode::unknown_sender);
  if (device->state == sync::DeviceState::revoked) throw ActRefused(sync::OutcomeCode::sender_revoked);
  const sync::Recipient to = device_recipient(*device);
  std::vector<sync::Frame> frames;
  station.transact([&] {
    const auto taken = station.step(sync::Incoming{opened.sender.device, opened.frames, false});
    const auto* incoming = find_action<sync::Taken>(taken);
    const auto made =
        station.step(sync::MakeReply{opened.sender.device, incoming->have, kResponseBudget, incoming->notices});
    frames = find_action<sync::Reply>(made)->frames;
    // A record goes along until the device no longer lists its bundle as unanswered: an answer may get lost.
    if (incoming->have) drop_heard_deliveries(station, opened.sender.device, incoming->have->unanswered);
    for (sync::Frame& f : waiting_deliveries(station, opened.sender.device)) frames.push_back(std::move(f));
  });
  if (ticket) frames.push_back(sync::encode_frame(ticket(opened.sender.device)));
  sync::SealInput input;
  input.profile = sync::Profile::network;
  input.manifest = base_manifest(station, sync::BundleKind::down);
  std::copy_n(opened.header_hash.begin(), 16, input.manifest.reply_to.begin());
  input.recipients = {to};
  input.frames = frames;
  return seal(station, input).bytes;
}

}  // namespace tram::station
