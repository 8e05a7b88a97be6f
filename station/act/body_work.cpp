#include "station/act/act_work.h"
#include "station/task_view.h"
#include "tasks/cause.h"
#include "tasks/following.h"
#include "tasks/text.h"

namespace tram::station::act_work {
namespace {

using sync::Value;
using tasks::RecordType;

Value moment_value(std::uint64_t ms) {
  return Value(Value::Variant(sync::ZonedMoment{static_cast<std::int64_t>(ms / 1000 * 1000), 420}));
}

// A progress update and what it says of its assignment (R27). `corrects` is the update it follows; what came on paper
// keeps both times (R61).
ActChange update_change(const ActContext& act, const sync::RecordId& assignment,
                        const std::optional<sync::RecordId>& corrects) {
  ChangeBuilder b(act.station, assignment);
  const sync::RecordId update = b.create(RecordType::progress_update);
  const auto set = [&](std::string_view field, Value value) {
    b.set(update, RecordType::progress_update, field, std::move(value));
  };
  const bool paper = act.entry.has("paper_reason");
  const auto of_paper = paper ? tasks::parse_moment(act.entry.text("paper_moment")) : tasks::parse_moment("");
  const auto as_of =
      of_paper ? static_cast<std::uint64_t>(of_paper->time_since_epoch().count()) * 1000 : act.written_ms;
  const std::string state = act.entry.text("state");
  set("as_of", moment_value(as_of));
  set("text", Value::text(act.entry.text("note")));
  set("percent", Value::integer(act.entry.number("progress")));
  set("written_by", Value::id(act.author));
  set("work_state", Value::text(state));
  if (!act.seal.empty()) set("sealed_hash", Value(Value::Variant(act.seal)));
  if (corrects) set("corrects", Value::id(*corrects));
  for (const auto name : {"result", "difficulty", "cause", "next_step", "paper_reason", "paper_moment"})
    b.set_entry(act, update, RecordType::progress_update, name);
  const auto on_assignment = [&](std::string_view field, Value value) {
    b.set(assignment, RecordType::assignment, field, std::move(value));
  };
  on_assignment("percent", Value::integer(act.entry.number("progress")));
  for (const auto name : {"result", "difficulty", "cause", "next_step"})
    b.set_entry(act, assignment, RecordType::assignment, name);
  if (state == "done") {
    const tasks::Moment when{std::chrono::seconds{static_cast<std::int64_t>(as_of / 1000)}};
    const std::string day =
        act.entry.has("completed_on") ? act.entry.text("completed_on") : tasks::format_date(tasks::date_of(when));
    set("completion_date", Value::text(day));
    on_assignment("completion_date", Value::text(day));
  }
  const std::string_view before = state_of(act.station, assignment, RecordType::assignment);
  if (before != state) b.event(assignment, RecordType::assignment, state);
  return b.take();
}

// Who offered last, by code; nobody yet is empty.
std::string offered_by(Station& station, const sync::RecordId& difference) {
  const auto state = tasks::field_number(RecordType::difference, "state");
  std::string body;
  for (const sync::VersionRow& v : station.store().all_versions(difference, state))
    if (v.event == tasks::event_number(RecordType::difference, "offered")) body = body_of(station, v.organisation).code;
  return body;
}

// R64: where the code says nothing by itself, its text does.
void need_cause(const ActContext& act, std::string_view text) {
  if (!act.entry.has("cause") || tasks::cause_is_complete(act.entry.text("cause"), act.entry.text(text))) return;
  throw refused("cause_incomplete", "The cause \"" + act.entry.text("cause") + "\" says nothing without words (R64).",
                "Fill in " + std::string(text) + ".");
}

Changes answer(const ActContext& act, RecordType type, std::string_view event) {
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.set_entry(act, act.target, type, "text", "answer");
  if (!event.empty()) b.event(act.target, type, event);
  return {b.take()};
}

}  // namespace

Changes receive(const ActContext& act) {
  const std::string_view state = state_of(act.station, act.target, RecordType::assignment);
  if (state != "handed_over" && state != "available" && state != "returned" && !state.empty())
    throw wrong_state("already_received", "This assignment was confirmed already.", "Nothing is left to do.");
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::assignment, "received");
  return {b.take()};
}

Changes give_update(const ActContext& act) {
  if (act.entry.has("paper_reason") && !act.entry.has("paper_moment"))
    throw refused("missing_value", "What came on paper keeps its own time (R61).", "Give paper_moment.");
  need_cause(act, "difficulty");
  return {update_change(act, act.target, std::nullopt)};
}

