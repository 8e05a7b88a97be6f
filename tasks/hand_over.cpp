#include "tasks/hand_over.h"

namespace tram::tasks {

// R7: not without a valid signature, unless two persons record why.
bool may_be_handed_over(const SignatureFacts& facts) {
  if (facts.verified) return true;
  return !facts.unsigned_reason.empty() && !facts.first_person.empty() && !facts.second_person.empty() &&
         facts.first_person != facts.second_person;
}

// R49: only the assigning side moves a deadline, by a document with number and date; a body sends a proposal.
DeadlineChange deadline_change(AskedBy by, bool handed_over, std::string_view document_number,
                               std::optional<LocalDate> document_date) {
  if (by == AskedBy::implementing_body) return DeadlineChange::proposal;
  if (!handed_over) return DeadlineChange::in_force;
  return !document_number.empty() && document_date ? DeadlineChange::in_force : DeadlineChange::refused;
}

// R18: a sub-task never moves its parent's clocks.
SubTaskStanding sub_task_standing(const Due& parent, const Due& sub_task) {
  return {parent, parent.due && sub_task.due && *sub_task.due > *parent.due};
}

}  // namespace tram::tasks
