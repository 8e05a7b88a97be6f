#include "station/act/change_builder.h"

#include <algorithm>

#include "station/task_view.h"

namespace tram::station {
namespace {

using sync::Operation;
using sync::OperationKind;
using sync::Value;
using tasks::RecordType;

std::uint16_t number(RecordType type) {
  return static_cast<std::uint16_t>(type);
}

const tasks::FieldRow& row_of(RecordType type, std::string_view field) {
  const tasks::FieldRow* row = tasks::find_field(type, field);
  if (row == nullptr) throw std::logic_error("no field " + std::string(field));
  return *row;
}

OperationKind kind_of(char field_kind) {
  if (field_kind == tasks::field_kind::set) return OperationKind::set_add;
  if (field_kind == tasks::field_kind::log) return OperationKind::log_append;
  if (field_kind == tasks::field_kind::authority) return OperationKind::authority_change;
  return OperationKind::field_set;
}

Value value_of(const ActContext& act, tasks::ValueType type, const std::string& text) {
  switch (type) {
    case tasks::ValueType::i64:
      return Value::integer(std::strtoll(text.c_str(), nullptr, 10));
    case tasks::ValueType::date:
      return Value(Value::Variant(
          sync::CivilDate{static_cast<std::int32_t>(tasks::parse_date(text)->time_since_epoch().count())}));
    case tasks::ValueType::moment:
      return Value(
          Value::Variant(sync::ZonedMoment{tasks::parse_moment(text)->time_since_epoch().count() * 1000, 420}));
    case tasks::ValueType::id:
      if (const auto record = sync::RecordId::parse(text)) return Value::id(*record);
      return Value::id(act.station.directory().organisation(text)->id);
    default:
      return Value::text(text);
  }
}

}  // namespace

ChangeBuilder::ChangeBuilder(Station& station, RecordType type) : station_(station) {
  Operation create = station.create_record(number(type));
  change_.home = create.record;
  made_.push_back(create.record);
  change_.operations.push_back(std::move(create));
}

sync::RecordId ChangeBuilder::create(RecordType type) {
  if (!station_.schema().types().contains(number(type)))
    throw refused("no_place_in_zone", "This zone has no place for such a record (R8).",
                  "Use the way meant for its class.");
  Operation create = station_.create_record(number(type), change_.home);
  const sync::RecordId record = create.record;
  made_.push_back(record);
  change_.operations.push_back(std::move(create));
  return record;
}

void ChangeBuilder::set(const sync::RecordId& record, RecordType type, std::string_view field, Value value) {
  if (const auto* text = value.get<std::string>(); text != nullptr && text->empty()) return;
  const tasks::FieldRow& row = row_of(type, field);
  if (station_.schema().field(number(type), row.field) == nullptr)
    throw refused("no_place_in_zone", "This zone has no place for \"" + std::string(field) + "\" (R8).",
                  "Leave it out; send it on the way meant for its class.");
  Operation op;
  op.kind = kind_of(row.kind);
  op.record = record;
  op.field = row.field;
  op.value = std::move(value);
  change_.operations.push_back(std::move(op));
}

void ChangeBuilder::set_entry(const ActContext& act, const sync::RecordId& record, RecordType type,
                              std::string_view name, std::string_view as) {
  if (!act.entry.has(name)) return;
  const std::string_view field = as.empty() ? name : as;
  set(record, type, field, value_of(act, row_of(type, field).value, act.entry.text(name)));
}

void ChangeBuilder::event(const sync::RecordId& record, RecordType type, std::string_view name) {
  const tasks::FieldRow& state = row_of(type, "state");
  const tasks::EventRow* row = tasks::find_event(type, state.field, name);
  if (row == nullptr) throw std::logic_error("no event " + std::string(name));
  const bool is_new = std::find(made_.begin(), made_.end(), record) != made_.end();
  const std::uint16_t before = is_new ? 0 : Fields(station_, record).event(state.field);
  if (!tasks::legal_transition(*row, before)) {
    const std::string_view now = state_of(station_, record, type);
    throw wrong_state("wrong_state",
                      "This " + std::string(tasks::find_record(type)->name) + " is " +
                          (now.empty() ? "new" : std::string(now)) + ", so it cannot become " + std::string(name) + ".",
                      "Look at its history.");
  }
  Operation op;
  op.kind = OperationKind::status_event;
  op.record = record;
  op.field = state.field;
  op.event = row->event;
  change_.operations.push_back(std::move(op));
}

std::string_view state_of(Station& station, const sync::RecordId& record, RecordType type) {
  const tasks::FieldRow& state = row_of(type, "state");
  const auto* event = tasks::find_event(type, state.field, Fields(station, record).event(state.field));
  return event == nullptr ? std::string_view() : event->name;
}

std::size_t count_in(Station& station, const sync::RecordId& home, RecordType type) {
  std::size_t found = 0;
  for (const auto& row : station.store().records_of_home(home, sync::Layer::provisional))
    found += row.type == number(type) ? 1 : 0;
  return found;
}

std::optional<sync::RecordId> newest_in(Station& station, const sync::RecordId& home, RecordType type) {
  std::optional<std::pair<std::uint64_t, sync::RecordId>> newest;
  for (const auto& row : station.store().records_of_home(home, sync::Layer::provisional)) {
    if (row.type != number(type)) continue;
    const auto changeset = station.store().changeset(row.changeset);
    if (!changeset) continue;
    const auto header = sync::decode_header(changeset->bytes.header);
    const std::pair candidate{header ? header->written_ms() : 0, row.id};
    if (!newest || candidate > *newest) newest = candidate;
  }
  return newest ? std::optional(newest->second) : std::nullopt;
}

sync::RecordId home_of(Station& station, const sync::RecordId& record) {
  const auto row = station.store().record(record, sync::Layer::provisional);
  if (!row) throw refused("unknown_record", "There is no such record here.", "Check the id.");
  return row->home;
}

}  // namespace tram::station
