#include <sstream>

#include "station/act/act_work.h"
#include "station/courier_register.h"
#include "station/exchange_formats.h"
#include "station/task_view.h"
#include "tasks/courier.h"
#include "tasks/following.h"

namespace tram::station::act_work {
namespace {

using sync::Value;
using tasks::RecordType;

Changes closed(const ActContext& act, RecordType type) {
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.event(act.target, type, "closed");
  return {b.take()};
}

Value today(const ActContext& act) {
  const tasks::Moment now{std::chrono::seconds{static_cast<std::int64_t>(act.written_ms / 1000)}};
  return Value(
      Value::Variant(sync::CivilDate{static_cast<std::int32_t>(tasks::date_of(now).time_since_epoch().count())}));
}

}  // namespace

Changes assess(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  std::optional<sync::RecordId> update = newest_in(act.station, act.target, RecordType::progress_update);
  if (act.entry.has("update")) update = sync::RecordId::parse(act.entry.text("update"));
  // R8, O20: a closed zone holds no updates; its assessment is a coded value about the assignment.
  const bool coded = act.station.zone_kind() == sync::ZoneKind::closed;
  if (!coded && (!update || home_of(act.station, *update) != act.target))
    throw refused("nothing_to_assess", "This assignment has no such update yet (R19).", "Wait for one, or urge.");
  const sync::RecordId assessment = b.create(RecordType::assessment);
  if (!coded) b.set(assessment, RecordType::assessment, "update", Value::id(*update));
  b.set_entry(act, assessment, RecordType::assessment, "judgement");
  b.set_entry(act, assessment, RecordType::assessment, "text");
  b.set(assessment, RecordType::assessment, "written_by", Value::id(act.author));
  return {b.take()};
}

// R22: numbered within its assignment, dated by its changeset, with its answer.
Changes urge(const ActContext& act) {
  std::vector<tasks::Demand> before;
  for (const auto& row : act.station.store().records_of_home(act.target, sync::Layer::provisional)) {
    if (row.type != static_cast<std::uint16_t>(RecordType::urging)) continue;
    tasks::Demand demand;
    demand.number = static_cast<std::uint32_t>(
        Fields(act.station, row.id).integer(tasks::field_number(RecordType::urging, "number")));
    before.push_back(std::move(demand));
  }
  const std::int64_t number = tasks::next_urging_number(before);
  ChangeBuilder b(act.station, act.target);
  const sync::RecordId urging = b.create(RecordType::urging);
  b.set_entry(act, urging, RecordType::urging, "kind");
  b.set_entry(act, urging, RecordType::urging, "text");
  b.set(urging, RecordType::urging, "number", Value::integer(number));
  b.set_entry(act, urging, RecordType::urging, "answer_due");
  b.event(urging, RecordType::urging, "sent");
  return {b.take()};
}

Changes close_urging(const ActContext& act) {
  return closed(act, RecordType::urging);
}

Changes request(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  const sync::RecordId request = b.create(RecordType::request);
  for (const auto name : {"kind", "text", "due"}) b.set_entry(act, request, RecordType::request, name);
  b.event(request, RecordType::request, "sent");
  // Decisions 6: a task "on request" waits for the request to each of its bodies; this is the one.
  if (act.entry.text("kind") == "start") b.set(act.target, RecordType::assignment, "condition_met_on", today(act));
  return {b.take()};
}

Changes close_request(const ActContext& act) {
  return closed(act, RecordType::request);
}

// R23: one line of the append log; who noted it stands in the changeset.
Changes note_contact(const ActContext& act) {
  const std::string with = act.entry.text("with"), content = act.entry.text("text");
  const tasks::Contact contact{tasks::contact_way_named(act.entry.text("means")),
                               tasks::moment_at(*tasks::parse_date(act.entry.text("on")), {}), act.actor.name, with,
                               content};
  if (!tasks::contact_is_complete(contact, moment_now()))
    throw refused("contact_incomplete",
                  "A contact says who spoke with whom, how, and what about; not in a time to come.",
                  "Correct the day, or fill in what is missing.");
  ChangeBuilder b(act.station, act.target);
  const std::string line = act.entry.text("on") + "; " + act.entry.text("means") + "; " + with + "; " + content;
  b.set(act.target, RecordType::assignment, "contacts", Value::text(line));
  return {b.take()};
}

Changes note_finding(const ActContext& act) {
  ChangeBuilder b(act.station, act.target);
  const sync::RecordId note = b.create(RecordType::inspection_note);
  for (const auto name : {"finding", "text", "recommendation", "plan"})
    b.set_entry(act, note, RecordType::inspection_note, name);
  b.event(note, RecordType::inspection_note, "open");
  return {b.take()};
}

Changes clear_finding(const ActContext& act) {
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.event(act.target, RecordType::inspection_note, "cleared");
  return {b.take()};
}

// R66: regular by a plan with its approval, sudden with a reason.
Changes plan_inspection(const ActContext& act) {
  const auto* own = act.station.directory().organisation(act.station.organisation());
  const bool here = act.station.program() == Program::hub || (own != nullptr && (own->parts & sync::kInspecting) != 0);
  if (!here) throw refused("not_ours", "This body does not inspect.", "The inspecting body plans its inspections.");
  if (act.entry.text("kind") == "sudden" && !act.entry.has("reason"))
    throw refused("missing_value", "A sudden inspection needs its reason.", "Give reason.");
  ChangeBuilder b(act.station, RecordType::inspection_plan);
  for (const auto name : {"period", "kind", "reason", "contents", "number", "approved_on"})
    b.set_entry(act, b.home(), RecordType::inspection_plan, name);
  std::istringstream codes(act.entry.text("bodies"));
  for (std::string code; codes >> code;)
    b.set(b.home(), RecordType::inspection_plan, "bodies", Value::id(act.station.directory().organisation(code)->id));
  b.set(b.home(), RecordType::inspection_plan, "written_by", Value::id(act.author));
  return {b.take()};
}

Changes step_inspection(const ActContext& act) {
  const Fields plan(act.station, act.target);
  std::optional<tasks::LocalDate> approved;
  if (const auto on = plan.date(tasks::field_number(RecordType::inspection_plan, "approved_on")))
    approved = tasks::LocalDate{std::chrono::days{*on}};
  const auto kind = plan.text(tasks::field_number(RecordType::inspection_plan, "kind")) == "sudden"
                        ? tasks::InspectionKind::sudden
                        : tasks::InspectionKind::regular;
  if (act.entry.text("to") == "started" && !act.entry.has("approved_on") &&
      !tasks::may_start_inspection(kind, approved,
                                   plan.text(tasks::field_number(RecordType::inspection_plan, "reason"))))
    throw refused("plan_not_approved", "A regular inspection starts by a plan with the day of its approval (R66).",
                  "Step it to approved with --approved-on first.");
  ChangeBuilder b(act.station, act.target);
  b.event(act.target, RecordType::inspection_plan, act.entry.text("to"));
  b.set_entry(act, act.target, RecordType::inspection_plan, "approved_on");
  return {b.take()};
}

// R56: one entry for every bundle out and in.
Changes note_courier(const ActContext& act) {
  std::string code = act.entry.text("bundle");
  std::erase(code, '-');
  const tasks::CourierEntry entry{code,
                                  std::string(name(act.station.zone_kind())),
                                  act.entry.text("handed_by"),
                                  act.entry.text("handed_to"),
                                  *tasks::parse_moment(act.entry.text("handed_at")),
                                  act.entry.text("medium")};
  if (!tasks::courier_entry_is_complete(entry, zone_of(act.station)))
    throw refused("entry_incomplete",
                  "An entry names bundle, both persons and the moment; in a closed zone the medium.",
                  "Fill in what is missing.");
  need_medium(act.station, entry.medium);
  ChangeBuilder b(act.station, RecordType::courier_entry);
  b.set(b.home(), RecordType::courier_entry, "bundle", Value(Value::Variant(Bytes(code.begin(), code.end()))));
  b.set(b.home(), RecordType::courier_entry, "zone", Value::text(entry.zone));
  for (const auto field : {"handed_by", "handed_to", "handed_at", "medium", "other_end"})
    b.set_entry(act, b.home(), RecordType::courier_entry, field);
  b.event(b.home(), RecordType::courier_entry, "handed_over");
  return {b.take()};
}

Changes inspection_has_notice(const ActContext& act) {
  ChangeBuilder b(act.station, home_of(act.station, act.target));
  b.event(act.target, RecordType::notice, "received_by_inspection");
  return {b.take()};
}

}  // namespace tram::station::act_work
