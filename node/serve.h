// `tram-node serve`: the local web UI and the link to the hub, on the station's serving loop.
#pragma once
#include "station/command.h"

namespace tram::node {

int serve_node(const station::Invocation& in);

}  // namespace tram::node
