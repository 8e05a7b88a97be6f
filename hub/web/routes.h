// The hub's addresses: those of persons below /api/v1 (docs/api.md), and those of devices below /sync/1, whose bodies
// are authenticated by themselves (reliability design 6). One exchange in flight per site follows from the one
// application thread.
#pragma once
#include <memory>
#include <vector>

#include "hub/news_desk.h"
#include "station/serve/exchange_count.h"
#include "station/station.h"
#include "station/web/route.h"

namespace tram::hub {

using station::Station;

inline constexpr std::size_t kExchangeBytes = 1u << 20;

std::vector<station::Route> hub_routes(Station& station, std::shared_ptr<station::ExchangeCount> count, NewsDesk& news);

}  // namespace tram::hub
