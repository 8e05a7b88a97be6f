// Nobody's concurrent edit is lost (R62): which merged values a person has to look at, and which writes stay to be seen
// as overridden. Merging itself is in sync/.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tram::tasks {

struct ConcurrentValue {
  std::string version;
  std::string value;
  bool in_force = false;
};
// Fields whose merged value counts at once, but whose conflict stays open: status, result, deadline.
bool waits_for_a_person(std::string_view field);

// How a person ends a conflict: the merged value confirmed, or another written; either with a reason.
struct Resolution {
  std::string_view person{}, reason{};
  bool writes_another = false;
  std::string_view value{};
};
bool resolves(std::string_view field, const Resolution& resolution);

// The versions that gave way; they stay visible.
std::vector<std::string> overridden(std::span<const ConcurrentValue> values);

}  // namespace tram::tasks
