// Bodies that cease to exist (R58): open tasks go to a successor as new assignments, history stays with the body of its
// time, and what has no successor is listed.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/time.h"

namespace tram::tasks {

struct BodyLife {
  std::optional<LocalDate> from{}, to{};  // both included; none: no end known
  std::vector<std::string> successors;
};
using BodyLives = std::map<std::string, BodyLife, std::less<>>;

bool exists_on(const BodyLife& life, LocalDate day);

// The bodies that stand in for one on a day: itself while it lives, else its successors and theirs. Empty: somebody
// must decide.
std::vector<std::string> standing_in_for(std::string_view body, const BodyLives& lives, LocalDate day);

struct OpenAssignment {
  std::string id;
  std::string body;
};
// A new assignment linked to the old one, with the same deadline; its confirmation clock starts with its hand-over.
struct Rehoming {
  std::string predecessor;
  std::string body;
  bool operator==(const Rehoming&) const = default;
};
struct Rehomed {
  std::vector<Rehoming> to_one;
  std::vector<std::string> to_decide;  // none, or more than one successor
};
Rehomed rehome(std::span<const OpenAssignment> open, const BodyLives& lives, LocalDate day);

}  // namespace tram::tasks
