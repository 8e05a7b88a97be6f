#include "tests/simulation/carriers.h"

#include <algorithm>

#include "tests/simulation/checks.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr std::uint64_t kSecond = 1000, kHour = 3600 * kSecond, kDay = 24 * kHour;
constexpr std::size_t kStickBudget = 64u << 20;
constexpr std::size_t kCalmBudget = 256u << 10;

}  // namespace

Carriers::Carriers(Universe& universe, std::vector<std::unique_ptr<Process>>& processes, Schedule& schedule)
    : universe_(universe),
      processes_(processes),
      schedule_(schedule),
      network_(universe.settings.seed, "network"),
      stick_(universe.settings.seed, "stick"),
      replay_(universe.settings.seed, "replay"),
      links_(processes.size()) {}

// Prepare, fence, seal; nothing when the process died on the way.
std::optional<Sealed> Carriers::seal_up(Process& site, Profile profile, Link& link, std::size_t budget) {
  std::vector<Action> actions;
  if (!site.step(Prepare{budget}, actions, site.draw_crash())) return std::nullopt;
  const Send* send = find_action<Send>(actions);
  if (send == nullptr) throw Violation("driver", "Prepare gave nothing to send");
  if (send->to_seq >= send->from_seq) {
    site.write_fence(send->fence);
    if (universe_.happens(Fault::crash_after_fence, network_)) {
      site.kill();
      return std::nullopt;
    }
  }
  link.log = send->log;
  link.through_seq = send->to_seq;
  link.more = send->more;
  const Zone& zone = universe_.zone;
  const Member& hub = zone.members.front();
  SealInput input;
  input.profile = profile;
  input.manifest.kind = BundleKind::up;
  input.manifest.deployment = zone.id;
  input.manifest.sender_device = site.member().device;
  input.manifest.created_ms = site.wall_ms();
  input.manifest.directory_version = zone.directory.size();
  input.recipients = {{RecipientRole::hub_current, hub.device, hub.encryption[0].public_key}};
  if (profile == Profile::file) {
    input.recipients.push_back({RecipientRole::hub_next, hub.device, hub.encryption[1].public_key});
    input.manifest.log = send->log;
    input.manifest.log_from_seq = send->from_seq;
    input.manifest.log_to_seq = send->to_seq;
    input.manifest.aux = send->before;
    input.manifest.log_tip_hash = send->tip;
  }
  input.frames = send->frames;
  auto sealed = seal_container(input, site.member().device_key);
  if (!sealed) throw Violation("container", "a request cannot be sealed");
  return sealed;
}

Bytes Carriers::seal_down(std::size_t site, Profile profile, const std::vector<Frame>& frames,
                          const ByteArray<16>& reply_to) {
  const Zone& zone = universe_.zone;
  const Member& to = zone.members[site];
  SealInput input;
  input.profile = profile;
  input.manifest.kind = BundleKind::down;
  input.manifest.deployment = zone.id;
  input.manifest.sender_device = zone.members.front().device;
  input.manifest.created_ms = processes_.front()->wall_ms();
  input.manifest.directory_version = zone.directory.size();
  input.manifest.reply_to = reply_to;
  input.recipients = {{RecipientRole::device, to.device, to.encryption[0].public_key}};
  input.frames = frames;
  auto sealed = seal_container(input, zone.service_key);
  if (!sealed) throw Violation("container", "a response cannot be sealed");
  return std::move(sealed->bytes);
}

// A damaged container must be refused, an intact one taken; only a response that nobody waits for is refused intact.
std::optional<Opened> Carriers::open_at(Process& process, Profile profile, const Damaged& container,
                                        std::optional<ByteArray<16>> expected) {
  OpenContext context;
  context.profile = profile;
  context.keys = process.member().encryption;
  context.current_keys = context.keys.size();
  context.own_device = process.member().device;
  context.deployment = universe_.zone.id;
  context.at_hub = process.at_hub();
  context.now_ms = process.wall_ms();
  context.expected_reply_to = expected;
  const Directory& directory = process.engine().directory(process.store());
  context.sender = [&](const crypto::KeyId& id) -> std::optional<SenderKey> {
    const auto signer = directory.signer(id);
    if (!signer) return std::nullopt;
    return SenderKey{signer->key, signer->device, signer->is_hub, signer->revoked};
  };
  auto outcome = open_container(container.bytes, context);
  if (auto* opened = std::get_if<Opened>(&outcome)) {
    if (!container.intact) throw Violation("container", process.member().code + " took a damaged container");
    return std::move(*opened);
  }
  const Refused& refused = std::get<Refused>(outcome);
  const bool unasked =
      profile == Profile::network && !process.at_hub() && refused.code == OutcomeCode::exchange_mismatch;
  if (container.intact && !unasked)
    throw Violation("container", process.member().code + " refused: " + std::string(sync::name(refused.code)) + " " +
                                     refused.detail);
  universe_.trace.line(universe_.now_ms, process.member().code + " refuses " + std::string(sync::name(refused.code)));
  return std::nullopt;
}

