// What people see of documents, tasks and assignments: read from the folded fields (confirmed, with our own
// unreceipted work on top). What is due, met or late, and the outcome class of R6, are said by tasks/ at the moment of
// asking, from the facts of assignment_facts.h. Reads alone.
#pragma once
#include "station/record_fields.h"
#include "station/regulation.h"
#include "tasks/moved_due.h"
#include "tasks/obligation.h"
#include "tasks/plan_import.h"

namespace tram::station {

// How far our own work on a record has come (ui design 3, "Honest state of sync").
enum class WorkState : std::uint8_t { none, to_approve, to_send, waiting_receipt, delivered };
std::string_view name(WorkState state);

// One body's part of a sub-task, as its parent's body sees it (R18).
struct SubTaskView {
  sync::RecordId task;
  std::string ref;
  std::string title;
  Body body;
  std::string state;
  tasks::Outcome outcome = tasks::Outcome::not_started_in_time;
  std::optional<tasks::Moment> due;
  bool ends_after_parent = false;
};

struct AssignmentView {
  sync::RecordId id;
  sync::RecordId task;
  Body body;
  std::string assigning;  // code of the body that gave it
  std::string state;      // loaded, handed_over, available, received, returned, started, done, ...
  std::string follow_up;
  tasks::Outcome outcome = tasks::Outcome::not_started_in_time;
  tasks::Due due;
  std::vector<tasks::Obligation> obligations;  // none of a cancelled one
  std::vector<tasks::MovedDue> moved;          // what newer rules moved since it was handed over (R46)
  std::string deadline_written;
  std::int64_t progress = 0;
  std::string waiting_for;
  std::string agreed_next_step;
  WorkState work = WorkState::none;
  std::size_t values = 1;  // the most values that one of its fields has at once
  std::vector<SubTaskView> sub_tasks;
};

// What a sub-task is a part of (R18).
struct ParentView {
  sync::RecordId assignment;
  sync::RecordId task;  // zero where only the sub-task came here
  std::string ref;
  std::string document;
};

// One recurring date; how it stands is the worst standing among the bodies that lead the task.
struct OccurrenceView {
  tasks::Occurrence when;
  tasks::Standing standing = tasks::Standing::to_come;
  bool met = false;
};

struct TaskView {
  sync::RecordId id;
  sync::RecordId document_id;
  std::string ref;
  std::string document;  // number and symbol, "406-KH/TU"
  std::string document_number;
  std::string title;
  std::string state;
  std::string priority;
  std::string recurrence;
  std::string condition;
  std::string follow_up;
  std::optional<ParentView> parent;
  std::vector<Body> lead;
  std::vector<Body> coordinating;
  std::vector<AssignmentView> assignments;
  std::vector<OccurrenceView> occurrences;
};

struct TaskFilter {
  std::optional<std::string> organisation;  // an assignment of this body
  std::optional<tasks::Outcome> outcome;
  std::optional<std::string> document;  // number, number-symbol or id
  std::optional<std::string> words;     // in ref or title, case-folded
  bool takes_all() const { return !organisation && !outcome && !document && !words; }
};

// In the order of their documents and refs (natural order: II.2 before II.10).
std::vector<TaskView> task_views(Station& station, const TaskFilter& filter = {});
// The tasks of these ids that are here, in this order.
std::vector<TaskView> task_views_of(Station& station, const std::vector<sync::RecordId>& ids);
// Whole seconds of the wall clock, by which everything shown is computed.
tasks::Moment moment_now();

// One task by its ref, or DOCUMENT:REF where several documents hold it. Refusals: unknown_ref, ambiguous_ref.
TaskView task_named(Station& station, std::string_view ref);
// The assignment of a body in a task; without a code the station's own, or the only one. Refusal: unknown_body.
const AssignmentView& assignment_of(Station& station, const TaskView& task, std::optional<std::string_view> code);

}  // namespace tram::station
