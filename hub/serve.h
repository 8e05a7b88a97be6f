// `tram-hub serve`: web pages, API and the exchange, on the station's serving loop.
#pragma once
#include "station/command.h"

namespace tram::hub {

int serve_hub(const station::Invocation& in);

}  // namespace tram::hub
