// A refusal on its way out of a command or a route: the code that travels, the sentence for the person, the next
// action, and the exit status (contract, "Common to both programs"). It is the one exception of the program layer: it
// leaves through the open transaction, so that nothing of the refused act stays, and is caught at the two entrances,
// the command runner and the route.
#pragma once
#include <exception>
#include <string>

#include "sync/outcome_code.h"

namespace tram::station {

namespace exit_status {
inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kRefused = 3, kUnreachable = 4, kWrongState = 5;
}

class ActRefused : public std::exception {
 public:
  ActRefused(int status, std::string stable_code, std::string sentence, std::string action = "")
      : exit(status), code(std::move(stable_code)), message(std::move(sentence)), next(std::move(action)) {}
  explicit ActRefused(sync::OutcomeCode outcome)
      : ActRefused(sync::exit_status(outcome), std::string(sync::name(outcome)), std::string(sync::sentence(outcome)),
                   std::string(sync::next_action(outcome))) {}
  const char* what() const noexcept override { return code.c_str(); }

  int exit;
  std::string code;
  std::string message;
  std::string next;
};

inline ActRefused refused(std::string code, std::string message, std::string next = "") {
  return {exit_status::kRefused, std::move(code), std::move(message), std::move(next)};
}
inline ActRefused wrong_state(std::string code, std::string message, std::string next = "") {
  return {exit_status::kWrongState, std::move(code), std::move(message), std::move(next)};
}
inline ActRefused wrong_usage(std::string message) {
  return {exit_status::kUsage, "usage", std::move(message), "See --help."};
}

}  // namespace tram::station
