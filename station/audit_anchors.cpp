#include "station/audit_anchors.h"

#include "crypto/sign.h"
#include "sync/audit_anchor.h"

namespace tram::station {
namespace {

namespace json = boost::json;

std::string code_of(Station& station, const sync::Device& device) {
  const auto* o = station.directory().organisation(device.site);
  return o == nullptr ? std::string() : o->code;
}

std::string text_of(const json::object& o, std::string_view member) {
  const json::value* found = o.if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

void state_own_audit(Station& station) {
  const AuditAnchor head = AuditLog(station.connection()).head();
  sync::state_audit(station.store(), {head.number, head.h});
}

json::object anchors_json(Station& station) {
  json::array items;
  for (const sync::Device* device : station.directory().devices()) {
    const auto heard = sync::heard_audit(station.store(), device->id);
    if (!heard) continue;
    const auto back = sync::audit_set_back(station.store(), device->id);
    items.push_back({{"org", code_of(station, *device)},
                     {"device", device->id.hex()},
                     {"number", heard->number},
                     {"h", to_hex(heard->head)},
                     {"went_back", back ? json::value(back->number) : json::value(nullptr)}});
  }
  return {{"items", std::move(items)}};
}

std::string countersigned_anchor(Station& station, std::string_view organisation) {
  const auto* o = station.directory().organisation(organisation);
  if (o == nullptr) throw refused("unknown_body", "There is no such body.", "Check its code.");
  for (const sync::Device* device : station.directory().devices()) {
    const auto heard = sync::heard_audit(station.store(), device->id);
    if (device->site != o->id || !heard) continue;
    const std::string number = std::to_string(heard->number), at = rfc3339(wall_clock_ms());
    const crypto::Signature signature = crypto::sign(station.service_key(), kAnchorPurpose,
                                                     {device->id.view(), as_bytes(number), heard->head, as_bytes(at)});
    return json::serialize(json::object{{"device", device->id.hex()},
                                        {"number", number},
                                        {"h", to_hex(heard->head)},
                                        {"at", at},
                                        {"signature", to_hex(signature)}});
  }
  throw wrong_state("no_anchor", "Nothing was heard of this body's audit log yet.", "Wait for its next contact.");
}

AuditAnchor read_anchor(Station& station, std::string_view text) {
  boost::system::error_code ec;
  const json::value whole = json::parse(text, ec);
  const auto* keys = station.directory().hub_keys();
  const ActRefused bad = refused("bad_anchor", "This is no anchor that the hub signed for this device.",
                                 "Ask the hub's auditor for a new one.");
  if (ec || !whole.is_object() || keys == nullptr) throw bad;
  const json::object& o = whole.as_object();
  const std::string number = text_of(o, "number"), at = text_of(o, "at");
  const auto h = from_hex(text_of(o, "h")), raw = from_hex(text_of(o, "signature"));
  AuditAnchor anchor;
  crypto::Signature signature{};
  if (!h || h->size() != anchor.h.size() || !raw || raw->size() != signature.size()) throw bad;
  std::copy(h->begin(), h->end(), anchor.h.begin());
  std::copy(raw->begin(), raw->end(), signature.begin());
  const sync::DeviceId device = station.device();
  const bool holds = text_of(o, "device") == device.hex() &&
                     crypto::verify(keys->service_key, kAnchorPurpose,
                                    {device.view(), as_bytes(number), anchor.h, as_bytes(at)}, signature);
  if (!holds) throw bad;
  anchor.number = std::strtoull(number.c_str(), nullptr, 10);
  return anchor;
}

}  // namespace tram::station
