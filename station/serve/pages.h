// The embedded user interface as pages: index.html at "/", everything else under its hashed name, cached for good.
#pragma once
#include <optional>
#include <string_view>

#include "station/web/server.h"

namespace tram::station {

// Nothing for an address that is no page.
std::optional<PageFile> embedded_page(std::string_view path);
// The addresses below which the built user interface keeps its files, beyond those every server has.
std::vector<Route> page_routes();

}  // namespace tram::station
