#include "hub/revocation.h"
#include "station/permission_gate.h"

namespace tram::hub {
namespace {

// The newest receipt before that day: what comes after it is suspect.
std::pair<std::uint32_t, std::uint64_t> place_before(Station& station, const tasks::LocalDate& day) {
  const auto midnight =
      static_cast<std::uint64_t>(tasks::moment_at(day, std::chrono::seconds{0}).time_since_epoch().count()) * 1000;
  std::uint64_t seq = sync::meta_u64(station.store(), sync::meta::kHubSeq);
  auto epoch =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(1, sync::meta_u64(station.store(), sync::meta::kHubEpoch)));
  for (; seq > 0; --seq) {
    auto row = station.store().receipt(epoch, seq);
    for (; !row && epoch > 1; row = station.store().receipt(epoch, seq)) --epoch;
    if (!row || row->hub_time_ms < midnight) break;
  }
  return {epoch, seq};
}

sync::Revocation revocation_of(Station& station, const sync::Device& device, const RevokeOrder& order) {
  sync::Revocation r;
  r.device = device.id;
  r.reason = order.reason;
  if (order.reason == sync::RevokeReason::retired) {
    const sync::StatedLog stated = sync::stated_log(station.store(), device.id);
    r.log = stated.log;
    r.cut_off = stated.seq;
    return r;
  }
  r.epoch =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(1, sync::meta_u64(station.store(), sync::meta::kHubEpoch)));
  r.cut_off = sync::meta_u64(station.store(), sync::meta::kHubSeq);
  if (order.since) std::tie(r.epoch, r.cut_off) = place_before(station, *order.since);
  return r;
}

}  // namespace

Approved revoke_site(Station& station, const Actor& actor, const Actor& second, std::string_view organisation,
                     const RevokeOrder& order) {
  (void)station::permit(station, actor, tasks::Action::manage_devices, {.second = &second});
  const bool compromised = order.reason == sync::RevokeReason::compromised;
  if (compromised != order.since.has_value())
    throw station::wrong_usage("--since DATE goes with --reason compromised, and only with it.");
  const auto* o = station.directory().organisation(organisation);
  std::vector<sync::Device> devices;
  for (const sync::Device* d : station.directory().devices())
    if (o && d->site == o->id && d->id != station.device() &&
        (d->state == sync::DeviceState::active || d->state == sync::DeviceState::suspended))
      devices.push_back(*d);
  if (devices.empty())
    throw station::wrong_state("nothing_enrolled", "This body has no enrolled device.", "See `site list`.");
  const sync::Device first = devices.front();
  station.transact([&] {
    for (sync::Device& device : devices) {
      append_entry(station, revocation_of(station, device, order));
      device.state =
          order.reason == sync::RevokeReason::retired ? sync::DeviceState::retired : sync::DeviceState::revoked;
      append_entry(station, device);
    }
    station.audit(actor, "site_revoke", std::string(organisation), "done",
                  std::string(sync::name(order.reason)) + ", second " + second.name);
  });
  return {first.id.hex(), crypto::device_fingerprint(first.id.view(), first.identity, first.encryption)};
}

}  // namespace tram::hub
