#include "station/body_lives.h"

#include "station/regulation.h"

namespace tram::station {
namespace {

tasks::BodyLife life_of(const sync::Directory& directory, const sync::Organisation& o) {
  tasks::BodyLife life;
  if (o.from_days != 0) life.from = tasks::LocalDate{std::chrono::days{o.from_days}};
  if (o.to_days != 0) life.to = tasks::LocalDate{std::chrono::days{o.to_days}};
  for (const sync::OrganisationId& id : o.successors)
    if (const auto* successor = directory.organisation(id)) life.successors.push_back(successor->code);
  return life;
}

}  // namespace

tasks::BodyLives body_lives(Station& station) {
  tasks::BodyLives lives;
  for (const sync::Organisation* o : station.directory().organisations())
    lives[o->code] = life_of(station.directory(), *o);
  return lives;
}

tasks::LocalDate today() {
  return tasks::date_of(moment_of_ms(wall_clock_ms()));
}

void need_living(Station& station, const sync::Organisation& body) {
  if (tasks::exists_on(life_of(station.directory(), body), today())) return;
  std::string heirs;
  for (const std::string& code : tasks::standing_in_for(body.code, body_lives(station), today()))
    heirs += (heirs.empty() ? "" : ", ") + code;
  throw refused("body_ended", body.code + " does not exist on this day (R58).",
                heirs.empty() ? "Name the body that goes on with its work." : "Name its successor: " + heirs + ".");
}

}  // namespace tram::station
