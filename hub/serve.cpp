#include "hub/serve.h"

#include "hub/commands.h"
#include "hub/news_desk.h"
#include "hub/web/routes.h"
#include "station/serve/serve.h"

namespace tram::hub {

int serve_hub(const station::Invocation& in) {
  const station::ProgramTable table = hub_program();
  const auto count = std::make_shared<station::ExchangeCount>();
  station::ServeParts parts{table, in.place, in.need("--listen")};
  parts.tls = station::tls_files(in);
  NewsDesk* news = nullptr;  // owned by the serving loop, which outlives every route
  parts.background = [&news](station::Station& station, station::ApplicationThread& application) {
    auto made = std::make_unique<NewsDesk>(station, application);
    news = made.get();
    return made;
  };
  parts.routes = [count, &news](station::Station& station) { return hub_routes(station, count, *news); };
  return station::serve(parts);
}

}  // namespace tram::hub
