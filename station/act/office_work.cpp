#include "station/act/act_work.h"
#include "station/body_lives.h"
#include "station/task_view.h"
#include "tasks/deadline.h"
#include "tasks/hand_over.h"

namespace tram::station::act_work {
namespace {

using sync::Value;
using tasks::field_number;
using tasks::RecordType;

std::optional<sync::RecordId> id_in(Station& station, const sync::RecordId& record, std::uint16_t field) {
  const auto id = Fields(station, record).id(field);
  return id ? std::optional(sync::RecordId{*id}) : std::nullopt;
}

// A wrong hand-over is taken back with its reason and the number of the document that says so; the site sees
// "recalled", and everything it wrote stays.
void recall_in(const ActContext& act, ChangeBuilder& b, const sync::RecordId& assignment) {
  b.event(assignment, RecordType::assignment, "recalled");
  b.set_entry(act, assignment, RecordType::assignment, "reason", "recall_reason");
  b.set_entry(act, assignment, RecordType::assignment, "by_document", "recall_document");
  b.set_entry(act, assignment, RecordType::assignment, "on", "recall_document_on");
}

// The same work for another body: linked to the old assignment, same deadline, new clocks (R11). What was not handed
// over yet waits at the other body, too.
Changes assignment_for(const ActContext& act, const sync::RecordId& old, const std::string& code,
                       bool handed_over = true) {
  const auto* body = act.station.directory().organisation(code);
  need_below(act.station, *body);
  need_living(act.station, *body);
  const auto task = id_in(act.station, old, field_number(RecordType::assignment, "task"));
  if (!task) throw refused("unknown_assignment", "There is no such assignment here.", "Check the reference.");
  for (const auto& row : act.station.store().records_of_type(static_cast<std::uint16_t>(RecordType::assignment),
                                                             sync::Layer::provisional)) {
    const Fields f(act.station, row.id);
    const auto at = f.id(field_number(RecordType::assignment, "task"));
    const auto of = f.id(field_number(RecordType::assignment, "implementing_body"));
    const std::string_view state = state_of(act.station, row.id, RecordType::assignment);
    if (at == task->bytes && of == body->id.bytes && state != "cancelled" && state != "recalled")
      throw refused("duplicate_body", "This body has the task already.", "Choose another one.");
  }
  ChangeBuilder made(act.station, RecordType::assignment);
  const Fields before(act.station, old);
  made.set(made.home(), RecordType::assignment, "task", Value::id(*task));
  made.set(made.home(), RecordType::assignment, "assigning_side", Value::id(act.station.organisation()));
  made.set(made.home(), RecordType::assignment, "implementing_body", Value::id(body->id));
  if (const auto follow_up = before.id(field_number(RecordType::assignment, "follow_up_body")))
    made.set(made.home(), RecordType::assignment, "follow_up_body", Value::id(*follow_up));
  made.set(made.home(), RecordType::assignment, "deadline",
           Value::text(before.text(field_number(RecordType::assignment, "deadline"))));
  made.set(made.home(), RecordType::assignment, "predecessor", Value::id(old));
  for (const auto name : {"condition_met_on", "deadline_document_on"})
    if (const auto on = before.date(tasks::find_field(RecordType::assignment, name)->field))
      made.set(made.home(), RecordType::assignment, name, Value(Value::Variant(sync::CivilDate{*on})));
  made.set(made.home(), RecordType::assignment, "deadline_document",
           Value::text(before.text(field_number(RecordType::assignment, "deadline_document"))));
  if (!handed_over) return {made.take()};
  ChangeBuilder on_task(act.station, *task);
  on_task.set(*task, RecordType::task, "receiving_bodies", Value::id(body->id));
  made.event(made.home(), RecordType::assignment, "handed_over");
  return {on_task.take(), made.take()};
}

void append(Changes& all, Changes more) {
  for (ActChange& change : more) all.push_back(std::move(change));
}

ChangeBuilder in_home(const ActContext& act) {
  return {act.station, home_of(act.station, act.target)};
}

}  // namespace

Changes recall(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  recall_in(act, b, act.target);
  return {b.take()};
}

Changes replace(const ActContext& act) {
  Changes all = recall(act);
  append(all, assignment_for(act, act.target, act.entry.text("to")));
  return all;
}

// R58: the work of a body that ended goes to the one that stands in for it; where none or several do, a person names
// it. History stays with the body of its time.
Changes rehome(const ActContext& act) {
  const auto body = id_in(act.station, act.target, field_number(RecordType::assignment, "implementing_body"));
  const tasks::OpenAssignment open{act.target.hex(),
                                   body ? body_of(act.station, sync::OrganisationId{body->bytes}).code : std::string()};
  const tasks::BodyLives lives = body_lives(act.station);
  const tasks::Rehomed found = tasks::rehome({&open, 1}, lives, station::today());
  if (found.to_one.empty() && found.to_decide.empty())
    throw wrong_state("body_lives", open.body + " has not ended, so its work stays with it (R58).",
                      "Use `task replace` for another reason.");
  if (found.to_one.empty() && !act.entry.has("to"))
    throw refused("which_successor", open.body + " ended, and not exactly one body stands in for it.",
                  "Name one with --to.");
  ChangeBuilder gone(act.station, act.target);
  gone.event(act.target, RecordType::assignment, "cancelled");
  Changes all{gone.take()};
  const bool handed_over = !state_of(act.station, act.target, RecordType::assignment).empty();
  append(all, assignment_for(act, act.target, act.entry.has("to") ? act.entry.text("to") : found.to_one.front().body,
                             handed_over));
  return all;
}

Changes recall_document(const ActContext& act) {
  Changes all;
  TaskFilter filter;
  filter.document = act.target.hex();
  for (const TaskView& task : task_views(act.station, filter)) {
    for (const AssignmentView& a : task.assignments) {
      if (a.state == "cancelled" || a.state == "recalled") continue;
      ChangeBuilder b(act.station, a.id);
      if (a.state == "loaded") {
        b.event(a.id, RecordType::assignment, "cancelled");
      } else {
        recall_in(act, b, a.id);
      }
      all.push_back(b.take());
    }
  }
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::document, act.entry.has("replaced_by") ? "replaced" : "recalled");
  b.set_entry(act, act.target, RecordType::document, "reason", "recall_reason");
  b.set_entry(act, act.target, RecordType::document, "by_document", "recall_document");
  b.set_entry(act, act.target, RecordType::document, "on", "recall_document_on");
  all.push_back(b.take());
  return all;
}

