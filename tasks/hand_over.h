// What a hand-over, a moved deadline and a sub-task need (R7, R18, R49; decisions 4 and 5).
#pragma once
#include <optional>
#include <string_view>

#include "tasks/deadline.h"
#include "tasks/time.h"

namespace tram::tasks {

// How a document stands to its digital signature, and who answers for handing it over without one.
struct SignatureFacts {
  bool verified = false;
  std::string_view unsigned_reason{};
  std::string_view first_person{};
  std::string_view second_person{};
};
bool may_be_handed_over(const SignatureFacts& facts);

// Who asks for another deadline, and by which document.
enum class AskedBy : std::uint8_t { assigning_side, implementing_body };
enum class DeadlineChange : std::uint8_t { in_force, proposal, refused };
DeadlineChange deadline_change(AskedBy by, bool handed_over, std::string_view document_number,
                               std::optional<LocalDate> document_date);

// A sub-task has clocks of its own: the parent's due moment stays what it was, and one that ends later is told.
struct SubTaskStanding {
  Due parent;
  bool ends_after_parent = false;
};
SubTaskStanding sub_task_standing(const Due& parent, const Due& sub_task);

}  // namespace tram::tasks
