#include "node/serve.h"

#include "node/commands.h"
#include "node/link/hub_link.h"
#include "node/web/routes.h"
#include "station/serve/serve.h"

namespace tram::node {

int serve_node(const station::Invocation& in) {
  const station::ProgramTable table = node_program();
  HubLink* link = nullptr;  // owned by the serving loop, which outlives every route
  station::ServeParts parts{table, in.place, in.need("--listen")};
  parts.tls = station::tls_files(in);
  parts.background = [&link](station::Station& station, station::ApplicationThread& application) {
    auto made = std::make_unique<HubLink>(station, application);
    link = made.get();
    return made;
  };
  parts.routes = [&link](station::Station& station) {
    return node_routes({station, [link] { link->poke(); },
                        [link](station::Respond respond) { link->exchange_now(std::move(respond)); }});
  };
  return station::serve(parts);
}

}  // namespace tram::node