Carriers::Damaged Carriers::through_network(Bytes bytes) {
  if (!universe_.happens(Fault::message_cut, network_)) return {std::move(bytes), true};
  bytes.resize(network_.below(bytes.size()));
  return {std::move(bytes), false};
}

Carriers::Damaged Carriers::on_stick(const Bytes& bytes) {
  if (universe_.happens(Fault::stick_truncated, stick_)) {
    Bytes cut = bytes;
    cut.resize(stick_.below(bytes.size()));
    return {std::move(cut), false};
  }
  if (universe_.happens(Fault::stick_damaged, stick_)) {
    Bytes flipped = bytes;
    flipped[stick_.below(bytes.size())] ^= static_cast<std::uint8_t>(1u << stick_.below(8));
    return {std::move(flipped), false};
  }
  return {bytes, true};
}

void Carriers::exchange(std::size_t site) {
  Process& p = *processes_[site];
  Link& link = links_[site];
  link.expected.reset();
  const std::size_t budget = universe_.calm ? kCalmBudget : universe_.settings.byte_budget;
  if (budget < kCalmBudget) universe_.reach(Fault::small_budget);
  const auto sealed = seal_up(p, Profile::network, link, budget);
  if (!sealed) return;
  ByteArray<16> request{};
  std::copy_n(sealed->header_hash.begin(), request.size(), request.begin());
  link.expected = request;
  if (universe_.happens(Fault::request_lost, network_)) return;
  const int copies = universe_.happens(Fault::message_duplicated, network_) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    std::uint64_t delay = network_.between(50, 2000);
    if (universe_.happens(Fault::message_delayed, network_)) delay += network_.below(10 * 60 * kSecond);
    schedule_.after(delay,
                    [this, site, container = through_network(sealed->bytes)] { request_arrives(site, container); });
  }
}

void Carriers::request_arrives(std::size_t site, const Damaged& container) {
  Process& hub = *processes_.front();
  const auto opened = open_at(hub, Profile::network, container);
  if (!opened) return;
  const Incoming incoming{opened->sender.device, opened->frames, false};
  const std::size_t budget = universe_.calm ? kCalmBudget : universe_.settings.byte_budget;
  std::vector<Action> actions;
  const auto make_reply = [&](const std::vector<Action>& so_far) {
    const Taken* taken = find_action<Taken>(so_far);
    return Event(MakeReply{incoming.sender, taken ? taken->have : std::nullopt, budget,
                           taken ? taken->notices : std::vector<ExchangeNotice>{}});
  };
  const Crash crash = hub.draw_crash();
  if (universe_.settings.plant == Plant::receipt_before_stored && crash == Crash::before_commit) {
    // Wrong on purpose: the response leaves although its transaction never ends.
    (void)hub.step_together({[&](const std::vector<Action>&) { return Event(incoming); }, make_reply}, actions, crash);
  } else {
    if (!hub.step(incoming, actions, crash)) return;
    check_step(universe_, hub, hub);
    const Crash second = hub.draw_crash();
    if (!hub.step(make_reply(actions), actions, second)) return;
  }
  check_step(universe_, hub, hub);
  const Reply* reply = find_action<Reply>(actions);
  if (reply == nullptr) throw Violation("driver", "MakeReply gave no reply");
  again(hub, incoming);
  ByteArray<16> request{};
  std::copy_n(opened->header_hash.begin(), request.size(), request.begin());
  const Bytes bytes = seal_down(site, Profile::network, reply->frames, request);
  if (universe_.happens(Fault::response_lost, network_)) return;
  const int copies = universe_.happens(Fault::message_duplicated, network_) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    std::uint64_t delay = network_.between(50, 2000);
    if (universe_.happens(Fault::message_delayed, network_)) delay += network_.below(10 * 60 * kSecond);
    schedule_.after(delay, [this, site, answer = through_network(bytes)] { response_arrives(site, answer); });
  }
}

bool Carriers::take_at_site(Process& site, const Incoming& incoming, std::vector<Action>& actions) {
  const Crash crash = site.draw_crash();
  if (universe_.settings.plant == Plant::cursor_before_data && crash == Crash::before_commit)
    site.commit_cursors_of(incoming);  // wrong on purpose
  const bool alive = site.step(incoming, actions, crash);
  check_step(universe_, site, *processes_.front());
  if (alive) again(site, incoming);
  return alive;
}

