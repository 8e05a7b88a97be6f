// One run of exchanges with the hub: requests and answers until neither side has more. It says what touches the station
// and what waits for the network, and leaves open on which threads the two happen.
#pragma once
#include <chrono>
#include <functional>
#include <optional>

#include "node/link/hub_link.h"
#include "station/net/exchange_client.h"

namespace tram::node {

struct ExchangeSteps {
  // Runs work on the station; what it throws comes through.
  std::function<void(const std::function<void()>&)> on_station;
  std::function<bool()> cancelled;
};

// The hub asked to be left alone for so long, with an answer or with a refusal.
using Pause = std::optional<std::chrono::milliseconds>;

// Refusals: not_enrolled (5); hub_unreachable and whatever a busy hub says (4); a refusal of the hub, or of its answer,
// by its code (3). What earlier round trips brought stays.
SyncReport exchange_until_done(Station& station, const ExchangeSteps& steps, Pause& pause);

// Where the hub is and by which keys it is known. Refusals: not_enrolled, hub_unreachable when no address is known.
station::HubLink link_of(Station& station, const std::function<bool()>& cancelled);

// What the hub's reply means when it is no container of ours: the refusal it states, or a stranger's page.
station::ActRefused refusal_in(const station::HubAnswer& answer);

}  // namespace tram::node
