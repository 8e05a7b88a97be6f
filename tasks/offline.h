// What goes on at a site without a network (R40): everything, except what needs the other side; and what needs it says
// what is waiting. Each act of permission.h has its answer here.
#pragma once
#include <optional>
#include <string_view>

#include "tasks/permission.h"

namespace tram::tasks {

enum class Needs : std::uint8_t {
  nothing,  // done and in force here
  receipt,  // done here; in force for all with the hub's receipt
  hub,      // waits for the hub's own act
};
std::string_view name_of(Needs needs);
Needs needs_other_side(Action action);

// What a screen says is waiting, as a code; empty where nothing is.
struct WaitingWork {
  std::size_t to_approve = 0, to_send = 0, waiting_for_receipt = 0;
};
std::string_view says_waiting(Action action, const WaitingWork& work);

}  // namespace tram::tasks
