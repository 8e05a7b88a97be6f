// The shipped store, which notes what was written through it, so that observer and checks look at that alone. What a
// transaction wrote that was rolled back is noted too: looking once more costs little.
#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "station/store/sqlite_store.h"

namespace tram::simulation {

// Rows written since somebody looked last. A process that has just started may hold anything.
struct Written {
  bool anything = true;
  std::map<sync::LogId, std::uint64_t> logs;        // lowest number of a changeset there; none: the log's own row alone
  std::map<sync::StreamId, std::uint64_t> streams;  // the same of entries
  // With the confirmed fields among what was written; of other rows the home alone.
  std::map<sync::RecordId, std::set<std::pair<sync::RecordId, std::uint16_t>>> homes;
  std::set<sync::Hash> changesets;  // whose versions were written

  static constexpr std::uint64_t kNone = ~std::uint64_t{0};
  template <class Id>
  static void note(std::map<Id, std::uint64_t>& lowest, const Id& id, std::uint64_t number) {
    const auto at = lowest.try_emplace(id, number).first;
    at->second = std::min(at->second, number);
  }
};

enum class Watcher : std::uint8_t { observer, steps, all, replay };  // everybody looks at other moments

class WatchedStore final : public station::SqliteStore {
 public:
  using SqliteStore::SqliteStore;

  // What this one has not seen yet.
  Written take(Watcher watcher) {
    Written seen{false, {}, {}, {}, {}};
    std::swap(seen, written_[static_cast<std::size_t>(watcher)]);
    return seen;
  }

  void put_meta(std::string_view name, ByteView value) override {
    SqliteStore::put_meta(name, value);
    if (name.starts_with("branch:")) each([](Written& w) { w.anything = true; });  // says what a log may lack
  }
  void put_log(const sync::LogRow& row) override {
    SqliteStore::put_log(row);
    each([&](Written& w) { Written::note(w.logs, row.log, Written::kNone); });
  }
  void put_changeset(const sync::ChangesetRow& row) override {
    SqliteStore::put_changeset(row);
    each([&](Written& w) { Written::note(w.logs, row.log, row.seq); });
  }
  void put_stream(const sync::StreamRow& row) override {
    SqliteStore::put_stream(row);
    each([&](Written& w) { Written::note(w.streams, row.id, Written::kNone); });
  }
  void put_entry(const sync::EntryRow& row) override {
    SqliteStore::put_entry(row);
    each([&](Written& w) { Written::note(w.streams, row.stream, row.seq); });
  }
  void delete_entries(const sync::StreamId& stream, std::uint64_t from_seq) override {
    SqliteStore::delete_entries(stream, from_seq);
    each([&](Written& w) { Written::note(w.streams, stream, from_seq); });
  }
  void put_record(const sync::RecordRow& row) override {
    SqliteStore::put_record(row);
    each([&](Written& w) { w.homes[row.home]; });
  }
  void put_version(const sync::VersionRow& row) override {
    SqliteStore::put_version(row);
    each([&](Written& w) { w.changesets.insert(row.changeset); });
  }
  void put_field(const sync::FieldRow& row) override {
    SqliteStore::put_field(row);
    each([&](Written& w) {
      auto& fields = w.homes[row.home];
      if (row.layer == sync::Layer::confirmed) fields.insert({row.record, row.field});
    });
  }
  void put_home(const sync::HomeRow& row) override {
    SqliteStore::put_home(row);
    each([&](Written& w) { w.homes[row.home]; });
  }
  void delete_provisional(const sync::RecordId& home) override {
    SqliteStore::delete_provisional(home);
    each([&](Written& w) { w.homes[home]; });
  }
  void delete_confirmed(const sync::RecordId& home) override {
    SqliteStore::delete_confirmed(home);
    each([&](Written& w) { w.anything = true; });
  }

 private:
  template <class Note>
  void each(const Note& note) {
    for (Written& w : written_) note(w);
  }

  std::array<Written, 4> written_;
};

}  // namespace tram::simulation
