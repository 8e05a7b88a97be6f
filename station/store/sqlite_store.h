// sync::Store on SQLite: the engine's durable state (sync/store.h says what each method promises). The same class reads
// through a Reader's connection; then every put fails. Writes are possible only inside transact().
#pragma once
#include "station/store/database.h"
#include "sync/store.h"

namespace tram::station {

class SqliteStore : public sync::Store {
 public:
  explicit SqliteStore(Database& database) : connection_(database.writer()), database_(&database) {}
  // For use inside Reader::read.
  explicit SqliteStore(Connection& connection) : connection_(connection) {}

  // One step of the engine: commits after `step` returned, rolls back if it throws. A StoreFailure becomes the error
  // (disk_full: nothing happened; io_failed, damaged: the program ends), other exceptions go on to the caller.
  // Precondition: made from a Database.
  Result<void> transact(const std::function<void(sync::Store&)>& step);

  std::optional<Bytes> meta(std::string_view name) override;
  void put_meta(std::string_view name, ByteView value) override;

  std::optional<sync::LogRow> log(const sync::LogId& log) override;
  void put_log(const sync::LogRow& row) override;
  std::vector<sync::LogRow> logs() override;
  std::optional<sync::LogRow> own_log() override;

  std::optional<sync::ChangesetRow> changeset(const sync::Hash& hash) override;
  std::optional<sync::ChangesetRow> changeset_at(const sync::LogId& log, std::uint64_t seq) override;
  void put_changeset(const sync::ChangesetRow& row) override;
  void delete_changeset(const sync::Hash& hash) override;
  // Forks are no part of the log and are not visited. `visit` may write: the next row is looked up after it returned.
  void each_changeset(const sync::LogId& log, std::uint64_t from_seq,
                      const std::function<bool(const sync::ChangesetRow&)>& visit) override;
  std::vector<sync::ChangesetRow> forks(const sync::LogId& log) override;
  std::vector<sync::ChangesetRow> waiting_of_home(const sync::RecordId& home) override;
  std::vector<sync::RecordId> homes_waiting() override;
  std::uint64_t count_waiting(bool sent) override;

  std::optional<sync::ReceiptRow> receipt(std::uint32_t epoch, std::uint64_t hub_seq) override;
  void put_receipt(const sync::ReceiptRow& row) override;
  std::vector<sync::ReceiptRow> receipts_of_home(const sync::RecordId& home) override;
  bool foreign_receipt_between(const sync::RecordId& home, const sync::LogId& not_log, sync::HubPlace after,
                               sync::HubPlace before) override;
  void delete_receipt(sync::HubPlace place) override;
  std::optional<sync::ReceiptRow> receipt_of_changeset(const sync::Hash& changeset) override;

  std::optional<sync::StreamRow> stream(const sync::StreamId& id) override;
  void put_stream(const sync::StreamRow& row) override;
  std::vector<sync::StreamRow> streams() override;
  void put_entry(const sync::EntryRow& row) override;
  std::optional<sync::EntryRow> entry(const sync::StreamId& stream, std::uint64_t seq) override;
  void each_entry(const sync::StreamId& stream, std::uint64_t from_seq,
                  const std::function<bool(const sync::EntryRow&)>& visit) override;
  void delete_entries(const sync::StreamId& stream, std::uint64_t from_seq) override;

  std::optional<sync::RecordRow> record(const sync::RecordId& id, sync::Layer layer) override;
  void put_record(const sync::RecordRow& row) override;
  // Provisional: a record that stands in both layers appears once, as its provisional row.
  std::vector<sync::RecordRow> records_of_type(std::uint16_t type, sync::Layer layer) override;
  std::vector<sync::RecordId> ids_of_type(std::uint16_t type);  // both layers, ascending
  std::vector<sync::RecordRow> records_of_home(const sync::RecordId& home, sync::Layer layer) override;

  std::optional<sync::VersionRow> version(const sync::VersionId& id) override;
  void put_version(const sync::VersionRow& row) override;
  void set_superseded(const sync::VersionId& id) override;
  bool superseded(const sync::VersionId& id) override;
  std::vector<sync::VersionRow> live_versions(const sync::RecordId& record, std::uint16_t field) override;
  std::vector<sync::VersionRow> all_versions(const sync::RecordId& record, std::uint16_t field) override;
  std::vector<sync::VersionRow> versions_of_home(const sync::RecordId& home) override;
  std::vector<sync::VersionRow> versions_with_verdict(sync::Verdict verdict) override;
  void delete_provisional(const sync::RecordId& home) override;
  void delete_confirmed(const sync::RecordId& home) override;

