// Ratings of the bodies for a period (R31-R35, R68): computed by tasks/rating.h from what the store holds, frozen as
// signed records, ranked, and handed out as files. A rating that was published never changes; a correction is a new
// record with a reason.
#pragma once
#include "station/task_view.h"
#include "tasks/rating.h"

namespace tram::hub {

using station::Actor;
using station::Station;

// The newest version of each body's rating for a period, by code of the body.
std::vector<tasks::Rating> published_ratings(Station& station, const tasks::Period& period);

struct ComputedRatings {
  std::vector<tasks::Rating> ratings;  // of all bodies that have something to count, by code
  bool published = false;              // not while the period still runs: then nothing is stored
  std::size_t added = 0, unchanged = 0;
};
// With a reason, published ratings whose figures differ get a corrected version; without one they stay as they are.
ComputedRatings compute_ratings(Station& station, const Actor& actor, const tasks::Period& period,
                                std::string_view correction_reason = {});

// Bodies whose two last ratings were low and that owe an explanation and a remedy (R34).
std::vector<std::string> asked_for_remedy(Station& station, const std::vector<tasks::Rating>& ratings);

}  // namespace tram::hub
