// The commands that both programs have, word for word (contract).
#pragma once
#include "station/command.h"
#include "station/exchange.h"

namespace tram::station {

std::vector<Command> common_commands(Program program);

// `commands`: the table itself, with what the gate is asked for each. Last in a table.
Command list_of_commands(const std::vector<Command>& table);

// {"items":[…]} of open conflicts, for commands and API; proposals and quarantine: decisions.h.
boost::json::object conflicts_json(Station& station);

// `bundle export` and `bundle import` (contract).
boost::json::object bundle_out_json(const BundleOut& out);
boost::json::object bundle_in_json(const std::vector<BundleIn>& bundles);

// Options shared by tables.
inline CommandOption option(std::string name, std::string help, bool required = false) {
  return {std::move(name), std::move(help), false, required, false};
}
inline CommandOption flag(std::string name, std::string help) {
  return {std::move(name), std::move(help), true, false, false};
}

}  // namespace tram::station