void Carriers::response_arrives(std::size_t site, const Damaged& container) {
  Process& p = *processes_[site];
  Link& link = links_[site];
  const std::uint64_t lives = p.lives;
  const auto opened = open_at(p, Profile::network, container, link.expected);
  if (!opened) return;
  link.expected.reset();
  std::vector<Action> actions;
  if (!p.step(Sent{link.log, link.through_seq}, actions, p.draw_crash())) return;
  if (!take_at_site(p, {opened->sender.device, opened->frames, false}, actions)) return;
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || taken->code != OutcomeCode::ok_new) throw Violation("driver", "a response was not taken");
  link.more = link.more || taken->more;
  universe_.trace.line(universe_.now_ms, p.member().code + " took " + std::to_string(taken->pulled) +
                                             " entries, life " + std::to_string(lives));
  if (taken->more || taken->receipted > 0)
    schedule_.after(network_.between(1, 5) * kSecond, [this, site] { exchange(site); });
}

// I6: what was taken in once changes nothing when it comes again.
void Carriers::again(Process& p, const Incoming& incoming) {
  if (!universe_.happens(Fault::delivery_replayed, replay_)) return;
  const auto digests = [&] {
    std::vector<Hash> found;
    for (const Member& m : universe_.zone.members) {
      found.push_back(p.engine().digest(p.store(), m.organisation));
      found.push_back(p.engine().provisional_digest(p.store(), m.organisation));
    }
    for (const StreamRow& row : p.store().streams()) found.push_back(row.chain);
    return found;
  };
  const auto before = digests();
  std::vector<Action> actions;
  p.step(incoming, actions);
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || taken->receipted != 0 || taken->pulled != 0 || digests() != before)
    throw Violation("I6", p.member().code + ": the same delivery again changed something");
}

// --- sticks
// ------------------------------------------------------------------------------------------------------------

template <class Deliver>
void Carriers::carry_stick(const Bytes& bytes, Deliver deliver) {
  if (universe_.happens(Fault::stick_lost, stick_)) return;
  std::uint64_t travel = stick_.between(1, 24) * kHour;
  if (universe_.happens(Fault::stick_late, stick_)) travel += stick_.between(2, 60) * kDay;
  if (universe_.calm) travel = kHour;
  schedule_.after(travel, [deliver, stick = on_stick(bytes)] { deliver(stick); });
  if (universe_.happens(Fault::stick_twice, stick_))
    schedule_.after(travel + kSecond, [deliver, stick = on_stick(bytes)] { deliver(stick); });
  if (universe_.happens(Fault::stick_copied, stick_))
    schedule_.after(travel + stick_.between(1, 20) * kDay, [deliver, stick = on_stick(bytes)] { deliver(stick); });
}

void Carriers::send_stick(std::size_t site) {
  Process& p = *processes_[site];
  Link on_it;
  const auto sealed = seal_up(p, Profile::file, on_it, kStickBudget);
  if (!sealed) return;
  std::vector<Action> actions;
  // The file was verified on the stick.
  if (!p.step(Sent{on_it.log, on_it.through_seq}, actions, p.draw_crash())) return;
  carry_stick(sealed->bytes, [this, site](const Damaged& stick) { stick_at_hub(site, stick); });
}

void Carriers::stick_at_hub(std::size_t site, const Damaged& container) {
  Process& hub = *processes_.front();
  const auto opened = open_at(hub, Profile::file, container);
  if (!opened) return;
  const Incoming incoming{opened->sender.device, opened->frames, true};
  std::vector<Action> actions;
  if (!hub.step(incoming, actions, hub.draw_crash())) return;
  check_step(universe_, hub, hub);
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || (taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate))
    throw Violation("stick", "the hub refused a bundle: " + (taken ? std::string(sync::name(taken->code)) : "nothing"));
  DeliveryRecord record;
  record.header_hash = opened->header_hash;
  record.outcome = static_cast<std::uint16_t>(taken->code);
  record.log = taken->log;
  record.applied_to_seq = taken->applied_to_seq;
  record.head_hash = taken->head_hash;
  again(hub, incoming);
  if (!hub.step(MakeReply{incoming.sender, std::nullopt, kStickBudget}, actions, hub.draw_crash())) return;
  check_step(universe_, hub, hub);
  std::vector<Frame> frames = find_action<Reply>(actions)->frames;
  frames.push_back(encode_frame(record));
  carry_stick(seal_down(site, Profile::file, frames, {}),
              [this, site](const Damaged& stick) { stick_at_site(site, stick); });
}

void Carriers::stick_at_site(std::size_t site, const Damaged& container) {
  Process& p = *processes_[site];
  const auto opened = open_at(p, Profile::file, container);
  if (!opened) return;
  std::vector<Action> actions;
  if (!take_at_site(p, {opened->sender.device, opened->frames, true}, actions)) return;
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || (taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate))
    throw Violation(
        "stick", p.member().code + " refused a bundle: " + (taken ? std::string(sync::name(taken->code)) : "nothing"));
  if (find_action<Delivered>(actions) == nullptr && taken->code == OutcomeCode::ok_new)
    throw Violation("stick", "the delivery record did not arrive");
  universe_.trace.line(universe_.now_ms, p.member().code + " took a stick, " + std::to_string(taken->pulled));
}

}  // namespace tram::simulation