// R8: of a restricted task the system holds when it was begun and done, and no word of it.
Changes give_state(const ActContext& act) {
  if (act.station.zone_kind() != sync::ZoneKind::closed)
    throw refused("wrong_zone", "Only a closed zone takes a state without an update (R8).", "Use `task report`.");
  ChangeBuilder b(act.station, act.target);
  const std::string state = act.entry.text("state");
  b.set(act.target, RecordType::assignment, "written_by", Value::id(act.author));
  if (state == "done") {
    const tasks::Moment when{std::chrono::seconds{static_cast<std::int64_t>(act.written_ms / 1000)}};
    const std::string day =
        act.entry.has("completed_on") ? act.entry.text("completed_on") : tasks::format_date(tasks::date_of(when));
    if (!tasks::parse_date_or_hour(day))
      throw refused("bad_date", "completed_on cannot be read.", "Write YYYY-MM-DD, or with an hour.");
    b.set(act.target, RecordType::assignment, "completion_date", Value::text(day));
  }
  b.event(act.target, RecordType::assignment, state);
  return {b.take()};
}

Changes correct_update(const ActContext& act) {
  need_cause(act, "difficulty");
  return {update_change(act, home_of(act.station, act.target), act.target)};
}

Changes give_notice(const ActContext& act) {
  need_cause(act, "text");
  ChangeBuilder b(act.station, act.target);
  const sync::RecordId notice = b.create(RecordType::notice);
  b.set_entry(act, notice, RecordType::notice, "cause");
  b.set_entry(act, notice, RecordType::notice, "text");
  b.set(notice, RecordType::notice, "written_by", Value::id(act.author));
  b.event(notice, RecordType::notice, "sent");
  return {b.take()};
}

Changes explain(const ActContext& act) {
  need_cause(act, "text");
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  const sync::RecordId explanation = b.create(RecordType::explanation);
  b.set(explanation, RecordType::explanation, "about", Value::id(act.target));
  for (const auto name : {"cause", "text", "remedy"}) b.set_entry(act, explanation, RecordType::explanation, name);
  b.set(explanation, RecordType::explanation, "written_by", Value::id(act.author));
  b.event(explanation, RecordType::explanation, "sent");
  return {b.take()};
}

Changes answer_urging(const ActContext& act) {
  return answer(act, RecordType::urging, "answered");
}
Changes answer_request(const ActContext& act) {
  return answer(act, RecordType::request, "answered");
}
Changes answer_finding(const ActContext& act) {
  return answer(act, RecordType::inspection_note, "");
}

Changes open_difference(const ActContext& act) {
  if (!tasks::is_difference(act.entry.text("reported_value"), act.entry.text("system_value")))
    throw refused("no_difference", "Both values are the same (R21).", "Look at the report and the system again.");
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  const sync::RecordId difference = b.create(RecordType::difference);
  b.set(difference, RecordType::difference, "about", Value::id(act.target));
  for (const auto name : {"fact", "reported_value", "system_value", "reason"})
    b.set_entry(act, difference, RecordType::difference, name);
  b.event(difference, RecordType::difference, "opened");
  const auto about = act.station.store().record(act.target, sync::Layer::provisional);
  if (about && about->type == static_cast<std::uint16_t>(RecordType::report))
    b.set(act.target, RecordType::report, "differences", Value::id(difference));
  return {b.take()};
}

Changes offer_settlement(const ActContext& act) {
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.set_entry(act, act.target, RecordType::difference, "agreed_value");
  b.set_entry(act, act.target, RecordType::difference, "reason");
  b.event(act.target, RecordType::difference, "offered");
  return {b.take()};
}

Changes settle_difference(const ActContext& act) {
  const Fields f(act.station, act.target);
  tasks::Difference difference;
  difference.offered_by = offered_by(act.station, act.target);
  difference.offered_value = f.text(tasks::field_number(RecordType::difference, "agreed_value"));
  difference.agreed_by = act.station.organisation_code();
  if (!difference.offered_by.empty() && !tasks::is_settled(difference))
    throw refused("own_offer", "This settlement was offered by your own side; the other one settles (R21).",
                  "Wait for the other side's word.");
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.event(act.target, RecordType::difference, "settled");
  return {b.take()};
}

}  // namespace tram::station::act_work
