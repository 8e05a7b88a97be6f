// Versions: what every operation on a field said, and what became of it.
#include "station/store/row_columns.h"
#include "station/store/sqlite_store.h"

namespace tram::station {

using namespace sync;

// Found by the row templates through their argument Select, hence not in an unnamed namespace.
static Select& operator>>(Select& s, VersionRow& r) {
  return s >> r.id >> r.layer >> r.record >> r.home >> r.field >> r.kind >> r.value >> r.seen >> r.event >>
         r.base_event >> r.rank >> r.effective_ms >> r.hub_epoch >> r.hub_seq >> r.operation >> r.changeset >>
         r.person >> r.organisation >> r.written_ms >> r.hub_time_ms >> r.verdict >> r.reason >> r.superseded >>
         r.concurrent;
}

std::optional<VersionRow> SqliteStore::version(const VersionId& id) {
  return one<VersionRow>({connection_, "version.get", id});
}

void SqliteStore::put_version(const VersionRow& r) {
  change(connection_, "version.put", r.id, r.layer, r.record, r.home, r.field, r.kind, r.value.encode(), joined(r.seen),
         r.event, r.base_event, r.rank, r.effective_ms, r.hub_epoch, r.hub_seq, r.operation, r.changeset, r.person,
         r.organisation, r.written_ms, r.hub_time_ms, r.verdict, r.reason, r.superseded, r.concurrent);
}

void SqliteStore::set_superseded(const VersionId& id) {
  change(connection_, "version.remember_superseded", id);
  change(connection_, "version.set_superseded", id);
}

bool SqliteStore::superseded(const VersionId& id) {
  return count(connection_, "version.superseded", id) != 0;
}

std::vector<VersionRow> SqliteStore::live_versions(const RecordId& record, std::uint16_t field) {
  return all<VersionRow>({connection_, "version.live", record, field});
}

std::vector<VersionRow> SqliteStore::all_versions(const RecordId& record, std::uint16_t field) {
  return all<VersionRow>({connection_, "version.of_field", record, field});
}

std::vector<VersionRow> SqliteStore::versions_of_home(const RecordId& home) {
  return all<VersionRow>({connection_, "version.of_home", home});
}

std::vector<VersionRow> SqliteStore::versions_with_verdict(Verdict verdict) {
  // Proposals and quarantine have an index of their own; SQLite uses it only if the statement says that they are meant.
  if (verdict == Verdict::admitted) return all<VersionRow>({connection_, "version.with_verdict_admitted"});
  return all<VersionRow>({connection_, "version.with_verdict", verdict});
}

void SqliteStore::delete_provisional(const RecordId& home) {
  change(connection_, "version.delete_provisional", home);
  change(connection_, "field.delete_provisional", home);
  change(connection_, "record.delete_provisional", home);
}

void SqliteStore::delete_confirmed(const RecordId& home) {
  change(connection_, "version.forget_superseded", home);
  change(connection_, "version.delete_confirmed", home);
  change(connection_, "field.delete_confirmed", home);
  change(connection_, "record.delete_confirmed", home);
  change(connection_, "home.delete", home);
}

}  // namespace tram::station
