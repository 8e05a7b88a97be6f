// Receipts, streams with their entries and snapshots, and the directory.
#include "station/store/row_columns.h"
#include "station/store/sqlite_store.h"

namespace tram::station {

using namespace sync;

// Found by the row templates through their argument Select, hence not in an unnamed namespace.
static Select& operator>>(Select& s, ReceiptRow& r) {
  return s >> r.hub_epoch >> r.hub_seq >> r.changeset >> r.log >> r.home >> r.hub_time_ms >> r.bytes;
}

static Select& operator>>(Select& s, StreamRow& r) {
  return s >> r.id >> r.kind >> r.owner >> r.hub_epoch >> r.seq >> r.chain >> r.signed_head >> r.digest;
}

static Select& operator>>(Select& s, EntryRow& r) {
  return s >> r.stream >> r.seq >> r.type >> r.payload >> r.chain >> r.changeset;
}

static Select& operator>>(Select& s, SnapshotRow& r) {
  return s >> r.stream >> r.manifest >> r.signature >> r.next_seq >> r.tail_seq >> r.tail >> r.homes >> r.touched_ms;
}

static Select& operator>>(Select& s, DirectoryRow& r) {
  return s >> r.version >> r.hash >> r.bytes;
}

std::optional<ReceiptRow> SqliteStore::receipt(std::uint32_t epoch, std::uint64_t hub_seq) {
  return one<ReceiptRow>({connection_, "receipt.get", epoch, hub_seq});
}

void SqliteStore::put_receipt(const ReceiptRow& r) {
  change(connection_, "receipt.put", r.hub_epoch, r.hub_seq, r.changeset, r.log, r.home, r.hub_time_ms, r.bytes);
}

std::vector<ReceiptRow> SqliteStore::receipts_of_home(const RecordId& home) {
  return all<ReceiptRow>({connection_, "receipt.of_home", home});
}

bool SqliteStore::foreign_receipt_between(const RecordId& home, const LogId& not_log, HubPlace after, HubPlace before) {
  return count(connection_, "receipt.foreign_between", home, not_log, after.epoch, bound(after.seq), before.epoch,
               bound(before.seq)) != 0;
}

void SqliteStore::delete_receipt(HubPlace place) {
  change(connection_, "receipt.delete", place.epoch, place.seq);
}

std::optional<ReceiptRow> SqliteStore::receipt_of_changeset(const Hash& changeset) {
  return one<ReceiptRow>({connection_, "receipt.of_changeset", changeset});
}

std::optional<StreamRow> SqliteStore::stream(const StreamId& id) {
  return one<StreamRow>({connection_, "stream.get", id});
}

void SqliteStore::put_stream(const StreamRow& r) {
  change(connection_, "stream.put", r.id, r.kind, r.owner, r.hub_epoch, r.seq, r.chain, r.signed_head, r.digest);
}

std::vector<StreamRow> SqliteStore::streams() {
  return all<StreamRow>({connection_, "stream.all"});
}

void SqliteStore::put_entry(const EntryRow& r) {
  change(connection_, "entry.put", r.stream, r.seq, r.type, r.payload, r.chain, r.changeset);
}

std::optional<EntryRow> SqliteStore::entry(const StreamId& stream, std::uint64_t seq) {
  return one<EntryRow>({connection_, "entry.get", stream, seq});
}

void SqliteStore::each_entry(const StreamId& stream, std::uint64_t from_seq,
                             const std::function<bool(const EntryRow&)>& visit) {
  for (std::uint64_t from = from_seq; from == bound(from);) {
    const auto row = one<EntryRow>({connection_, "entry.first", stream, from});
    if (!row || !visit(*row)) return;
    from = row->seq + 1;
  }
}

void SqliteStore::delete_entries(const StreamId& stream, std::uint64_t from_seq) {
  change(connection_, "entry.delete_from", stream, bound(from_seq));
}

std::vector<DirectoryRow> SqliteStore::directory(std::uint64_t from_version) {
  return all<DirectoryRow>({connection_, "directory.from", bound(from_version)});
}

void SqliteStore::put_directory(const DirectoryRow& r) {
  change(connection_, "directory.put", r.version, r.hash, r.bytes);
}

std::optional<SnapshotRow> SqliteStore::snapshot(const StreamId& stream) {
  return one<SnapshotRow>({connection_, "snapshot.get", stream});
}

void SqliteStore::put_snapshot(const SnapshotRow& r) {
  change(connection_, "snapshot.put", r.stream, r.manifest, r.signature, r.next_seq, r.tail_seq, r.tail, r.homes,
         r.touched_ms);
}

void SqliteStore::put_snapshot_chunk(const StreamId& stream, std::uint32_t index, ByteView bytes) {
  change(connection_, "snapshot.put_chunk", stream, index, bytes);
}

Bytes SqliteStore::snapshot_chunk(const StreamId& stream, std::uint32_t index) {
  return one<Bytes>({connection_, "snapshot.chunk", stream, index}).value_or(Bytes());
}

std::vector<std::uint32_t> SqliteStore::snapshot_chunks(const StreamId& stream) {
  return all<std::uint32_t>({connection_, "snapshot.chunks", stream});
}

void SqliteStore::drop_snapshot(const StreamId& stream) {
  change(connection_, "snapshot.drop", stream);
  change(connection_, "snapshot.drop_chunks", stream);
}

}  // namespace tram::station
