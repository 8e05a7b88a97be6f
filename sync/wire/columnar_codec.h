// One traversal of a segment's items through its columns, for writing (Io = ColumnWriter) and for reading
// (ColumnReader): what is expected from the items before is said in one small number, anything else follows in full.
// The state is that of one segment; nothing is known from outside it. docs/formats/sync.md "Columnar" is the reference
// of each member.
#pragma once
#include <map>

#include "sync/frames.h"
#include "sync/wire/columns.h"

namespace tram::sync::columnar {

// What the header of most changesets of a writer repeats.
struct Author {
  std::uint8_t confidentiality = 0;
  std::uint16_t flags = 0, schema_version = 0, rules_epoch = 0, role = 0;
  ZoneId zone;
  DeviceId device;
  std::uint64_t incarnation = 0;
  PersonId person;
  auto operator<=>(const Author&) const = default;
};

struct LogState {
  LogId id;
  std::uint64_t next_seq = 0;
  std::optional<Hash> last;  // hash of the newest changeset of the log in this segment
  Anchor anchor;
};

struct RecordEntry {
  RecordId id;
  std::optional<ByteArray<16>> nonce;  // that the id was made of
};

template <class Io>
class Codec {
 public:
  // Throws over_limit beyond `most` bytes, counted as the plain encoding would carry the items.
  Codec(Io& io, std::uint64_t first_seq, std::size_t most = limits::kSegmentPlainBytes)
      : io_(io), first_seq_(first_seq), left_(most) {}

  // Writing: false if the body is not as long as its header says, which the plain encoding cannot carry either.
  bool changeset(Item<Io, Changeset>& c);
  bool entry(Item<Io, CarriedEntry>& e);
  void head(Item<Io, StreamSegment>& s, std::uint64_t entries);

 private:
  // columnar_ids.cpp
  void record(Column c, RecordId& id, const ByteArray<16>* nonce);
  void nonce_of(const RecordId& record, ByteArray<16>& nonce);
  void value_id(ByteArray<16>& id);
  void version(Column c, VersionId& id, VersionId& last);
  std::optional<std::pair<std::size_t, std::uint16_t>> find_version(const VersionId& id);
  LogState& log_state(const LogId& id);
  // columnar_changeset.cpp
  void author(Author& a);
  void written(std::uint64_t& at);
  void anchor(std::uint64_t shape, Anchor& a, const Anchor& before);
  std::optional<ByteArray<8>> receipt_mark(std::uint64_t hub_seq) const;
  void spend(std::size_t plain);
  // columnar_body.cpp
  void body(Body& b);
  void operation(Operation& op);
  void operation_payload(Operation& op);
  void value(Value& v);
  void versions(std::vector<VersionId>& ids);
  void auth_base(std::optional<VersionId>& base);
  // columnar_entries.cpp
  void receipt(Receipt& r, const Changeset* carried, bool hash_follows);
  void scope_change(ScopeChange& s);

  Io& io_;
  const std::uint64_t first_seq_;  // CHANGESETS: of its log; STREAM: 0
  std::size_t left_;

  std::vector<Author> authors_;
  std::size_t author_ = 0;  // of the changeset at hand
  std::map<Author, std::size_t> author_index_;
  std::vector<LogState> logs_;
  std::map<LogId, std::size_t> log_index_;
  std::size_t log_ = 0;  // of the receipt or changeset before

  std::vector<RecordEntry> records_{{RecordId{}, std::nullopt}};
  std::map<RecordId, std::size_t> record_index_{{RecordId{}, 0}};
  RecordId record_;  // the last one named
  std::vector<ByteArray<16>> values_{{}};
  std::map<ByteArray<16>, std::size_t> value_index_{{{}, 0}};

  std::vector<Hash> hashes_;  // of the changesets so far
  std::vector<VersionId> versions_{{}};
  std::map<VersionId, std::size_t> version_index_{{{}, 0}};
  VersionId seen_, base_;
  // Writing: the changesets of a home, and the versions of those whose home was met again.
  struct Made {
    std::size_t changeset;
    std::uint16_t operations;
  };
  std::map<RecordId, std::vector<Made>> made_;
  std::map<VersionId, std::pair<std::size_t, std::uint16_t>> made_versions_;
  RecordId home_;

  std::uint64_t written_ms_ = 0, date_ = 0, moment_ms_ = 0;
  std::uint64_t header_seq_ = 0;
  Receipt receipt_;                                 // the one before
  std::map<std::uint64_t, ByteArray<8>> receipts_;  // by hub_seq, the first bytes of their hashes
};

}  // namespace tram::sync::columnar
