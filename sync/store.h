// The durable state the engine works on: one open transaction of the program's database. The engine reads and writes
// through it inside a step; the driver commits before it carries out any action (docs/adr/0003). Implemented by
// station/store (SQLite; PostgreSQL comes with the step on scale) and run against the same contract tests.
//
// Every put_* replaces the row with the same key. Rows are small values; blobs are bounded by limits.h. A storage
// failure throws StoreFailure: the driver rolls back, and nothing of the step has happened.
#pragma once
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sync/changeset.h"
#include "sync/receipt.h"
#include "sync/schema.h"

namespace tram::sync {

class StoreFailure : public std::runtime_error {
 public:
  StoreFailure(const std::string& what, bool is_full) : std::runtime_error(what), disk_full(is_full) {}
  bool disk_full;
};

enum class Layer : std::uint8_t { confirmed = 0, provisional = 1 };

struct LogRow {
  LogId log;  // key
  DeviceId device;
  std::uint64_t incarnation = 0;
  std::uint64_t head_seq = 0;       // highest contiguous seq stored
  Hash head_hash{};                 // its changeset hash; zero at 0
  std::uint64_t receipted_seq = 0;  // hub: receipted frontier; site: receipts seen for this log
  Hash receipted_hash{};
  bool own = false;
  bool closed = false;  // a later incarnation took over
  std::uint64_t last_written_at = 0;
  Anchor anchor;  // newest anchor stated in this log
};

enum class ChangesetState : std::uint8_t { waiting = 0, receipted = 1, fork = 2 };
struct ChangesetRow {
  Hash hash{};  // key; (log, seq) is unique among states 0 and 1
  LogId log;
  std::uint64_t seq = 0;
  RecordId home;
  ChangesetState state = ChangesetState::waiting;
  std::uint64_t hub_seq = 0;  // newest receipt for it; 0 = none
  std::uint32_t hub_epoch = 0;
  bool sent = false;  // own: left by an exchange or a verified bundle
  Changeset bytes;
};

// A place in the hub's order: a later epoch comes after every receipt of the ones before it.
struct HubPlace {
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
  auto operator<=>(const HubPlace&) const = default;
};

struct ReceiptRow {
  std::uint32_t hub_epoch = 0;  // key with hub_seq
  std::uint64_t hub_seq = 0;
  Hash changeset{};
  LogId log;
  RecordId home;
  std::uint64_t hub_time_ms = 0;
  Bytes bytes;
};

struct StreamRow {  // hub: head of a stream it writes; site: its cursor
  StreamId id;      // key
  StreamKind kind = StreamKind::organisation;
  ByteArray<16> owner{};  // organisation or device
  std::uint32_t hub_epoch = 1;
  std::uint64_t seq = 0;
  Hash chain{};
  Bytes signed_head;  // site: the newest verified head, 88 + 64 bytes
  Hash digest{};      // of an organisation's stream: the sum of the homes in its scope at seq (digest.h)
};
struct EntryRow {
  StreamId stream;  // key with seq
  std::uint64_t seq = 0;
  EntryType type = EntryType::receipt;
  Bytes payload;
  Hash chain{};
  Hash changeset{};  // receipt entries: which changeset; zero otherwise
};

struct RecordRow {
  RecordId id;  // key with layer
  Layer layer = Layer::confirmed;
  std::uint16_t type = 0;
  RecordId home;
  RecordId parent;
  OrganisationId owner;  // organisation of the creating device
  DeviceId creator;
  Hash changeset{};  // that created it
};

// One operation on one field of one record, with its verdict. Also rows of proposals and quarantined operations:
// `explain` lists them all (promise V5).
struct VersionRow {
  VersionId id;  // key with layer
  Layer layer = Layer::confirmed;
  RecordId record;
  RecordId home;
  std::uint16_t field = 0;  // 0 = record.create and operations without a field
  OperationKind kind = OperationKind::field_set;
  Value value;
  std::vector<VersionId> seen;
  std::uint16_t event = 0;
  std::uint16_t base_event = 0;  // status events: the state in force among `seen`
  std::uint16_t rank = 0;
  std::uint64_t effective_ms = 0;  // clamp(written_at, lo, hi), with its counter in the low 16 bits
  std::uint32_t hub_epoch = 0;
  std::uint64_t hub_seq = 0;    // 0 in the provisional layer
  std::uint16_t operation = 0;  // index in its changeset
  Hash changeset{};
  PersonId person;
  OrganisationId organisation;  // of the author's site
  std::uint64_t written_ms = 0;
  std::uint64_t hub_time_ms = 0;
  Verdict verdict = Verdict::admitted;
  Reason reason = Reason::none;
  bool superseded = false;  // another admitted version names it in `seen`
  bool concurrent = false;  // admitted beside work its author had not seen: merged, else applied
};

// The folded state of one field: what screens and digests read. Registers: the winner. Sets and logs: no value; their
// live versions are the elements.
struct FieldRow {
  RecordId record;  // key with field and layer
  std::uint16_t field = 0;
  Layer layer = Layer::confirmed;
  RecordId home;
  Value value;
  VersionId winner;
  std::uint16_t event = 0;       // status fields: the event in force
  std::vector<VersionId> heads;  // sorted
  bool conflict = false;         // several heads with unlike values (registers)
};

struct HomeRow {
  RecordId home;  // key
  std::uint16_t type = 0;
  VersionId auth_head;          // zero after creation
  std::uint32_t hub_epoch = 0;  // last receipt folded
  std::uint64_t hub_seq = 0;
  bool disputed = false;
  bool poisoned = false;  // a changeset of it could not be applied; retried after an upgrade
  Hash digest{};          // sum over its confirmed fields (digest.h)
};
struct ScopeRow {  // hub: which organisations see a home, from and to which hub_seq
  RecordId home;   // key with organisation and from
  OrganisationId organisation;
  std::uint64_t from_seq = 0;
  std::optional<std::uint64_t> to_seq;
};

struct DirectoryRow {
  std::uint64_t version = 0;  // key
  Hash hash{};
  Bytes bytes;  // the whole entry
};

struct SideRow {  // authentic or not, waiting for a device or a gap; bounded per log
  LogId log;
  std::uint64_t seq = 0;
  Changeset bytes;
};

// --- attachments and changesets in parts (sync design 6 and 11) ------------------------------------------------------

enum class FileState : std::uint8_t { live = 0, withdrawn = 1, refused = 2 };  // refused: its record was not admitted
struct FileRow {                                                               // one attachment record and its chunks
  RecordId attachment;                                                         // key
  RecordId home;
  OrganisationId owner;  // body that attached it
  DeviceId creator;
  Hash changeset{};  // that created the record
  std::uint64_t size = 0;
  std::uint32_t chunks = 0;
  std::uint32_t missing = 0;  // kept by the store while it is live: chunks of its list that are not here
  std::uint8_t rank = 0;      // the lower goes first, then the smaller
  FileState state = FileState::live;
  Bytes there;                   // site: bitmap of what the hub holds, as it said; empty before it said anything
  std::uint8_t answer = 0;       // site: FileAnswer of the hub
  bool idle = false;             // site: neither side has what the other lacks, as far as known
  bool settled = false;          // site: whole on both sides, nothing left to say
  std::uint64_t turn = 0;        // when it was last asked for without being under way
  std::uint64_t touched_ms = 0;  // newest chunk
};

struct PartRow {
  DeviceId sender;  // key with index
  Hash changeset{};
  std::uint32_t total = 0;  // bytes of the whole changeset
  std::uint32_t index = 0;
  Bytes bytes;
};
struct PartsRow {  // what is kept of one sender
  Hash changeset{};
  std::uint32_t total = 0;
  std::vector<std::uint32_t> there;  // ascending
};

// A snapshot of a stream (snapshot.h), at the hub to be given out, at a site being loaded; its chunks lie beside it.
struct SnapshotRow {
  StreamId stream;  // key
  Bytes manifest;
  Bytes signature;             // empty: still being made, and valid for nobody
  std::uint64_t next_seq = 0;  // being made: the next entry; 0 = it would be too large
  std::uint64_t tail_seq = 0;  // being made: first_seq of the chunk that is being filled
  Bytes tail;                  // being made: what that chunk holds so far
  Bytes homes;                 // being made: where each home stood at its end (engine_snapshot_hub.cpp)
  std::uint64_t touched_ms = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Small named values: identity, counters, hub time. Integers and byte strings share one name space.
  virtual std::optional<Bytes> meta(std::string_view name) = 0;
  virtual void put_meta(std::string_view name, ByteView value) = 0;

