#include "station/warning_commands.h"

#include "station/common_commands.h"
#include "station/warnings.h"

namespace tram::station {

std::vector<Command> warning_commands() {
  std::vector<Command> list;
  // With --as what this person can act on; the console sees what waits for anybody here.
  list.push_back({"warnings list",
                  {tasks::Action::read_station},
                  "what is about to be overdue, due today, or overdue",
                  {},
                  {flag("--all", "every line, not the most pressing ones alone")},
                  false,
                  [](Station& station, const Invocation& in) {
                    auto found = in.as.user ? warnings_for(station, in.person()) : warnings(station);
                    return CommandResult{warnings_json(std::move(found), in.has("--all")), exit_status::kDone};
                  },
                  {},
                  {}});
  list.push_back({"warnings digest",
                  {tasks::Action::read_station},
                  "the digest of today: made once a day for a person",
                  {},
                  {},
                  false,
                  [](Station& station, const Invocation& in) {
                    return CommandResult{daily_digest_json(station, in.person()), exit_status::kDone};
                  },
                  {},
                  {}});
  return list;
}

}  // namespace tram::station
