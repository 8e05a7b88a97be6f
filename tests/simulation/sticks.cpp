// Bundles on sticks: written at a site, carried to the hub, and the hub's answer carried back.
#include "tests/simulation/carriers.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/spans.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr std::size_t kStickBudget = 64u << 20;

}  // namespace

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

void Carriers::carry_stick(const Bytes& bytes, std::size_t to) {
  if (universe_.happens(Fault::stick_lost, stick_)) return;
  std::uint64_t travel = stick_.between(1, 24) * kHour;
  if (universe_.happens(Fault::stick_late, stick_)) travel += stick_.between(2, 400) * kDay;
  if (universe_.calm) travel = kHour;
  const auto hand_in = [&](std::size_t station, std::uint64_t after, Damaged stick) {
    schedule_.after(after, [this, station, stick = std::move(stick)] { stick_at(station, stick); });
  };
  if (universe_.happens(Fault::stick_wrong_office, stick_)) {
    const std::size_t wrong = (to + stick_.between(1, processes_.size() - 1)) % processes_.size();
    // A copy of the machine is no other office: it opens what is for it.
    const bool same = processes_[wrong]->member().device == processes_[to]->member().device;
    hand_in(wrong, travel / 2, {bytes, same});
  }
  if (universe_.happens(Fault::foreign_file, stick_)) {
    Bytes noise(stick_.between(1, 4096));
    for (std::uint8_t& b : noise) b = static_cast<std::uint8_t>(stick_.below(256));
    hand_in(to, travel, {std::move(noise), false});
  }
  hand_in(to, travel, on_stick(bytes));
  if (universe_.happens(Fault::stick_twice, stick_)) hand_in(to, travel + kSecond, on_stick(bytes));
  if (universe_.happens(Fault::stick_copied, stick_))
    hand_in(to, travel + stick_.between(1, 20) * kDay, on_stick(bytes));
}

void Carriers::send_stick(std::size_t site) {
  Process& p = *processes_[site];
  if (p.paused()) return;
  Link on_it;
  const auto sealed = seal_up(p, Profile::file, on_it, kStickBudget);
  if (!sealed) return;
  if (universe_.happens(Fault::stick_pulled, stick_)) {
    // What is on the stick is a part, and nobody was told that it left.
    Bytes part = sealed->bytes;
    part.resize(stick_.below(part.size()));
    schedule_.after(kHour, [this, part = std::move(part)] { stick_at(0, {part, false}); });
    return;
  }
  std::vector<Action> actions;
  // The file was verified on the stick.
  if (!p.step(Sent{on_it.log, on_it.through_seq}, actions, p.draw_trouble())) return;
  carry_stick(sealed->bytes, 0);
}

void Carriers::stick_at(std::size_t station, const Damaged& container) {
  if (waits(station, [this, station, container] { stick_at(station, container); })) return;
  if (station == 0)
    stick_at_hub(container);
  else
    stick_at_site(station, container);
}

void Carriers::stick_at_hub(const Damaged& container) {
  Process& hub = *processes_.front();
  const auto opened = open_at(hub, Profile::file, container);
  if (!opened) return;
  const Incoming incoming{opened->sender.device, opened->frames, true};
  std::vector<Action> actions;
  if (!hub.step(incoming, actions, hub.draw_trouble())) return;
  check_step(universe_, hub, hub);
  const Taken* taken = find_action<Taken>(actions);
  // A machine that was copied or set back whole may build on what the hub did not accept.
  const bool suspect = universe_.suspects.contains(opened->manifest.log.hex());
  if (taken != nullptr && suspect && sync::exit_status(taken->code) != 0) return;
  if (taken != nullptr && taken->code == OutcomeCode::held_clock && hub.clock_is_held()) {
    if (universe_.now_ms < universe_.settings.horizon_ms)
      schedule_.after(kDay, [this, container] { stick_at(0, container); });  // it is handed in again
    return;
  }
  if (taken == nullptr || (taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate))
    throw Violation("stick", "the hub refused a bundle: " + (taken ? std::string(sync::name(taken->code)) : "nothing"));
  DeliveryRecord record;
  record.header_hash = opened->header_hash;
  record.outcome = static_cast<std::uint16_t>(taken->code);
  record.log = taken->log;
  record.applied_to_seq = taken->applied_to_seq;
  record.head_hash = taken->head_hash;
  again(hub, incoming);
  if (!hub.step(MakeReply{incoming.sender, std::nullopt, kStickBudget}, actions, hub.draw_trouble())) return;
  check_step(universe_, hub, hub);
  std::vector<Frame> frames = find_action<Reply>(actions)->frames;
  frames.push_back(encode_frame(record));
  const std::size_t site = universe_.zone.number_of(incoming.sender);
  carry_stick(seal_down(universe_.zone.members[site], Profile::file, frames, {}), site);
}

void Carriers::stick_at_site(std::size_t site, const Damaged& container) {
  Process& p = *processes_[site];
  const auto opened = open_at(p, Profile::file, container);
  if (!opened) return;
  std::vector<Action> actions;
  if (!take_at_site(p, {opened->sender.device, opened->frames, true}, actions)) return;
  const Taken* taken = find_action<Taken>(actions);
  // The hub's answer starts where the site stood before it was set back, or where its copy stands.
  if (taken != nullptr && taken->code == OutcomeCode::held_gap && (p.set_back || p.branched)) return;
  if (taken == nullptr || (taken->code != OutcomeCode::ok_new && taken->code != OutcomeCode::duplicate))
    throw Violation("stick",
                    p.name() + " refused a bundle: " + (taken ? std::string(sync::name(taken->code)) : "nothing"));
  if (find_action<Delivered>(actions) == nullptr && taken->code == OutcomeCode::ok_new)
    throw Violation("stick", "the delivery record did not arrive");
  universe_.trace.line(universe_.now_ms, p.name() + " took a stick, " + std::to_string(taken->pulled));
}

}  // namespace tram::simulation