  virtual std::optional<LogRow> log(const LogId& log) = 0;
  virtual void put_log(const LogRow& row) = 0;
  virtual std::vector<LogRow> logs() = 0;       // ordered by id
  virtual std::optional<LogRow> own_log() = 0;  // the open one of this device

  virtual std::optional<ChangesetRow> changeset(const Hash& hash) = 0;
  virtual std::optional<ChangesetRow> changeset_at(const LogId& log,
                                                   std::uint64_t seq) = 0;  // states waiting, receipted
  virtual void put_changeset(const ChangesetRow& row) = 0;
  // Rows of a log from `from_seq` on in order, until `visit` returns false.
  virtual void each_changeset(const LogId& log, std::uint64_t from_seq,
                              const std::function<bool(const ChangesetRow&)>& visit) = 0;
  virtual void delete_changeset(const Hash& hash) = 0;
  virtual std::vector<ChangesetRow> forks(const LogId& log) = 0;  // state fork, by seq and hash
  virtual std::vector<ChangesetRow> waiting_of_home(
      const RecordId& home) = 0;                       // state waiting, own logs, by log and seq
  virtual std::vector<RecordId> homes_waiting() = 0;   // homes with own changesets in state waiting
  virtual std::uint64_t count_waiting(bool sent) = 0;  // own changesets with hub_seq 0 that left / did not leave

