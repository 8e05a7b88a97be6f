// The dates and successors of all bodies, as the rules take them (R58, tasks/succession.h), read from the directory.
#pragma once
#include "station/station.h"
#include "tasks/succession.h"

namespace tram::station {

tasks::BodyLives body_lives(Station& station);
tasks::LocalDate today();

// Work is not given to a body that ended, or is yet to come. Refusal: body_ended, with who stands in for it.
void need_living(Station& station, const sync::Organisation& body);

}  // namespace tram::station