// R11: adjusted and upheld hand the task over again; handed on closes it here and opens it at another body.
Changes answer_return(const ActContext& act) {
  const auto feedback = newest_in(act.station, act.target, RecordType::feedback);
  if (!feedback || state_of(act.station, *feedback, RecordType::feedback) != "raised")
    throw wrong_state("nothing_returned", "This assignment was not returned, or the return has its answer.",
                      "See its history.");
  const std::string decision = act.entry.text("decision");
  if ((decision == "handed_on") != act.entry.has("to"))
    throw refused("missing_value", "The decision handed_on names the other body, and only it.",
                  "Give to, or leave it.");
  ChangeBuilder b(act.station, act.target);
  b.set_entry(act, *feedback, RecordType::feedback, "text", "answer");
  b.event(*feedback, RecordType::feedback, decision);
  b.event(act.target, RecordType::assignment, decision == "handed_on" ? "cancelled" : "handed_over");
  Changes all{b.take()};
  if (decision == "handed_on") append(all, assignment_for(act, act.target, act.entry.text("to")));
  return all;
}

// R49: by a document with number and date; the old deadline stays in the history.
Changes move_deadline(const ActContext& act) {
  const auto deadline = tasks::parse_deadline(act.entry.text("deadline"));
  if (!deadline) throw refused("bad_deadline", "deadline cannot be read.", "Write it as in the import file.");
  const auto on = tasks::parse_date(act.entry.text("on"));
  const bool handed_over = !state_of(act.station, act.target, RecordType::assignment).empty();
  if (tasks::deadline_change(tasks::AskedBy::assigning_side, handed_over, act.entry.text("by_document"),
                             on ? std::optional(*on) : std::nullopt) != tasks::DeadlineChange::in_force)
    throw refused("needs_document", "A deadline moves by a document with number and date (R49).", "Name it.");
  ChangeBuilder b(act.station, act.target);
  b.set(act.target, RecordType::assignment, "deadline", Value::text(tasks::encode(*deadline)));
  b.set_entry(act, act.target, RecordType::assignment, "by_document", "deadline_document");
  b.set_entry(act, act.target, RecordType::assignment, "on", "deadline_document_on");
  return {b.take()};
}

Changes accept_completion(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::assignment, "verified");
  return {b.take()};
}

Changes reopen(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::assignment, "reopened");
  b.set_entry(act, act.target, RecordType::assignment, "text", "notes");
  return {b.take()};
}

Changes office_has_notice(const ActContext& act) {
  ChangeBuilder b = in_home(act);
  b.event(act.target, RecordType::notice, "received_by_office");
  b.set_entry(act, act.target, RecordType::notice, "owner");
  return {b.take()};
}

Changes answer_notice(const ActContext& act) {
  ChangeBuilder b = in_home(act);
  b.set_entry(act, act.target, RecordType::notice, "text", "answer");
  b.set_entry(act, act.target, RecordType::notice, "owner");
  b.event(act.target, RecordType::notice, "closed");
  return {b.take()};
}

Changes judge_explanation(const ActContext& act) {
  ChangeBuilder b = in_home(act);
  b.event(act.target, RecordType::explanation, act.entry.text("decision"));
  return {b.take()};
}

Changes take_report(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::report, act.entry.text("decision"));
  return {b.take()};
}

}  // namespace tram::station::act_work