  virtual std::optional<ReceiptRow> receipt(std::uint32_t epoch, std::uint64_t hub_seq) = 0;
  virtual void put_receipt(const ReceiptRow& row) = 0;
  virtual std::vector<ReceiptRow> receipts_of_home(const RecordId& home) = 0;  // in (epoch, hub_seq) order
  // Is there a receipt of another log on this home with after < (epoch, hub_seq) < before? One that quarantines its
  // whole changeset does not count: it is no work on the home, and only its author's organisation hears of it.
  virtual bool foreign_receipt_between(const RecordId& home, const LogId& not_log, HubPlace after, HubPlace before) = 0;
  virtual void delete_receipt(HubPlace place) = 0;  // of an order that a restored hub does not know any more
  virtual std::optional<ReceiptRow> receipt_of_changeset(const Hash& changeset) = 0;  // the newest

  virtual std::optional<StreamRow> stream(const StreamId& id) = 0;
  virtual void put_stream(const StreamRow& row) = 0;
  virtual std::vector<StreamRow> streams() = 0;
  virtual void put_entry(const EntryRow& row) = 0;
  virtual std::optional<EntryRow> entry(const StreamId& stream, std::uint64_t seq) = 0;
  virtual void each_entry(const StreamId& stream, std::uint64_t from_seq,
                          const std::function<bool(const EntryRow&)>& visit) = 0;
  virtual void delete_entries(const StreamId& stream, std::uint64_t from_seq) = 0;

  virtual std::optional<RecordRow> record(const RecordId& id, Layer layer) = 0;  // provisional: falls back to confirmed
  virtual void put_record(const RecordRow& row) = 0;
  virtual std::vector<RecordRow> records_of_type(std::uint16_t type, Layer layer) = 0;  // provisional: both; by id
  virtual std::vector<RecordRow> records_of_home(const RecordId& home, Layer layer) = 0;

  virtual std::optional<VersionRow> version(const VersionId& id) = 0;  // confirmed first, then provisional
  virtual void put_version(const VersionRow& row) = 0;
  virtual void set_superseded(const VersionId& id) = 0;  // confirmed layer; remembers ids not known yet
  virtual bool superseded(const VersionId& id) = 0;
  // Admitted, not superseded, confirmed versions of a field, by (epoch, hub_seq, operation).
  virtual std::vector<VersionRow> live_versions(const RecordId& record, std::uint16_t field) = 0;
  // All versions of a field (both layers, every verdict), by (epoch, hub_seq, operation), provisional last.
  virtual std::vector<VersionRow> all_versions(const RecordId& record, std::uint16_t field) = 0;
  virtual std::vector<VersionRow> versions_of_home(const RecordId& home) = 0;
  virtual std::vector<VersionRow> versions_with_verdict(Verdict verdict) = 0;  // confirmed; proposals, quarantine
  virtual void delete_provisional(const RecordId& home) = 0;  // versions, fields and records of that layer
  // Versions, fields, records and the row of a home, and what its versions superseded: before it is folded anew.
  virtual void delete_confirmed(const RecordId& home) = 0;

  virtual std::optional<FieldRow> field(const RecordId& record, std::uint16_t field, Layer layer) = 0;  // falls back
  virtual void put_field(const FieldRow& row) = 0;
  virtual std::vector<FieldRow> fields(const RecordId& record, Layer layer) = 0;  // provisional rows win
  virtual std::vector<FieldRow> fields_of_home(const RecordId& home) = 0;         // confirmed, by (record, field)
  virtual std::vector<FieldRow> conflicts() = 0;                                  // confirmed rows with conflict

  virtual std::optional<HomeRow> home(const RecordId& home) = 0;
  virtual void put_home(const HomeRow& row) = 0;
  virtual std::vector<HomeRow> homes() = 0;                                                 // by id
  virtual std::vector<HomeRow> homes_after(const RecordId& home, std::size_t at_most) = 0;  // by id

