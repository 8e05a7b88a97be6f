// The JSON body of a request, read strictly: one object, at most 16 deep, no member twice, none that the route does not
// know, no floats. Whatever does not fit is refused as bad_json (400), with the member's name.
#pragma once
#include <boost/json.hpp>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tram::station {

inline constexpr std::size_t kJsonDepth = 16;

class JsonBody {
 public:
  // `members` are all that may stand there. Refusal: bad_json.
  JsonBody(std::string_view text, std::span<const std::string_view> members);
  JsonBody(std::string_view text, std::initializer_list<std::string_view> members)
      : JsonBody(text, std::span(members.begin(), members.size())) {}

  bool has(std::string_view member) const { return object_.contains(member); }

  // Refusal of both: bad_json when the member is missing, of another type or out of bounds.
  std::string text(std::string_view member, std::size_t most_bytes) const;
  std::vector<std::string> texts(std::string_view member, std::size_t most) const;  // of an array, at least one
  std::int64_t integer(std::string_view member, std::int64_t least, std::int64_t most) const;

 private:
  const boost::json::value& need(std::string_view member) const;
  boost::json::object object_;
};

}  // namespace tram::station
