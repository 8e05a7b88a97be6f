// Attachments - files, their lists of chunks, the chunks - and the parts of changesets.
#include "station/store/row_columns.h"
#include "station/store/sqlite_store.h"

namespace tram::station {

using namespace sync;

// Found by the row templates through their argument Select, hence not in an unnamed namespace.
static Select& operator>>(Select& s, FileRow& r) {
  return s >> r.attachment >> r.home >> r.owner >> r.creator >> r.changeset >> r.size >> r.chunks >> r.missing >>
         r.rank >> r.state >> r.there >> r.answer >> r.idle >> r.settled >> r.turn >> r.touched_ms;
}

std::optional<FileRow> SqliteStore::file(const RecordId& attachment) {
  return one<FileRow>({connection_, "file.get", attachment});
}

void SqliteStore::put_file(const FileRow& r) {
  change(connection_, "file.put", r.attachment, r.home, r.owner, r.creator, r.changeset, r.size, r.chunks, r.rank,
         r.state, r.there, r.answer, r.idle, r.settled, r.turn, r.touched_ms);
}

void SqliteStore::put_chunk_list(const RecordId& attachment, const std::vector<Hash>& chunks) {
  std::uint32_t place = 0;
  for (const Hash& id : chunks) change(connection_, "chunk_list.put", place++, id, attachment);
  change(connection_, "file.count_missing", attachment);
}

std::vector<Hash> SqliteStore::chunk_list(const RecordId& attachment) {
  return all<Hash>({connection_, "chunk_list.get", attachment});
}

std::vector<std::uint32_t> SqliteStore::chunks_here(const RecordId& attachment) {
  return all<std::uint32_t>({connection_, "chunk_list.here", attachment});
}

std::vector<FileRow> SqliteStore::files_of_home(const RecordId& home) {
  return all<FileRow>({connection_, "file.of_home", home});
}

std::vector<FileRow> SqliteStore::files_of_changeset(const Hash& changeset) {
  return all<FileRow>({connection_, "file.of_changeset", changeset});
}

std::vector<FileRow> SqliteStore::files_under_way(std::size_t at_most) {
  return all<FileRow>({connection_, "file.under_way", at_most});
}

std::vector<FileRow> SqliteStore::files_in_turn(std::size_t at_most) {
  return all<FileRow>({connection_, "file.in_turn", at_most});
}

std::vector<FileRow> SqliteStore::files_missing(const OrganisationId& organisation, std::size_t at_most) {
  return all<FileRow>({connection_, "file.missing_in_scope", organisation, at_most});
}

std::uint64_t SqliteStore::attached_bytes(const OrganisationId& owner) {
  return count(connection_, "file.attached_bytes", owner);
}

std::uint64_t SqliteStore::unfinished_chunks(const OrganisationId& owner) {
  return count(connection_, "file.unfinished_chunks", owner);
}

std::optional<Bytes> SqliteStore::chunk(const RecordId& home, const Hash& id) {
  return one<Bytes>({connection_, "chunk.get", home, id});
}

bool SqliteStore::has_chunk(const RecordId& home, const Hash& id) {
  return count(connection_, "chunk.has", home, id) != 0;
}

std::vector<FileRow> SqliteStore::files_lacking(const RecordId& home, const Hash& id) {
  return all<FileRow>({connection_, "file.lacking", home, id});
}

void SqliteStore::put_chunk(const RecordId& home, const Hash& id, ByteView bytes, std::uint64_t now_ms) {
  if (change(connection_, "chunk.put", home, id, now_ms, bytes) == 0) return;  // known already
  change(connection_, "chunk.counts", home, id, now_ms);
}

// Found first and deleted one by one: a nested statement would be deeper than an expression may be here.
static std::size_t delete_chunks(Connection& connection, const std::vector<std::int64_t>& rows) {
  for (const std::int64_t row : rows) change(connection, "chunk.delete", row);
  return rows.size();
}

void SqliteStore::drop_contents(const RecordId& attachment) {
  delete_chunks(connection_,
                all<std::int64_t>({connection_, "chunk.of_file_alone", attachment, limits::kChunksPerFile}));
  change(connection_, "chunk_list.drop", attachment);
  change(connection_, "file.count_missing", attachment);
}

void SqliteStore::delete_files(const RecordId& home) {
  for (const FileRow& file : files_of_home(home)) change(connection_, "chunk_list.drop", file.attachment);
  change(connection_, "file.delete_of_home", home);
  change(connection_, "chunk.delete_of_home", home);
}

std::size_t SqliteStore::drop_unreferenced_chunks(std::uint64_t before_ms, std::size_t at_most) {
  return delete_chunks(connection_, all<std::int64_t>({connection_, "chunk.unreferenced", bound(before_ms), at_most}));
}

// One file after another: what it loses must be counted as missing again.
std::size_t SqliteStore::drop_unfinished_chunks(std::uint64_t before_ms, std::size_t at_most) {
  std::size_t dropped = 0;
  while (dropped < at_most) {
    const auto quiet = one<RecordId>({connection_, "file.gone_quiet", bound(before_ms)});
    if (!quiet) break;
    const auto gone =
        delete_chunks(connection_, all<std::int64_t>({connection_, "chunk.of_file_alone", *quiet, at_most - dropped}));
    change(connection_, "file.count_missing", *quiet);
    if (gone == 0) change(connection_, "file.touch", before_ms, *quiet);  // all that is here is of other files, too
    dropped += gone;
  }
  return dropped;
}

void SqliteStore::put_part(const PartRow& r) {
  change(connection_, "part.put", r.sender, r.index, r.changeset, r.total, r.bytes);
}

std::optional<PartsRow> SqliteStore::parts(const DeviceId& sender) {
  Select select(connection_, "part.of_sender", sender);
  std::optional<PartsRow> found;
  while (select.step()) {
    if (!found) found.emplace();
    select >> found->changeset >> found->total >> found->there.emplace_back();
  }
  return found;
}

Bytes SqliteStore::part(const DeviceId& sender, std::uint32_t index) {
  return one<Bytes>({connection_, "part.get", sender, index}).value_or(Bytes());
}

void SqliteStore::drop_parts(const DeviceId& sender) {
  change(connection_, "part.drop", sender);
}

}  // namespace tram::station