  virtual std::vector<ScopeRow> scope(const RecordId& home) = 0;
  virtual void put_scope(const ScopeRow& row) = 0;
  virtual std::vector<RecordId> homes_in_scope(const OrganisationId& organisation) = 0;  // open rows, by id

  virtual std::vector<DirectoryRow> directory(std::uint64_t from_version) = 0;  // in order
  virtual void put_directory(const DirectoryRow& row) = 0;

  virtual void put_side(const SideRow& row) = 0;
  virtual std::optional<SideRow> side(const LogId& log, std::uint64_t seq) = 0;
  virtual void delete_side(const LogId& log, std::uint64_t seq) = 0;
  virtual std::pair<std::uint64_t, std::uint64_t> side_size(const LogId& log) = 0;  // rows, bytes
  virtual std::uint64_t side_total() = 0;                                           // bytes of all logs
  virtual std::vector<LogId> side_logs() = 0;                                       // by id
  virtual std::vector<std::uint64_t> side_seqs(const LogId& log) = 0;               // ascending

  // Attachments. A file's list is put once, after its row; a chunk counts for every place in every list of its home.
  virtual std::optional<FileRow> file(const RecordId& attachment) = 0;
  virtual void put_file(const FileRow& row) = 0;  // all but `missing`
  virtual void put_chunk_list(const RecordId& attachment, const std::vector<Hash>& chunks) = 0;
  // Deletes the chunks that no other live file lists, and its list: by their ids a copy elsewhere could be recognised.
  virtual void drop_contents(const RecordId& attachment) = 0;
  virtual void delete_files(const RecordId& home) = 0;  // with their lists, and all chunks of that home
  virtual std::vector<Hash> chunk_list(const RecordId& attachment) = 0;            // in the file's order
  virtual std::vector<std::uint32_t> chunks_here(const RecordId& attachment) = 0;  // their places, ascending
  virtual std::vector<FileRow> files_of_home(const RecordId& home) = 0;            // by id
  virtual std::vector<FileRow> files_of_changeset(const Hash& changeset) = 0;      // by id
  virtual std::vector<FileRow> files_under_way(std::size_t at_most) = 0;  // live, not settled, not idle: rank, size
  virtual std::vector<FileRow> files_in_turn(std::size_t at_most) = 0;    // live, not settled, idle: oldest turn first
  // Hub: live files of open scope of that body with chunks missing, oldest turn first.
  virtual std::vector<FileRow> files_missing(const OrganisationId& organisation, std::size_t at_most) = 0;
  virtual std::uint64_t attached_bytes(const OrganisationId& owner) = 0;     // sizes of its live files
  virtual std::uint64_t unfinished_chunks(const OrganisationId& owner) = 0;  // here, of live files with some missing
  virtual std::optional<Bytes> chunk(const RecordId& home, const Hash& id) = 0;
  virtual bool has_chunk(const RecordId& home, const Hash& id) = 0;
  virtual std::vector<FileRow> files_lacking(const RecordId& home, const Hash& id) = 0;  // live; empty once it is here
  virtual void put_chunk(const RecordId& home, const Hash& id, ByteView bytes, std::uint64_t now_ms) = 0;
  // Deletes chunks that no live file lists and that were put before that moment; how many.
  virtual std::size_t drop_unreferenced_chunks(std::uint64_t before_ms, std::size_t at_most) = 0;
  // Deletes chunks, which no other live file lists, of live files that miss some and got none since; how many.
  virtual std::size_t drop_unfinished_chunks(std::uint64_t before_ms, std::size_t at_most) = 0;

  virtual void put_part(const PartRow& row) = 0;
  virtual std::optional<PartsRow> parts(const DeviceId& sender) = 0;
  virtual Bytes part(const DeviceId& sender, std::uint32_t index) = 0;  // empty when it is not there
  virtual void drop_parts(const DeviceId& sender) = 0;

  virtual std::optional<SnapshotRow> snapshot(const StreamId& stream) = 0;
  virtual void put_snapshot(const SnapshotRow& row) = 0;
  virtual void put_snapshot_chunk(const StreamId& stream, std::uint32_t index, ByteView bytes) = 0;
  virtual Bytes snapshot_chunk(const StreamId& stream, std::uint32_t index) = 0;   // empty: not there
  virtual std::vector<std::uint32_t> snapshot_chunks(const StreamId& stream) = 0;  // ascending
  virtual void drop_snapshot(const StreamId& stream) = 0;                          // with its chunks

  // Poison isolation: work inside `attempt` is undone when it throws, and the exception goes on to the caller.
  virtual void savepoint(const std::function<void()>& attempt) = 0;
};

}  // namespace tram::sync
