// What the network exchange and the bundles share, for exchange.cpp and bundle_exchange.cpp alone.
#pragma once
#include "station/exchange.h"

namespace tram::station {

sync::Manifest base_manifest(Station& station, sync::BundleKind kind);
// Signed by the service key at the hub, by the device key at a node. Refusal: over_limit.
sync::Sealed seal(Station& station, const sync::SealInput& input);
sync::OpenContext open_context(Station& station, std::span<const crypto::DecryptionKey> keys, std::size_t current,
                               sync::Profile profile);
sync::Recipient device_recipient(const sync::Device& device);
// Refusal: not_enrolled.
const sync::HubKeys& hub_keys(Station& station);
std::string body_code(Station& station, const sync::OrganisationId& id);

// Delivery records (bundle design 6.1): the hub's for a device, and a node's from the hub. Inside a transaction.
std::vector<sync::Frame> waiting_deliveries(Station& station, const sync::DeviceId& device);
// Those of bundles that the device no longer lists as unanswered have arrived.
void drop_heard_deliveries(Station& station, const sync::DeviceId& device, std::span<const sync::Hash> unanswered);
// Node: own bundles without a record, the newest 64.
std::vector<sync::Hash> unanswered_bundles(Station& station);
void keep_delivery(Station& station, const sync::DeviceId& device, const sync::DeliveryRecord& record);
void take_deliveries(Station& station, const std::vector<sync::Action>& actions);
// Receipts close outgoing bundles: what they covered is receipted.
void close_covered(Station& station);

}  // namespace tram::station
