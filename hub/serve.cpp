#include "hub/serve.h"

#include "hub/commands.h"
#include "hub/web/routes.h"
#include "station/serve/serve.h"

namespace tram::hub {

int serve_hub(const station::Invocation& in) {
  const station::ProgramTable table = hub_program();
  const auto count = std::make_shared<station::ExchangeCount>();
  station::ServeParts parts{.table = table, .place = in.place, .listen = in.need("--listen")};
  parts.tls = station::tls_files(in);
  parts.routes = [count](Station& station) { return hub_routes(station, count); };
  parts.metrics = [count](Station&) { return count->metrics(); };
  return station::serve(parts);
}

}  // namespace tram::hub
