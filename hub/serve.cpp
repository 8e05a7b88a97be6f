#include "hub/serve.h"

#include "hub/commands.h"
#include "hub/web/routes.h"
#include "station/serve/serve.h"

namespace tram::hub {

int serve_hub(const station::Invocation& in) {
  const station::ProgramTable table = hub_program();
  const auto count = std::make_shared<station::ExchangeCount>();
  station::ServeParts parts{table, in.place, in.need("--listen")};
  parts.tls = station::tls_files(in);
  parts.routes = [count](station::Station& station) { return hub_routes(station, count); };
  return station::serve(parts);
}

}  // namespace tram::hub
