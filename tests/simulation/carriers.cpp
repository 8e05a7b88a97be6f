#include "tests/simulation/carriers.h"

#include <algorithm>

#include "sync/digest.h"
#include "sync/mutant.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/spans.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr std::size_t kCalmBudget = 256u << 10;

}  // namespace

Carriers::Carriers(Universe& universe, std::vector<std::unique_ptr<Process>>& processes, Schedule& schedule)
    : universe_(universe),
      processes_(processes),
      schedule_(schedule),
      network_(universe.settings.seed, "network"),
      stick_(universe.settings.seed, "stick"),
      replay_(universe.settings.seed, "replay"),
      dishonest_hub_(universe.settings.seed, "dishonest hub"),
      links_(processes.size()) {}

// Prepare, fence, seal; nothing when the process died on the way.
std::optional<Sealed> Carriers::seal_up(Process& site, Profile profile, Link& link, std::size_t budget) {
  std::vector<Action> actions;
  if (!site.step(Prepare{budget}, actions, site.draw_trouble())) return std::nullopt;
  const Send* send = find_action<Send>(actions);
  if (send == nullptr) throw Violation("driver", "Prepare gave nothing to send");
  if (send->to_seq >= send->from_seq) {
    if (!site.write_fence(send->fence)) return std::nullopt;
    if (universe_.happens(Fault::crash_after_fence, network_)) {
      site.die();
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

Bytes Carriers::seal_down(const Member& to, Profile profile, const std::vector<Frame>& frames,
                          const ByteArray<16>& reply_to) {
  const Zone& zone = universe_.zone;
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

Carriers::Damaged Carriers::through_network(const Bytes& bytes) {
  if (!universe_.happens(Fault::message_cut, network_)) return {bytes, true};
  return {Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(network_.below(bytes.size()))), false};
}

void Carriers::replay_captured(Random& random) {
  if (captured_.empty() || !universe_.happens(Fault::capture_replayed, random)) return;
  from_outside(captured_[random.below(captured_.size())]);
}

// Whatever leaves arrives once or twice, soon or minutes later, whole or cut.
template <class Deliver>
void Carriers::transmit(const Bytes& bytes, Deliver deliver) {
  const int copies = universe_.happens(Fault::message_duplicated, network_) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    std::uint64_t delay = network_.between(50, 2000);
    if (universe_.happens(Fault::message_delayed, network_)) delay += network_.below(600 * kSecond);
    schedule_.after(delay, [deliver, sent = through_network(bytes)] { deliver(sent); });
  }
}

void Carriers::part(std::size_t site, bool upwards, std::uint64_t until_ms) {
  (upwards ? links_[site].up_parted_until_ms : links_[site].down_parted_until_ms) = until_ms;
}

// A stopped process takes things in when it goes on.
bool Carriers::waits(std::size_t station, std::function<void()> what) {
  if (!processes_[station]->paused()) return false;
  schedule_.after(kSecond * 600, std::move(what));
  return true;
}

void Carriers::exchange(std::size_t site) {
  Process& p = *processes_[site];
  if (p.paused()) return;
  Link& link = links_[site];
  link.expected.reset();
  const std::size_t budget = universe_.calm ? kCalmBudget : universe_.settings.byte_budget;
  if (budget < kCalmBudget) universe_.reach(Fault::small_budget);
  const auto sealed = seal_up(p, Profile::network, link, budget);
  if (!sealed) return;
  ByteArray<16> request{};
  std::copy_n(sealed->header_hash.begin(), request.size(), request.begin());
  captured_.push_back(sealed->bytes);
  if (captured_.size() > kCaptured) captured_.erase(captured_.begin());
  link.expected = request;
  link.life = p.lives;
  if (!universe_.calm && universe_.now_ms < link.up_parted_until_ms) return;
  if (universe_.happens(Fault::request_lost, network_)) return;
  transmit(sealed->bytes, [this, site](const Damaged& request_bytes) { request_arrives(site, request_bytes); });
}

void Carriers::request_arrives(std::size_t site, const Damaged& container) {
  if (waits(0, [this, site, container] { request_arrives(site, container); })) return;
  Process& hub = *processes_.front();
  const auto opened = open_at(hub, Profile::network, container);
  if (!opened) return;
  const Incoming incoming{opened->sender.device, opened->frames, false};
  const std::size_t budget = universe_.calm ? kCalmBudget : universe_.settings.byte_budget;
  std::vector<Action> actions;
  const auto take = [&](const std::vector<Action>&) { return Event(incoming); };
  const auto make_reply = [&](const std::vector<Action>& so_far) {
    const Taken* taken = find_action<Taken>(so_far);
    return Event(MakeReply{incoming.sender, taken ? taken->have : std::nullopt, budget,
                           taken ? taken->notices : std::vector<ExchangeNotice>{}});
  };
  const Trouble trouble = hub.draw_trouble();
  if (TRAM_MUTANT(receipt_before_fsync) && trouble == Trouble::dies_before_commit) {
    // The response leaves although its transaction never ends.
    (void)hub.step_together({take, make_reply}, actions, trouble);
  } else if (network_.chance(500)) {
    // One transaction for both, as the hub's program does; in two, the receipts are older than the reply.
    if (!hub.step_together({take, make_reply}, actions, trouble)) return;
  } else {
    if (!hub.step(incoming, actions, trouble)) return;
    check_step(universe_, hub, hub);
    if (!hub.step(make_reply(actions), actions, hub.draw_trouble())) return;
  }
  check_step(universe_, hub, hub);
  const Reply* reply = find_action<Reply>(actions);
  if (reply == nullptr) throw Violation("driver", "MakeReply gave no reply");
  std::vector<Frame> frames = reply->frames;
  const bool altered = universe_.happens(Fault::stream_altered, dishonest_hub_) && alter(frames);
  again(hub, incoming);
  ByteArray<16> request{};
  std::copy_n(opened->header_hash.begin(), request.size(), request.begin());
  if (site == kNobody) return;
  Bytes bytes = seal_down(processes_[site]->member(), Profile::network, frames, request);
  if (!universe_.calm && universe_.now_ms < links_[site].down_parted_until_ms) return;
  if (universe_.happens(Fault::response_lost, network_)) return;
  if (universe_.happens(Fault::portal_page, network_)) {
    static constexpr std::string_view kPage = "<!doctype html><html><body>Please accept the terms of this network.";
    response_arrives(site, {Bytes(kPage.begin(), kPage.end()), false});
    return;
  }
  transmit(bytes, [this, site, altered](Damaged answer) {
    answer.altered = altered;
    response_arrives(site, answer);
  });
}

bool Carriers::take_at_site(Process& site, const Incoming& incoming, std::vector<Action>& actions) {
  const Trouble trouble = site.draw_trouble();
  if (TRAM_MUTANT(cursor_before_data) && trouble == Trouble::dies_before_commit) site.commit_cursors_of(incoming);
  const bool alive = site.step(incoming, actions, trouble);
  check_step(universe_, site, *processes_.front());
  if (alive && !site.hub_is_dishonest) again(site, incoming);
  return alive;
}

void Carriers::response_arrives(std::size_t site, const Damaged& container) {
  if (waits(site, [this, site, container] { response_arrives(site, container); })) return;
  Process& p = *processes_[site];
  Link& link = links_[site];
  if (link.life != p.lives) return;
  const auto opened = open_at(p, Profile::network, container, link.expected);
  if (!opened) return;
  link.expected.reset();
  std::vector<Action> actions;
  if (!p.step(Sent{link.log, link.through_seq}, actions, p.draw_trouble())) return;
  p.hub_is_dishonest = container.altered;
  const bool alive = take_at_site(p, {opened->sender.device, opened->frames, false}, actions);
  p.hub_is_dishonest = false;
  if (!alive) return;
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || taken->code != OutcomeCode::ok_new) throw Violation("driver", "a response was not taken");
  link.more = link.more || taken->more;
  universe_.trace.line(universe_.now_ms, p.member().code + " took " + std::to_string(taken->pulled) + " entries");
  if (taken->more || taken->receipted > 0)
    schedule_.after(network_.between(1, 5) * kSecond, [this, site] { exchange(site); });
}

// One receipt of a stream says something else than the head that was signed over it.
bool Carriers::alter(std::vector<Frame>& frames) {
  for (Frame& frame : frames) {
    if (frame.type != FrameType::stream) continue;
    StreamSegment segment = *decode_stream(frame);
    std::vector<StreamEntry*> receipts;
    for (CarriedEntry& carried : segment.entries)
      if (carried.entry.type == EntryType::receipt) receipts.push_back(&carried.entry);
    if (receipts.empty()) continue;
    StreamEntry& entry = *receipts[dishonest_hub_.below(receipts.size())];
    Receipt receipt = *decode_receipt(entry.payload);
    receipt.hub_time_ms ^= 1;
    entry.payload = encode_receipt(receipt);
    frame = encode_frame(segment);
    return true;
  }
  return false;
}

// I6: what was taken in once changes nothing when it comes again. The kept sums of the homes stand for their fields
// where nothing was written; where something was, the fields are added up again.
void Carriers::again(Process& p, const Incoming& incoming) {
  if (!universe_.happens(Fault::delivery_replayed, replay_)) return;
  const auto digests = [&] {
    std::vector<Hash> found;
    for (const Member& m : universe_.zone.members) found.push_back(digest_of_scope(p.store(), m.organisation));
    if (!p.at_hub()) found.push_back(p.engine().provisional_digest(p.store(), p.member().organisation));
    for (const StreamRow& row : p.store().streams()) found.push_back(row.chain);
    return found;
  };
  (void)p.store().take(Watcher::replay);
  const auto before = digests();
  std::vector<Action> actions;
  p.step(incoming, actions);
  const Taken* taken = find_action<Taken>(actions);
  if (taken == nullptr || taken->receipted != 0 || taken->pulled != 0 || digests() != before)
    throw Violation("I6", p.member().code + ": the same delivery again changed something");
  for (const auto& [home, fields] : p.store().take(Watcher::replay).homes)
    if (kept_digest(p.store(), home) != digest_of_home(p.store(), home))
      throw Violation("I6", p.member().code + ": the same delivery again changed a home");
}

}  // namespace tram::simulation
