#include "station/acts.h"

#include <algorithm>
#include <charconv>

#include "station/permission_gate.h"
#include "station/store/drafts.h"
#include "sync/left_homes.h"
#include "tasks/lost_edit.h"
#include "tasks/record_schema.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

using tasks::RecordType;

ActRefused from_tasks(tasks::errc e, std::string_view text) {
  return refused(std::string(tasks::name_of(e)), "\"" + std::string(text) + "\" cannot be read.",
                 "Check the form of the value.");
}

template <class T>
std::string encoded(const tasks::Result<T>& parsed, std::string_view text) {
  if (!parsed) throw from_tasks(static_cast<tasks::errc>(parsed.error().value()), text);
  return encode(*parsed);
}

struct Place {
  sync::RecordId record;
  sync::RecordId home;
  const sync::FieldSpec* spec = nullptr;
};

Place place_of(Station& station, const TaskView& task, std::optional<std::string_view> org, std::string_view field) {
  const auto assignment = static_cast<std::uint16_t>(RecordType::assignment);
  const auto own = static_cast<std::uint16_t>(RecordType::task);
  if (const auto* spec = station.schema().field(assignment, field)) {
    const AssignmentView& a = assignment_of(station, task, org);
    return {a.id, a.id, spec};
  }
  if (const auto* spec = station.schema().field(own, field)) return {task.id, task.id, spec};
  throw refused("unknown_field", "There is no field of this name on tasks and assignments.", "Check the name.");
}

sync::Operation write_of(const Place& place, sync::Value value) {
  sync::Operation op;
  op.record = place.record;
  op.field = place.spec->field;
  op.value = std::move(value);
  switch (place.spec->kind) {
    case sync::FieldKind::set:
      op.kind = sync::OperationKind::set_add;
      break;
    case sync::FieldKind::log:
      op.kind = sync::OperationKind::log_append;
      break;
    case sync::FieldKind::authority:
      op.kind = sync::OperationKind::authority_change;
      break;
    case sync::FieldKind::events:
    case sync::FieldKind::create_once:
      throw refused("not_settable", "This field is not set by hand.", "Use the act that belongs to it.");
    default:
      op.kind = sync::OperationKind::field_set;
  }
  return op;
}

// What setting a field by hand is: an act of the side that the field belongs to, a note on one that is everybody's, or
// a proposal to the side that has the authority (R49).
tasks::Action action_of(Station& station, const Place& place) {
  if ((place.spec->writers & tasks::writer::all) != 0) return tasks::Action::note_shared;
  const auto may = static_cast<std::uint16_t>(place.spec->writers & relations_to(station, place.record));
  if (may == 0) return tasks::Action::propose;
  if ((may & (tasks::writer::hub | tasks::writer::asg)) != 0)
    return place.spec->name == "deadline" ? tasks::Action::move_deadline : tasks::Action::load_document;
  return (may & tasks::writer::fol) != 0 ? tasks::Action::note_contact : tasks::Action::draft_update;
}

}  // namespace

sync::Value value_of_text(Station& station, const sync::FieldSpec& spec, std::string_view text) {
  if (!tasks::is_clean_utf8(text)) throw refused("bad_value", "The value is not valid text.", "Check its encoding.");
  switch (spec.value) {
    case sync::ValueKind::integer: {
      std::int64_t number = 0;
      const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (ec != std::errc() || end != text.data() + text.size())
        throw refused("bad_value", "This field holds a whole number.", "Check the value.");
      return sync::Value::integer(number);
    }
    case sync::ValueKind::date: {
      const auto date = tasks::parse_date(text);
      if (!date) throw from_tasks(static_cast<tasks::errc>(date.error().value()), text);
      return sync::Value(
          sync::Value::Variant(sync::CivilDate{static_cast<std::int32_t>(date->time_since_epoch().count())}));
    }
    case sync::ValueKind::id: {
      const auto* o = station.directory().organisation(text);
      if (o == nullptr) throw refused("unknown_body", "There is no such body.", "Check its code.");
      return sync::Value::id(o->id);
    }
    case sync::ValueKind::text: {
      const std::string nfc = tasks::to_nfc(text);
      if (spec.name == "deadline") return sync::Value::text(encoded(tasks::parse_deadline(nfc), nfc));
      if (spec.name == "recurrence") return sync::Value::text(encoded(tasks::parse_recurrence(nfc), nfc));
      return sync::Value::text(nfc);
    }
    default:
      throw refused("not_settable", "This field is not set by hand.", "Use the act that belongs to it.");
  }
}

sync::Acknowledge set_field(Station& station, const Actor& actor, const TaskView& task,
                            std::optional<std::string_view> org, std::string_view field, std::string_view value) {
  const Place place = place_of(station, task, org, field);
  const Permit may = permit(station, actor, action_of(station, place), {.record = place.record});
  sync::Operation op = write_of(place, value_of_text(station, *place.spec, value));
  station.audit(actor, "task_set", task.ref, "done", std::string(field));
  return station.save(may, place.home, {std::move(op)});
}

