// The register of what was carried (R56): entries as signed records of their own, the media that a closed installation
// takes, and whether register and bundles agree. What an entry must say is in tasks/courier.h.
#pragma once
#include <boost/json.hpp>

#include "station/people.h"

namespace tram::station {

inline constexpr std::size_t kMedia = 1000;

// Media are numbered by the office that hands them out. Inside no transaction. Refusals: exists, over_limit, bad_value.
void register_medium(Station& station, const Actor& actor, std::string_view number);
std::vector<std::string> registered_media(Station& station);
// A closed zone takes bundles from registered media alone. Refusal: medium_not_registered.
void need_medium(Station& station, std::string_view medium);

// {"items":[{"id","bundle","zone","handed_by","handed_to","handed_at","medium","other_end"}],"without_entry":[…],
// "without_bundle":[…]}: bundles that nobody wrote down, and entries whose bundle is not known here.
boost::json::object courier_json(Station& station);

}  // namespace tram::station
