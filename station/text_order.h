// How people expect references and names to sort and to be found: II.2 before II.10; "nguyen" finds "Nguyễn".
#pragma once
#include <string>
#include <string_view>

namespace tram::station {

// Comparing keys compares references naturally: runs of digits by their number, the rest byte by byte.
std::string natural_key(std::string_view text);

// Does `text` contain `words`, ignoring case and tone marks, with đ read as d?
bool contains_folded(std::string_view text, std::string_view words);

}  // namespace tram::station
