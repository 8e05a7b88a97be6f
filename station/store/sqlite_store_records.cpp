// Records, fields, homes and scopes. Reading the provisional layer falls back to the confirmed one, row by row.
#include "station/store/row_columns.h"
#include "station/store/sqlite_store.h"

namespace tram::station {

using namespace sync;

// Found by the row templates through their argument Select, hence not in an unnamed namespace.
static Select& operator>>(Select& s, RecordRow& r) {
  return s >> r.id >> r.layer >> r.type >> r.home >> r.parent >> r.owner >> r.creator >> r.changeset;
}

static Select& operator>>(Select& s, FieldRow& r) {
  return s >> r.record >> r.field >> r.layer >> r.home >> r.value >> r.winner >> r.event >> r.heads >> r.conflict;
}

static Select& operator>>(Select& s, HomeRow& r) {
  return s >> r.home >> r.type >> r.auth_head >> r.hub_epoch >> r.hub_seq >> r.disputed >> r.poisoned >> r.digest;
}

static Select& operator>>(Select& s, ScopeRow& r) {
  return s >> r.home >> r.organisation >> r.from_seq >> r.to_seq;
}

std::optional<RecordRow> SqliteStore::record(const RecordId& id, Layer layer) {
  return one<RecordRow>({connection_, "record.get", id, layer});
}

void SqliteStore::put_record(const RecordRow& r) {
  change(connection_, "record.put", r.id, r.layer, r.type, r.home, r.parent, r.owner, r.creator, r.changeset);
}

std::vector<RecordRow> SqliteStore::records_of_type(std::uint16_t type, Layer layer) {
  return all<RecordRow>({connection_, "record.of_type", type, layer});
}

std::vector<RecordId> SqliteStore::ids_of_type(std::uint16_t type) {
  return all<RecordId>({connection_, "record.ids_of_type", type});
}

std::vector<RecordRow> SqliteStore::records_of_home(const RecordId& home, Layer layer) {
  return all<RecordRow>({connection_, "record.of_home", home, layer});
}

std::optional<FieldRow> SqliteStore::field(const RecordId& record, std::uint16_t field, Layer layer) {
  return one<FieldRow>({connection_, "field.get", record, field, layer});
}

void SqliteStore::put_field(const FieldRow& r) {
  change(connection_, "field.put", r.record, r.field, r.layer, r.home, r.value.encode(), r.winner, r.event,
         joined(r.heads), r.conflict);
}

std::vector<FieldRow> SqliteStore::fields(const RecordId& record, Layer layer) {
  return all<FieldRow>({connection_, "field.of_record", record, layer});
}

std::vector<FieldRow> SqliteStore::fields_of_home(const RecordId& home) {
  return all<FieldRow>({connection_, "field.of_home", home});
}

std::vector<FieldRow> SqliteStore::conflicts() {
  return all<FieldRow>({connection_, "field.conflicts"});
}

std::optional<HomeRow> SqliteStore::home(const RecordId& home) {
  return one<HomeRow>({connection_, "home.get", home});
}

void SqliteStore::put_home(const HomeRow& r) {
  change(connection_, "home.put", r.home, r.type, r.auth_head, r.hub_epoch, r.hub_seq, r.disputed, r.poisoned,
         r.digest);
}

std::vector<HomeRow> SqliteStore::marked_homes() {
  return all<HomeRow>({connection_, "home.marked"});
}

std::vector<HomeRow> SqliteStore::homes() {
  return all<HomeRow>({connection_, "home.all"});
}

std::vector<HomeRow> SqliteStore::homes_after(const RecordId& home, std::size_t at_most) {
  return all<HomeRow>({connection_, "home.after", home, at_most});
}

std::vector<ScopeRow> SqliteStore::scope(const RecordId& home) {
  return all<ScopeRow>({connection_, "scope.of_home", home});
}

void SqliteStore::put_scope(const ScopeRow& r) {
  change(connection_, "scope.put", r.home, r.organisation, r.from_seq, r.to_seq);
}

std::vector<RecordId> SqliteStore::homes_in_scope(const OrganisationId& organisation) {
  return all<RecordId>({connection_, "scope.homes", organisation});
}

}  // namespace tram::station
