// A walk over one XML part: elements by their local names, with the text inside. Document type declarations end it, so
// no entity is ever expanded.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace tram::station {

using Attributes = std::map<std::string, std::string, std::less<>>;

struct XmlWalk {
  std::function<void(std::string_view name, const Attributes&)> open;
  std::function<void(std::string_view name)> close;
  std::function<void(std::string_view)> text;
  std::function<bool()> enough = [] { return false; };  // ends the walk; it then counts as read
};
// False if it is not well-formed, nests deeper than 64, or declares a document type.
bool walk_xml(std::string_view xml, const XmlWalk& walk);

}  // namespace tram::station
