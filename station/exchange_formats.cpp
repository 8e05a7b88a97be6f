#include "station/exchange_formats.h"

namespace tram::station {
namespace {

namespace json = boost::json;
using tasks::Direction;
using tasks::ExchangeFormat;

}  // namespace

tasks::Zone zone_of(const Station& station) {
  switch (station.zone_kind()) {
    case sync::ZoneKind::closed:
      return tasks::Zone::closed;
    case sync::ZoneKind::practice:
      return tasks::Zone::practice;
    case sync::ZoneKind::open:
      break;
  }
  return tasks::Zone::open;
}

void need_exchange(const Station& station, ExchangeFormat format, Direction direction) {
  if (tasks::may_exchange(format, direction, zone_of(station))) return;
  throw refused("format_refused",
                std::string(tasks::name_of(format)) + " does not " +
                    (direction == Direction::in ? "come in" : "go out") + " at an installation of this zone (R38).",
                "See `formats list`.");
}

json::object formats_json(const Station& station, const std::optional<std::string>& name) {
  std::vector<ExchangeFormat> list{
      ExchangeFormat::csv,           ExchangeFormat::xlsx,        ExchangeFormat::json_api,     ExchangeFormat::edxml,
      ExchangeFormat::signed_export, ExchangeFormat::rating_file, ExchangeFormat::calendar_file};
  if (name) {
    const auto named = tasks::exchange_format_named(*name);
    if (!named)
      throw refused("unknown_format",
                    "\"" + name->substr(0, 64) + "\" is no documented format, so it is not exchanged.",
                    "See `formats list`.");
    list = {*named};
  }
  json::array items;
  for (const ExchangeFormat format : list)
    items.push_back({{"format", tasks::name_of(format)},
                     {"in", tasks::may_exchange(format, Direction::in, zone_of(station))},
                     {"out", tasks::may_exchange(format, Direction::out, zone_of(station))}});
  return {{"items", std::move(items)}};
}

}  // namespace tram::station
