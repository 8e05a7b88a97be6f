#include <sstream>

#include "station/act/act_work.h"
#include "station/body_lives.h"
#include "station/task_view.h"
#include "tasks/deadline.h"

namespace tram::station::act_work {
namespace {

using sync::Value;
using tasks::field_number;
using tasks::RecordType;

// Checked and in its canonical form; absent for nothing.
Value deadline_value(const ActContext& act) {
  if (!act.entry.has("deadline")) return {};
  const auto deadline = tasks::parse_deadline(act.entry.text("deadline"));
  if (!deadline) throw refused("bad_deadline", "deadline cannot be read.", "Write it as in the import file.");
  return Value::text(tasks::encode(*deadline));
}

Value start_value(const ActContext& act) {
  if (!act.entry.has("start")) return {};
  const auto start = tasks::parse_date_or_hour(act.entry.text("start"));
  if (!start) throw refused("bad_date", "start cannot be read.", "Write YYYY-MM-DD, or with an hour.");
  return Value::text(tasks::format_date_or_hour(*start));
}

// "II.2/1": the parent's reference and the next number that is free.
std::string ref_for(const ActContext& act, const std::string& parent) {
  const TaskOrder& order = act.station.task_order();
  if (act.entry.has("ref")) {
    if (!order.with_ref(act.entry.text("ref")).empty())
      throw refused("duplicate_ref", "There is a task with this reference already.", "Choose another one.");
    return act.entry.text("ref");
  }
  std::size_t number = order.sub_tasks_of(act.target).size() + 1;
  while (!order.with_ref(parent + "/" + std::to_string(number)).empty()) ++number;
  return parent + "/" + std::to_string(number);
}

std::vector<const sync::Organisation*> bodies_below(const ActContext& act) {
  std::vector<const sync::Organisation*> found;
  std::istringstream codes(act.entry.text("to"));
  for (std::string code; codes >> code;) {
    found.push_back(act.station.directory().organisation(code));
    need_below(act.station, *found.back());
    need_living(act.station, *found.back());
  }
  return found;
}

}  // namespace

void need_below(Station& station, const sync::Organisation& body) {
  if (station.program() == Program::hub) return;
  if (!station.directory().stands_above(station.organisation(), body.id))
    throw refused("not_below", body.code + " does not stand below this body, so it takes no work from it (R18).",
                  "Ask the office to assign it.");
}

// R18: a task of our own with one assignment for each body; we are its assigning side and follow it. The parent's
// clocks stay what they are.
Changes break_down(const ActContext& act) {
  const auto bodies = bodies_below(act);
  const Value deadline = deadline_value(act);
  const Value us = Value::id(act.station.organisation());
  const auto parent = Fields(act.station, act.target).id(field_number(RecordType::assignment, "task"));
  const std::string of =
      parent ? Fields(act.station, sync::RecordId{*parent}).text(field_number(RecordType::task, "ref")) : "";
  ChangeBuilder task(act.station, RecordType::task);
  const auto on_task = [&](std::string_view field, Value value) {
    if (!value.is_absent()) task.set(task.home(), RecordType::task, field, std::move(value));
  };
  on_task("parent_assignment", Value::id(act.target));
  on_task("ref", Value::text(ref_for(act, of)));
  on_task("assigning_side", us);
  on_task("follow_up_body", us);
  on_task("content", Value::text(act.entry.text("content")));
  on_task("priority", Value::text(act.entry.has("priority") ? act.entry.text("priority") : "normal"));
  on_task("start", start_value(act));
  for (const sync::Organisation* body : bodies) on_task("receiving_bodies", Value::id(body->id));
  Changes all;
  for (const sync::Organisation* body : bodies) {
    ChangeBuilder part(act.station, RecordType::assignment);
    const auto set = [&](std::string_view field, Value value) {
      if (!value.is_absent()) part.set(part.home(), RecordType::assignment, field, std::move(value));
    };
    set("task", Value::id(task.home()));
    set("assigning_side", us);
    set("implementing_body", Value::id(body->id));
    set("follow_up_body", us);
    set("deadline", deadline);
    part.event(part.home(), RecordType::assignment, "handed_over");
    all.push_back(part.take());
  }
  all.push_back(task.take());
  return all;
}

}  // namespace tram::station::act_work