std::vector<Conflict> conflicts(Station& station) {
  std::vector<Conflict> found;
  for (sync::FieldRow& row : station.store().conflicts()) {
    const auto waiting = station.store().field(row.record, row.field, sync::Layer::provisional);
    if (waiting && waiting->layer == sync::Layer::provisional && !waiting->conflict)
      continue;  // resolved here, not yet sent
    std::string id = row.record.hex() + "-" + std::to_string(row.field);
    found.push_back({std::move(id), std::move(row)});
  }
  return found;
}

sync::Acknowledge resolve_conflict(Station& station, const Actor& actor, std::string_view id, std::string_view keep,
                                   std::string_view reason) {
  for (const Conflict& c : conflicts(station)) {
    if (c.id != id) continue;
    const Permit may = permit(station, actor, tasks::Action::resolve_conflict, {.record = c.row.record});
    const auto record = station.store().record(c.row.record, sync::Layer::provisional);
    const sync::FieldSpec* spec = station.schema().field(record->type, c.row.field);
    if (spec->kind == sync::FieldKind::events)
      throw refused("not_settable", "A status is resolved by the next event.", "Record the event that is true.");
    sync::Value chosen;
    if (keep == "mine" || keep == "theirs") {
      std::vector<sync::Value> fitting;
      for (const sync::VersionId& head : c.row.heads) {
        const auto v = station.store().version(head);
        if (v && (v->organisation == station.organisation()) == (keep == "mine")) fitting.push_back(v->value);
      }
      std::sort(fitting.begin(), fitting.end());
      fitting.erase(std::unique(fitting.begin(), fitting.end()), fitting.end());
      if (fitting.size() != 1)
        throw refused("ambiguous_keep", "There is not exactly one such value.", "Give the value itself to --keep.");
      chosen = fitting.front();
    } else {
      chosen = value_of_text(station, *spec, keep);
    }
    const std::string said = tasks::to_nfc(reason);
    const bool other = keep != "mine" && keep != "theirs";
    if (!tasks::is_clean_utf8(said) || !tasks::resolves(spec->name, {actor.name, said, other, keep}))
      throw refused("reason_missing", "Whoever settles \"" + spec->name + "\" says why (R62).",
                    "Give it with --reason.");
    std::vector<sync::Operation> operations{write_of({c.row.record, c.row.home, spec}, std::move(chosen))};
    const sync::FieldSpec* notes = station.schema().field(record->type, "notes");
    if (notes != nullptr && notes->kind == sync::FieldKind::log && !said.empty())
      operations.push_back(write_of({c.row.record, c.row.home, notes}, sync::Value::text(spec->name + ": " + said)));
    station.audit(actor, "conflict_resolve", std::string(id), "done", said);
    return station.save(may, c.row.home, std::move(operations));
  }
  throw refused("unknown_conflict", "There is no open conflict of this id.", "See `conflicts list`.");
}

std::vector<sync::VersionRow> explain(Station& station, std::string_view record, std::string_view field) {
  if (const auto id = sync::RecordId::parse(record)) {
    const auto row = station.store().record(*id, sync::Layer::provisional);
    if (const auto left = sync::left_home(station.store(), *id); !row && left)
      throw refused("record_left",
                    "This record left the scope of this body; the last news of it is of " + rfc3339(left->left_ms) +
                        ". What was kept here is erased.",
                    "Ask the hub's office.");
    if (!row) throw refused("unknown_record", "There is no such record here.", "Check the id.");
    const sync::FieldSpec* spec = station.schema().field(row->type, field);
    if (spec == nullptr)
      throw refused("unknown_field", "There is no field of this name on this record.", "Check the name.");
    return station.store().all_versions(*id, spec->field);
  }
  const TaskView task = task_named(station, record);
  std::vector<sync::VersionRow> found;
  const auto* on_assignment = station.schema().field(static_cast<std::uint16_t>(RecordType::assignment), field);
  const auto* on_task = station.schema().field(static_cast<std::uint16_t>(RecordType::task), field);
  if (on_assignment == nullptr && on_task == nullptr)
    throw refused("unknown_field", "There is no field of this name on tasks and assignments.", "Check the name.");
  if (on_assignment) {
    for (const AssignmentView& a : task.assignments)
      for (sync::VersionRow& v : station.store().all_versions(a.id, on_assignment->field))
        found.push_back(std::move(v));
  }
  if (on_task)
    for (sync::VersionRow& v : station.store().all_versions(task.id, on_task->field)) found.push_back(std::move(v));
  return found;
}

HonestCounts honest_counts(Station& station) {
  HonestCounts counts;
  counts.to_approve = Drafts(station.connection()).in_state(DraftState::to_approve).size();
  const auto own = station.store().logs();
  for (const sync::LogRow& log : own) {
    if (!log.own) continue;
    station.store().each_changeset(log.log, log.receipted_seq + 1, [&](const sync::ChangesetRow& row) {
      const auto header = sync::decode_header(row.bytes.header);
      // What the program signs by itself, and the person record that a first save brings along, is nobody's item.
      const bool items =
          header && !header->person.is_zero() && row.home.bytes != header->person.bytes && row.hub_seq == 0;
      if (items) ++(row.sent ? counts.waiting_receipt : counts.to_send);
      return true;
    });
  }
  return counts;
}

}  // namespace tram::station
