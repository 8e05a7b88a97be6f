// The routes that every station has besides its own: session, health, metrics, the OpenAPI file, pages.
#pragma once
#include "station/web/gate.h"
#include "station/web/server.h"

namespace tram::station {

// `config.routes` with the built-in ones added. `refusals` outlives the table.
std::vector<Route> all_routes(ServerConfig& config, ApplicationThread& application, PasswordPool& passwords,
                              std::shared_ptr<SessionTable> sessions, Accounts& accounts, const RefusalCount& refusals);

}  // namespace tram::station
