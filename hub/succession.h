// Bodies that cease to exist (R58): their end and successors in the directory, and what becomes of their open
// assignments, which the act `rehome` hands on. Which body stands in for which is decided in tasks/succession.h.
#pragma once
#include "hub/directory_office.h"
#include "tasks/time.h"

namespace tram::hub {

// The last day of a body, and who goes on with its work. Refusals: unknown_body, own_successor.
void end_organisation(Station& station, const Actor& actor, std::string_view code, tasks::LocalDate last_day,
                      const std::vector<std::string>& successors);

struct Rehoming {
  std::string task, from, to;  // ref and codes; `to` is empty where somebody must decide
};
// Each open assignment of a body that has ended goes to the one body that stands in for it today. Where there is none,
// or more than one, or it has the task itself, nothing is written. `dry_run` writes nothing at all.
// The same, only looked at.
std::vector<Rehoming> open_rehomings(Station& station);
std::vector<Rehoming> rehome_assignments(Station& station, const Actor& actor, bool dry_run);

}  // namespace tram::hub
