// The record schema that node and hub hand to `sync` as one value: which records, fields and status events exist, how
// each merges and who may write it. This file owns the look-ups and proves the tables sound while compiling; the rows
// stand in record_fields.h and record_events.h. It leaves encoding, folding and policy rows to others.
#pragma once
#include <optional>

#include "tasks/record_events.h"
#include "tasks/record_fields.h"
#include "tasks/record_types.h"

namespace tram::tasks {

// Places in the tables; the size of the table for what does not exist. The proofs below use these and not pointers:
// under -fsanitize=undefined g++ 12 does not compare a pointer with nullptr while compiling (GCC bug 71962).
constexpr std::size_t record_index(RecordType type) {
  std::size_t i = 0;
  while (i < kRecords.size() && kRecords[i].type != type) ++i;
  return i;
}
constexpr std::size_t field_index(RecordType type, std::uint16_t field) {
  std::size_t i = 0;
  while (i < kFields.size() && !(kFields[i].type == type && kFields[i].field == field)) ++i;
  return i;
}
constexpr std::size_t field_index(RecordType type, std::string_view name) {
  std::size_t i = 0;
  while (i < kFields.size() && !(kFields[i].type == type && kFields[i].name == name)) ++i;
  return i;
}
constexpr std::size_t event_index(RecordType type, std::uint16_t field, std::uint16_t event) {
  std::size_t i = 0;
  while (i < kEvents.size() && !(kEvents[i].type == type && kEvents[i].field == field && kEvents[i].event == event))
    ++i;
  return i;
}
constexpr std::size_t event_index(RecordType type, std::uint16_t field, std::string_view name) {
  std::size_t i = 0;
  while (i < kEvents.size() && !(kEvents[i].type == type && kEvents[i].field == field && kEvents[i].name == name)) ++i;
  return i;
}

// The same as rows, which live as long as the program; nullptr for what does not exist.
template <class Table>
constexpr auto row_at(const Table& table, std::size_t index) -> decltype(table.data()) {
  return index < table.size() ? table.data() + index : nullptr;
}
constexpr const RecordRow* find_record(RecordType type) {
  return row_at(kRecords, record_index(type));
}
constexpr const RecordRow* find_record(std::string_view name) {
  for (const RecordRow& row : kRecords)
    if (row.name == name) return &row;
  return nullptr;
}
constexpr const FieldRow* find_field(RecordType type, std::uint16_t field) {
  return row_at(kFields, field_index(type, field));
}
constexpr const FieldRow* find_field(RecordType type, std::string_view name) {
  return row_at(kFields, field_index(type, name));
}
constexpr const EventRow* find_event(RecordType type, std::uint16_t field, std::uint16_t event) {
  return row_at(kEvents, event_index(type, field, event));
}
constexpr const EventRow* find_event(RecordType type, std::uint16_t field, std::string_view name) {
  return row_at(kEvents, event_index(type, field, name));
}

// Numbers by name while compiling: `field_number(RecordType::task, "deadline")`. A name that does not exist does not
// compile, so no number is written twice.
consteval std::uint16_t field_number(RecordType type, std::string_view name) {
  return kFields[field_index(type, name)].field;
}
consteval std::uint16_t event_number(RecordType type, std::string_view name) {
  return kEvents[event_index(type, kFields[field_index(type, "state")].field, name)].event;
}

// Is `event` legal when `state` (an event number, 0 for none yet) is the state it was made in?
constexpr bool legal_transition(const EventRow& event, std::uint16_t state) {
  return state < 32 && ((event.legal_from >> state) & 1U) != 0;
}

// The event that the program itself appends when it takes in `event` (decisions 3), if there is one.
constexpr std::optional<std::uint16_t> automatic_event(RecordType type, std::uint16_t field, std::uint16_t event) {
  for (const AutomaticEvent& row : kAutomaticEvents)
    if (row.type == type && row.field == field && row.on_event == event) return row.emits;
  return std::nullopt;
}

// A field whose writer is not "all" is guarded: operations on it carry auth_base (sync design, section 3).
constexpr bool is_guarded(const FieldRow& row) {
  return (row.writers & writer::all) == 0;
}

namespace schema_proof {
constexpr bool fields_are_unique() {
  for (std::size_t i = 0; i < kFields.size(); ++i)
    for (std::size_t j = i + 1; j < kFields.size(); ++j)
      if (kFields[i].type == kFields[j].type &&
          (kFields[i].field == kFields[j].field || kFields[i].name == kFields[j].name))
        return false;
  return true;
}
constexpr bool events_are_unique() {
  for (std::size_t i = 0; i < kEvents.size(); ++i)
    for (std::size_t j = i + 1; j < kEvents.size(); ++j)
      if (kEvents[i].type == kEvents[j].type && kEvents[i].field == kEvents[j].field &&
          (kEvents[i].event == kEvents[j].event || kEvents[i].name == kEvents[j].name ||
           kEvents[i].precedence == kEvents[j].precedence))
        return false;
  return true;
}
// Every event belongs to a status field, is written by none but that field's writers, and starts from known states.
constexpr bool events_fit_their_fields() {
  for (const EventRow& row : kEvents) {
    const std::size_t at = field_index(row.type, row.field);
    if (at == kFields.size() || kFields[at].kind != field_kind::events || row.event == 0 || row.event > 31)
      return false;
    if ((row.writers & ~kFields[at].writers) != 0 && (kFields[at].writers & writer::all) == 0) return false;
    for (std::uint16_t state = 1; state < 32; ++state)
      if (legal_transition(row, state) && event_index(row.type, row.field, state) == kEvents.size()) return false;
  }
  return true;
}
constexpr bool automatic_events_exist() {
  for (const AutomaticEvent& row : kAutomaticEvents) {
    const std::size_t emitted = event_index(row.type, row.field, row.emits);
    if (emitted == kEvents.size() || !legal_transition(kEvents[emitted], row.on_event)) return false;
  }
  return true;
}
// A relation is granted by authority fields only; records of the directory have no fields that merge.
constexpr bool fields_fit_their_records() {
  for (const FieldRow& row : kFields) {
    const std::size_t record = record_index(row.type);
    if (record == kRecords.size() || row.field == 0 || row.writers == 0) return false;
    if (kRecords[record].home == Home::directory) return false;
    if ((row.grants != 0) != (row.kind == field_kind::authority)) return false;
    if (kRecords[record].open_zone_only && !row.open_zone_only) return false;
  }
  return true;
}
}  // namespace schema_proof

static_assert(schema_proof::fields_are_unique());
static_assert(schema_proof::events_are_unique());
static_assert(schema_proof::events_fit_their_fields());
static_assert(schema_proof::automatic_events_exist());
static_assert(schema_proof::fields_fit_their_records());

}  // namespace tram::tasks
