#include "node/serve.h"

#include "node/commands.h"
#include "node/link/hub_link.h"
#include "node/web/routes.h"
#include "station/serve/serve.h"

namespace tram::node {

int serve_node(const station::Invocation& in) {
  const station::ProgramTable table = node_program();
  HubLink* link = nullptr;  // made before the routes, owned by the serving loop
  station::ServeParts parts{.table = table, .place = in.place, .listen = in.need("--listen")};
  parts.tls = station::tls_files(in);
  parts.background = [&link](Station& station, station::ApplicationThread& application) {
    auto made = std::make_unique<HubLink>(station, application);
    link = made.get();
    return made;
  };
  parts.routes = [&link](Station& station) {
    return node_routes({station, [link] { link->poke(); },
                        [link](station::Respond respond) { link->exchange_now(std::move(respond)); }});
  };
  parts.metrics = [&link](Station&) { return link->count().metrics(); };
  return station::serve(parts);
}

}  // namespace tram::node
