// The store against the fold under every delivery order (sync design 13): three sites write three operations, each
// knowing either its own work alone or everything before it, and the store's incremental upkeep of live versions
// arrives at what the pure fold says. That fold itself, over every program, is merge_property_test.cpp's.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "station/store/sqlite_store.h"
#include "sync/merge.h"

namespace tram::sync {
namespace {

constexpr FieldKind kKinds[] = {FieldKind::create_once, FieldKind::reg, FieldKind::guarded, FieldKind::single_writer,
                                FieldKind::authority,   FieldKind::set, FieldKind::log,     FieldKind::events};
constexpr std::uint16_t kStarted = 1, kDone = 2, kCancelled = 3;

// started -> done -> cancelled in precedence; done only after started, started only at the beginning.
const EventSpec* event_spec(std::uint16_t event) {
  static const std::map<std::uint16_t, EventSpec> kEvents = {
      {kStarted, {1, 1, kStarted, 10, kRelationAll, 1u << 0, "started"}},
      {kDone, {1, 1, kDone, 20, kRelationAll, 1u << kStarted, "done"}},
      {kCancelled, {1, 1, kCancelled, 90, kRelationAll, ~0ull, "cancelled"}}};
  const auto at = kEvents.find(event);
  return at == kEvents.end() ? nullptr : &at->second;
}

RecordId the_record() {
  RecordId id;
  id.bytes[0] = 1;
  return id;
}

struct Choice {
  std::uint8_t site;   // 0..2
  bool informed;       // knows all that was written before, else its own work alone
  std::uint8_t value;  // 0 or 1
};

// The versions that these choices make, in the order of their receipts.
std::vector<VersionRow> write(FieldKind kind, const std::vector<Choice>& choices) {
  std::vector<VersionRow> made;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Choice& c = choices[i];
    VersionRow v;
    v.id.bytes[0] = static_cast<std::uint8_t>(0x10 * (3 - c.site) + i);  // ids do not rise with time
    v.record = v.home = the_record();
    v.field = 1;
    v.value = Value::text(c.value == 0 ? "a" : "b");
    v.hub_epoch = 1;
    v.hub_seq = i + 1;
    v.changeset[0] = v.id.bytes[0];
    v.effective_ms = 100 - 10 * ((i + c.site) % 3);
    v.rank = kind == FieldKind::guarded ? static_cast<std::uint16_t>(c.site % 2 == 0 ? 3 : 1) : std::uint16_t{0};
    std::vector<VersionRow> known;
    for (std::size_t k = 0; k < i; ++k)
      if (c.informed || choices[k].site == c.site) known.push_back(made[k]);
    const Folded seen = fold_all(kind, known, event_spec);
    switch (kind) {
      case FieldKind::set:
        v.kind = OperationKind::set_add;
        // The second value removes what its author has seen, if there is something.
        if (c.value == 1 && !seen.heads.empty()) {
          v.kind = OperationKind::set_remove;
          v.seen = seen.heads;
        }
        break;
      case FieldKind::log:
        v.kind = OperationKind::log_append;
        break;
      case FieldKind::authority:
        v.kind = OperationKind::authority_change;
        break;
      case FieldKind::events:
        v.kind = OperationKind::status_event;
        v.value = Value();
        v.event = static_cast<std::uint16_t>(1 + (c.value + c.site) % 3);
        v.seen = seen.heads;
        v.base_event = base_event(known, v.seen, event_spec);
        break;
      default:
        v.seen = seen.heads;
    }
    made.push_back(std::move(v));
  }
  return made;
}

template <class Visit>
void each_program(std::size_t length, Visit visit) {
  std::size_t total = 1;
  for (std::size_t i = 0; i < length; ++i) total *= 12;
  for (std::size_t number = 0; number < total; ++number) {
    std::vector<Choice> choices;
    for (std::size_t i = 0, rest = number; i < length; ++i, rest /= 12)
      choices.push_back(
          {static_cast<std::uint8_t>(rest % 3), (rest / 3) % 2 == 1, static_cast<std::uint8_t>((rest / 6) % 2)});
    visit(number, choices);
  }
}

std::vector<std::vector<VersionRow>> orders_of(const std::vector<VersionRow>& versions) {
  std::vector<std::size_t> order(versions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<std::vector<VersionRow>> found;
  do {
    std::vector<VersionRow> delivered;
    for (const std::size_t i : order) delivered.push_back(versions[i]);
    found.push_back(std::move(delivered));
  } while (std::next_permutation(order.begin(), order.end()));
  return found;
}

// Nine operations, three at each site, in shuffled orders: too many to enumerate.
TEST(MergeEveryOrder, FoldsToOneStateWithThreeOperationsAtEachSite) {
  std::mt19937 random(20260301);
  std::size_t cases = 0;
  for (const FieldKind kind : kKinds) {
    for (int program = 0; program < 60; ++program) {
      std::vector<Choice> choices;
      for (std::uint8_t i = 0; i < 9; ++i)
        choices.push_back(
            {static_cast<std::uint8_t>(i % 3), random() % 2 == 0, static_cast<std::uint8_t>(random() % 2)});
      std::shuffle(choices.begin(), choices.end(), random);
      auto versions = write(kind, choices);
      const Folded expected = fold_all(kind, versions, event_spec);
      for (int order = 0; order < 20; ++order, ++cases) {
        std::shuffle(versions.begin(), versions.end(), random);
        ASSERT_EQ(fold_all(kind, versions, event_spec), expected) << static_cast<char>(kind);
      }
    }
  }
  EXPECT_EQ(cases, 9600u);
}

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "tram-merge-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Undo {};

TEST(MergeEveryOrder, TheStoreKeepsTheSameLiveVersionsInEveryOrder) {
  const Folder folder;
  auto database = station::Database::open(folder.path());
  ASSERT_TRUE(database);
  station::SqliteStore store(**database);
  std::size_t cases = 0;
  const auto done = store.transact([&](Store& s) {
    for (const FieldKind kind : kKinds) {
      if (kind == FieldKind::authority) continue;  // supersedes by receipt order, not by what it had seen
      each_program(3, [&](std::size_t number, const std::vector<Choice>& choices) {
        if (number % 7 != 0) return;
        const auto versions = write(kind, choices);
        const Folded expected = fold_all(kind, versions, event_spec);
        for (const auto& delivered : orders_of(versions)) {
          ++cases;
          try {
            s.savepoint([&] {
              for (VersionRow v : delivered) {
                v.superseded = s.superseded(v.id);
                s.put_version(v);
                if (kind != FieldKind::log)
                  for (const VersionId& id : v.seen) s.set_superseded(id);
              }
              EXPECT_EQ(fold_live(kind, s.live_versions(the_record(), 1), event_spec), expected)
                  << static_cast<char>(kind) << ' ' << number;
              throw Undo{};
            });
          } catch (const Undo&) {
          }
        }
      });
    }
  });
  ASSERT_TRUE(done);
  EXPECT_GE(cases, 10'000u);
}

// --- what the folds promise ----------------------------------------------------------------------------------------

TEST(MergeEveryOrder, AddWinsOverARemoveThatHadNotSeenIt) {
  // Site 0 adds; site 1 removes what it saw; site 2, not informed, adds again.
  const auto versions = write(FieldKind::set, {{0, false, 0}, {1, true, 1}, {2, false, 0}});
  ASSERT_EQ(versions[1].kind, OperationKind::set_remove);
  EXPECT_EQ(fold_all(FieldKind::set, versions, event_spec).heads, std::vector{versions[2].id});
}

TEST(MergeEveryOrder, AWriteThatSawAllHeadsEndsTheConflict) {
  const std::vector<Choice> conflict = {{0, false, 0}, {1, false, 1}};
  EXPECT_TRUE(fold_all(FieldKind::reg, write(FieldKind::reg, conflict), event_spec).conflict);
  auto resolved = conflict;
  resolved.push_back({2, true, 0});
  const auto versions = write(FieldKind::reg, resolved);
  const Folded f = fold_all(FieldKind::reg, versions, event_spec);
  EXPECT_FALSE(f.conflict);
  EXPECT_EQ(f.heads, std::vector{versions[2].id});
  EXPECT_EQ(f.value, Value::text("a"));
}

TEST(MergeEveryOrder, EqualValuesAreNoConflict) {
  const Folded f =
      fold_all(FieldKind::reg, write(FieldKind::reg, {{0, false, 1}, {1, false, 1}, {2, false, 1}}), event_spec);
  EXPECT_EQ(f.heads.size(), 3u);
  EXPECT_FALSE(f.conflict);
}

VersionRow event_version(std::uint8_t n, std::uint16_t event, std::vector<VersionId> seen, std::uint64_t time) {
  VersionRow v;
  v.id.bytes[0] = n;
  v.kind = OperationKind::status_event;
  v.event = event;
  v.seen = std::move(seen);
  v.effective_ms = time;
  return v;
}

TEST(MergeEveryOrder, AmongConcurrentEventsTheHighestLegalPrecedenceWins) {
  const auto started = event_version(1, kStarted, {}, 10);
  const auto done = event_version(2, kDone, {started.id}, 20);
  const auto cancelled = event_version(3, kCancelled, {started.id}, 5);
  EXPECT_EQ(fold_all(FieldKind::events, std::vector{started, done, cancelled}, event_spec).event, kCancelled);
  // A later event wins over those it had seen, whatever their precedence.
  const auto after = event_version(4, kStarted, {done.id, cancelled.id}, 1);
  EXPECT_EQ(fold_all(FieldKind::events, std::vector{started, done, cancelled, after}, event_spec).event, kStarted);
}

TEST(MergeEveryOrder, AnIllegalTransitionLosesToALegalOneOfLowerPrecedence) {
  const auto started = event_version(1, kStarted, {}, 10);
  const auto done_from_nothing = event_version(2, kDone, {}, 20);
  const Folded f = fold_all(FieldKind::events, std::vector{done_from_nothing, started}, event_spec);
  EXPECT_EQ(f.event, kStarted);
  EXPECT_EQ(f.heads.size(), 2u);
  EXPECT_TRUE(f.conflict);
}

TEST(MergeEveryOrder, ClampsTheClaimedTimeBetweenAnchorAndReceipt) {
  constexpr std::uint64_t lo = 1000, hi = 2000;
  const struct {
    std::uint64_t written_ms;
    bool unset;
    std::uint64_t expected;
  } cases[] = {{1500, false, 1500ull << 16},
               {500, false, lo << 16},
               {5000, false, (hi << 16) | 0xFFFF},
               {1500, true, lo << 16},
               {5000, true, lo << 16}};
  for (const auto& c : cases)
    EXPECT_EQ(effective_time(c.written_ms << 16, lo, hi, c.unset), c.expected) << c.written_ms;
  // An anchor after the receipt, as only a dishonest hub states it: the receipt bounds.
  EXPECT_EQ(effective_time(5000ull << 16, hi, lo, false), (lo << 16) | 0xFFFF);
}

}  // namespace
}  // namespace tram::sync
