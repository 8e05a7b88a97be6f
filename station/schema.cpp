#include "station/schema.h"

#include "tasks/record_schema.h"

namespace tram::station {
namespace {

using sync::Role;
using sync::role_bit;

constexpr std::uint32_t bits(std::initializer_list<Role> roles) {
  std::uint32_t found = 0;
  for (const Role r : roles) found |= role_bit(r);
  return found;
}

sync::ValueKind value_kind(tasks::ValueType type) {
  using tasks::ValueType;
  switch (type) {
    case ValueType::text:
      return sync::ValueKind::text;
    case ValueType::i64:
      return sync::ValueKind::integer;
    case ValueType::bytes:
      return sync::ValueKind::bytes;
    case ValueType::id:
      return sync::ValueKind::id;
    case ValueType::date:
      return sync::ValueKind::date;
    case ValueType::moment:
      return sync::ValueKind::moment;
    case ValueType::id_list:
      return sync::ValueKind::id_list;
    case ValueType::opaque:
      return sync::ValueKind::structure;
  }
  return sync::ValueKind::absent;
}

sync::ScopePart part_of(const tasks::FieldRow& row) {
  using sync::ScopePart;
  if (row.grants == tasks::writer::asg) return ScopePart::assigning;
  if (row.grants == tasks::writer::imp) return ScopePart::implementing;
  if (row.grants == tasks::writer::fol) return ScopePart::follow_up;
  if (row.name == "coordinating_bodies") return ScopePart::coordinating;
  if (row.name == "receiving_bodies") return ScopePart::receiving;
  if (row.name == "written_by") return ScopePart::written_by;
  return ScopePart::none;
}

// What a body has to do, and by what order, goes before what hangs on its answers.
sync::AttachmentSpec attachment_spec() {
  using tasks::field_number;
  using tasks::RecordType;
  sync::AttachmentSpec spec;
  spec.type = static_cast<std::uint16_t>(RecordType::attachment);
  spec.size = field_number(RecordType::attachment, "size");
  spec.chunk_list = field_number(RecordType::attachment, "chunk_list");
  spec.state = field_number(RecordType::attachment, "state");
  spec.withdrawn = tasks::event_number(RecordType::attachment, "withdrawn");
  spec.urgent = {static_cast<std::uint16_t>(RecordType::document), static_cast<std::uint16_t>(RecordType::task)};
  return spec;
}

}  // namespace

sync::Schema record_schema(sync::ZoneKind zone) {
  const bool closed = zone == sync::ZoneKind::closed;
  sync::Schema schema;
  for (const tasks::RecordRow& row : tasks::kRecords) {
    if (row.home == tasks::Home::directory || (closed && row.open_zone_only)) continue;
    schema.add_type(static_cast<std::uint16_t>(row.type), row.creators, std::string(row.name));
  }
  for (const tasks::FieldRow& row : tasks::kFields) {
    if (closed && row.open_zone_only) continue;
    sync::FieldSpec spec;
    spec.type = static_cast<std::uint16_t>(row.type);
    spec.field = row.field;
    spec.kind = static_cast<sync::FieldKind>(row.kind);
    spec.writers = row.writers;
    spec.value = value_kind(row.value);
    spec.part = part_of(row);
    spec.name = row.name;
    schema.add(std::move(spec));
  }
  for (const tasks::EventRow& row : tasks::kEvents) {
    sync::EventSpec spec;
    spec.type = static_cast<std::uint16_t>(row.type);
    spec.field = row.field;
    spec.event = row.event;
    spec.precedence = row.precedence;
    spec.writers = row.writers;
    spec.legal_after = row.legal_from;
    spec.name = row.name;
    schema.add(std::move(spec));
  }
  for (const tasks::AutomaticEvent& row : tasks::kAutomaticEvents)
    schema.add(sync::AutomaticEvent{static_cast<std::uint16_t>(row.type), row.field, row.on_event, row.emits});
  if (!closed) schema.set_attachment(attachment_spec());
  return schema;
}

sync::Policy record_policy(const sync::Schema& schema) {
  // Which roles of persons may act for each relation, in the order hub, asg, imp, fol, ins, own, all.
  sync::PolicyRoles roles;
  roles.by_relation[0] = bits({Role::hub_office});
  roles.by_relation[1] = bits({Role::hub_office, Role::operator_, Role::approver});
  roles.by_relation[2] = bits({Role::operator_, Role::approver});
  roles.by_relation[3] = bits({Role::follow_up, Role::hub_office});
  roles.by_relation[4] = bits({Role::inspector});
  roles.by_relation[5] = bits({Role::operator_, Role::approver, Role::follow_up, Role::inspector, Role::site_admin,
                               Role::hub_office, Role::hub_operator, Role::hub_security});
  roles.by_relation[6] = bits({Role::operator_, Role::approver, Role::follow_up, Role::inspector, Role::hub_office});
  // What a second person approves (R27, R51): a progress update and all it says of its assignment, feedback, reports.
  using tasks::RecordType;
  constexpr auto kAssignment = static_cast<std::uint16_t>(RecordType::assignment);
  constexpr auto kReport = static_cast<std::uint16_t>(RecordType::report);
  const auto field = [](std::string_view name) { return tasks::find_field(RecordType::assignment, name)->field; };
  const std::uint16_t state = field("state");
  const auto event = [&](std::string_view name) {
    return tasks::find_event(RecordType::assignment, state, name)->event;
  };
  const std::uint16_t report_state = tasks::find_field(RecordType::report, "state")->field;
  const std::vector<std::array<std::uint16_t, 3>> second_person = {
      {static_cast<std::uint16_t>(RecordType::progress_update), 0, 0},
      {static_cast<std::uint16_t>(RecordType::feedback), 0, 0},
      {kAssignment, field("percent"), 0},
      {kAssignment, field("result"), 0},
      {kAssignment, field("completion_date"), 0},
      {kAssignment, state, event("started")},
      {kAssignment, state, event("done")},
      {kReport, report_state, tasks::find_event(RecordType::report, report_state, "approved")->event},
  };
  return sync::shipped_policy(schema, roles, second_person);
}

std::uint32_t site_role_ceiling() {
  return bits({Role::viewer, Role::operator_, Role::approver, Role::follow_up, Role::inspector, Role::site_admin,
               Role::auditor});
}

std::uint32_t hub_role_ceiling() {
  return bits({Role::viewer, Role::follow_up, Role::inspector, Role::auditor, Role::hub_office, Role::hub_operator,
               Role::hub_security});
}

}  // namespace tram::station