  std::optional<sync::FieldRow> field(const sync::RecordId& record, std::uint16_t field, sync::Layer layer) override;
  void put_field(const sync::FieldRow& row) override;
  std::vector<sync::FieldRow> fields(const sync::RecordId& record, sync::Layer layer) override;
  std::vector<sync::FieldRow> fields_of_home(const sync::RecordId& home) override;
  std::vector<sync::FieldRow> conflicts() override;

  std::optional<sync::HomeRow> home(const sync::RecordId& home) override;
  void put_home(const sync::HomeRow& row) override;
  std::vector<sync::HomeRow> homes() override;
  std::vector<sync::HomeRow> homes_after(const sync::RecordId& home, std::size_t at_most) override;
  std::vector<sync::HomeRow> marked_homes();  // disputed or poisoned, by id

  std::vector<sync::ScopeRow> scope(const sync::RecordId& home) override;
  void put_scope(const sync::ScopeRow& row) override;
  std::vector<sync::RecordId> homes_in_scope(const sync::OrganisationId& organisation) override;

  std::vector<sync::DirectoryRow> directory(std::uint64_t from_version) override;
  void put_directory(const sync::DirectoryRow& row) override;

  void put_side(const sync::SideRow& row) override;
  std::optional<sync::SideRow> side(const sync::LogId& log, std::uint64_t seq) override;
  void delete_side(const sync::LogId& log, std::uint64_t seq) override;
  std::pair<std::uint64_t, std::uint64_t> side_size(const sync::LogId& log) override;
  std::uint64_t side_total() override;
  std::vector<sync::LogId> side_logs() override;
  std::vector<std::uint64_t> side_seqs(const sync::LogId& log) override;

  std::optional<sync::FileRow> file(const sync::RecordId& attachment) override;
  void put_file(const sync::FileRow& row) override;
  void put_chunk_list(const sync::RecordId& attachment, const std::vector<sync::Hash>& chunks) override;
  void delete_files(const sync::RecordId& home) override;
  void drop_contents(const sync::RecordId& attachment) override;
  std::vector<sync::Hash> chunk_list(const sync::RecordId& attachment) override;
  std::vector<std::uint32_t> chunks_here(const sync::RecordId& attachment) override;
  std::vector<sync::FileRow> files_of_home(const sync::RecordId& home) override;
  std::vector<sync::FileRow> files_of_changeset(const sync::Hash& changeset) override;
  std::vector<sync::FileRow> files_under_way(std::size_t at_most) override;
  std::vector<sync::FileRow> files_in_turn(std::size_t at_most) override;
  std::vector<sync::FileRow> files_missing(const sync::OrganisationId& organisation, std::size_t at_most) override;
  std::uint64_t attached_bytes(const sync::OrganisationId& owner) override;
  std::uint64_t unfinished_chunks(const sync::OrganisationId& owner) override;
  std::optional<Bytes> chunk(const sync::RecordId& home, const sync::Hash& id) override;
  bool has_chunk(const sync::RecordId& home, const sync::Hash& id) override;
  std::vector<sync::FileRow> files_lacking(const sync::RecordId& home, const sync::Hash& id) override;
  void put_chunk(const sync::RecordId& home, const sync::Hash& id, ByteView bytes, std::uint64_t now_ms) override;
  std::size_t drop_unreferenced_chunks(std::uint64_t before_ms, std::size_t at_most) override;
  std::size_t drop_unfinished_chunks(std::uint64_t before_ms, std::size_t at_most) override;

  void put_part(const sync::PartRow& row) override;
  std::optional<sync::PartsRow> parts(const sync::DeviceId& sender) override;
  Bytes part(const sync::DeviceId& sender, std::uint32_t index) override;
  void drop_parts(const sync::DeviceId& sender) override;

  std::optional<sync::SnapshotRow> snapshot(const sync::StreamId& stream) override;
  void put_snapshot(const sync::SnapshotRow& row) override;
  void put_snapshot_chunk(const sync::StreamId& stream, std::uint32_t index, ByteView bytes) override;
  Bytes snapshot_chunk(const sync::StreamId& stream, std::uint32_t index) override;
  std::vector<std::uint32_t> snapshot_chunks(const sync::StreamId& stream) override;
  void drop_snapshot(const sync::StreamId& stream) override;

  void savepoint(const std::function<void()>& attempt) override;

 private:
  Connection& connection_;
  Database* database_ = nullptr;
};

}  // namespace tram::station
