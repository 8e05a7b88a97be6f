// What comes out of a practice zone says so, whatever it is (R54): every JSON object of the API carries "practice":
// true, as every answer of the command line does.
#pragma once
#include <vector>

#include "station/web/route.h"

namespace tram::station {

void mark_practice(std::vector<Route>& routes);
// The reply with the mark; bytes and other text are left as they are.
Reply marked(Reply reply);

}  // namespace tram::station
