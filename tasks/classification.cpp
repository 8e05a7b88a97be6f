#include "tasks/classification.h"

#include <algorithm>

namespace tram::tasks {

// R1: by term, body, scope, priority, outcome and confidentiality; the version of the lists stays with the record.
Classified classify(const TaskRow& task, std::string_view body, Secrecy confidentiality, Outcome outcome) {
  Classified c;
  c.term = std::holds_alternative<NoDeadline>(task.deadline.meaning) ? TermClass::without : TermClass::with_deadline;
  c.body = body;
  c.scope = task.scope;
  c.priority = task.priority;
  c.outcome = outcome;
  c.confidentiality = confidentiality;
  return c;
}

// R3: every axis, alone and combined.
bool matches(const Cut& cut, const Classified& task) {
  const auto fits = [](const auto& wanted, const auto& is) { return !wanted || *wanted == is; };
  return fits(cut.term, task.term) && fits(cut.body, task.body) && fits(cut.scope, task.scope) &&
         fits(cut.priority, task.priority) && fits(cut.outcome, task.outcome) &&
         fits(cut.confidentiality, task.confidentiality) && fits(cut.other, task.other);
}

// R2: programs look at the code alone; the Vietnamese mark stands next to any translation.
std::string_view mark_of(int code) {
  constexpr std::string_view kMarks[] = {"Thường", "Mật", "Tối mật", "Tuyệt mật"};
  return code >= 0 && code <= 3 ? kMarks[code] : std::string_view{};
}

// R8, R9, R54: class 0 in the open zone and in practice, class 1-2 in the closed one, class 3 nowhere.
bool zone_holds(Zone zone, int code) {
  return zone == Zone::closed ? code == 1 || code == 2 : code == 0;
}

// R63: due and not done, done wrongly, new problems, at risk.
std::vector<OfficeList> office_lists(const ListFacts& facts) {
  std::vector<OfficeList> lists;
  const bool done = facts.outcome == Outcome::done_on_time || facts.outcome == Outcome::done_late;
  const bool overdue = facts.outcome == Outcome::not_done_overdue || facts.outcome == Outcome::not_started_overdue;
  if (overdue) lists.push_back(OfficeList::due_and_not_done);
  if (facts.execution == Execution::done_wrongly) lists.push_back(OfficeList::done_wrongly);
  if (facts.difficulty_open) lists.push_back(OfficeList::new_problem);
  if (!done && !overdue && (facts.due_soon || facts.outcome == Outcome::in_progress_late))
    lists.push_back(OfficeList::at_risk);
  return lists;
}

// R5: only lead bodies report the execution of a task.
bool reports_execution(std::string_view body, const TaskRow& task) {
  return std::find(task.lead.begin(), task.lead.end(), body) != task.lead.end();
}

// R5: coordinating bodies see the task and may add notes.
bool sees_task(std::string_view body, const TaskRow& task) {
  return reports_execution(body, task) ||
         std::find(task.coordinating.begin(), task.coordinating.end(), body) != task.coordinating.end();
}

// R59: no task is without a follow-up body.
std::vector<std::string> without_follow_up(std::span<const Followed> tasks, std::string_view of_the_document) {
  std::vector<std::string> missing;
  for (const Followed& t : tasks)
    if (t.follow_up_body.empty() && of_the_document.empty()) missing.push_back(t.id);
  return missing;
}

}  // namespace tram::tasks
