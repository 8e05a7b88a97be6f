#include "hub/recovery.h"

#include "station/permission_gate.h"
#include "sync/recovery.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::Station;

json::value moment(std::uint64_t ms) {
  return ms ? json::value(station::rfc3339(ms)) : json::value(nullptr);
}

json::array devices(Station& station, const std::vector<sync::DeviceId>& ids) {
  json::array list;
  for (const sync::DeviceId& id : ids) {
    const sync::Device* device = station.directory().device(id);
    const sync::Organisation* o = device ? station.directory().organisation(device->site) : nullptr;
    list.push_back({{"org", o ? o->code : ""},
                    {"device", id.hex()},
                    {"last_contact", moment(sync::meta_u64(station.store(), "contact:" + id.hex()))}});
  }
  return list;
}

}  // namespace

json::object recovery_json(Station& station) {
  const sync::Recovery r = sync::recovery_of(station.store(), station.directory());
  json::array lost, anew;
  for (const sync::LostReceipt& one : r.lost) {
    const bool named = one.changeset != sync::Hash{};
    lost.push_back({{"hub_epoch", one.place.epoch},
                    {"hub_seq", one.place.seq},
                    {"changeset", named ? json::value(to_hex(one.changeset)) : json::value(nullptr)},
                    {"log", named ? json::value(one.log.hex()) : json::value(nullptr)},
                    {"seq", named ? json::value(one.seq) : json::value(nullptr)}});
  }
  for (const sync::JudgedAnew& one : r.judged_anew) {
    const auto receipt = station.store().receipt_of_changeset(one.changeset);
    anew.push_back({{"changeset", to_hex(one.changeset)},
                    {"former_hub_epoch", one.former.epoch},
                    {"former_hub_seq", one.former.seq},
                    {"hub_epoch", receipt ? json::value(receipt->hub_epoch) : json::value(nullptr)},
                    {"hub_seq", receipt ? json::value(receipt->hub_seq) : json::value(nullptr)}});
  }
  return {{"recovering", r.active},
          {"epoch", std::max<std::uint64_t>(1, sync::meta_u64(station.store(), sync::meta::kHubEpoch))},
          {"since", moment(r.started_ms)},
          {"restored", r.restored},
          {"held", r.held},
          {"waiting_for", devices(station, r.awaited)},
          {"heard", devices(station, r.heard)},
          {"ended", moment(r.ended_ms)},
          {"lost", {{"count", r.lost_count}, {"items", std::move(lost)}}},
          {"judged_anew", std::move(anew)}};
}

json::object end_recovery(Station& station, const station::Actor& actor) {
  (void)station::permit(station, actor, tasks::Action::run_installation);
  const sync::Recovery before = sync::recovery_of(station.store(), station.directory());
  if (!before.active)
    throw station::wrong_state("not_recovering", "This hub is not recovering.", "See recovery status.");
  station.transact([&] {
    station.audit(actor, "recovery_end", "hub", "done",
                  "not heard: " + std::to_string(before.awaited.size()) + " devices");
    (void)station.step(sync::EndRecovery{});
  });
  return recovery_json(station);
}

}  // namespace tram::hub
