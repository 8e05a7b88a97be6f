// The fold of one field as a function of a set of versions (sync design 3; S-C15).
#include "sync/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "samples.h"
#include "synthetic_schema.h"

namespace tram::sync::test {
namespace {

VersionRow version(std::uint8_t n, std::string_view text, std::vector<std::uint8_t> seen = {}, std::uint64_t time = 1,
                   std::uint16_t rank = 0) {
  VersionRow v;
  v.id = id<VersionId>(n);
  v.value = Value::text(text);
  for (const std::uint8_t s : seen) v.seen.push_back(id<VersionId>(s));
  v.effective_ms = time;
  v.rank = rank;
  v.hub_epoch = 1;
  v.hub_seq = n;
  return v;
}

VersionRow event(std::uint8_t n, std::uint16_t number, std::vector<std::uint8_t> seen = {}, std::uint64_t time = 1) {
  VersionRow v = version(n, "", std::move(seen), time);
  v.kind = OperationKind::status_event;
  v.value = Value();
  v.event = number;
  return v;
}

EventRule case_state(const Schema& schema) {
  return [&schema](std::uint16_t number) { return schema.event(kCase, kState, number); };
}

struct RegisterCase {
  const char* name;
  std::vector<VersionRow> versions;
  std::string_view value;
  std::size_t heads;
  bool conflict;
};

TEST(FoldRegister, TakesTheStrongestHead) {
  const RegisterCase cases[] = {
      {"one", {version(1, "a")}, "a", 1, false},
      {"a later one that saw it", {version(1, "a"), version(2, "b", {1}, 0)}, "b", 1, false},
      {"concurrent, later time", {version(1, "a", {}, 5), version(2, "b", {}, 6)}, "b", 2, true},
      {"concurrent, rank before time", {version(1, "a", {}, 5, 3), version(2, "b", {}, 6, 2)}, "a", 2, true},
      {"concurrent, equal in all, greater id", {version(1, "a", {}, 5), version(2, "b", {}, 5)}, "b", 2, true},
      {"same value concurrently", {version(1, "a", {}, 5), version(2, "a", {}, 6)}, "a", 2, false},
      {"a resolution that saw both", {version(1, "a"), version(2, "b"), version(3, "c", {1, 2}, 0)}, "c", 1, false},
      {"two resolutions to one value",
       {version(1, "a"), version(2, "b"), version(3, "c", {1, 2}), version(4, "c", {1, 2})},
       "c",
       2,
       false},
      {"a chain whose middle never came", {version(3, "c", {2}), version(1, "a", {}, 9)}, "a", 2, true}};
  for (const RegisterCase& c : cases) {
    for (const FieldKind kind : {FieldKind::reg, FieldKind::guarded, FieldKind::single_writer}) {
      const Folded f = fold_all(kind, c.versions, nullptr);
      EXPECT_EQ(f.value, Value::text(c.value)) << c.name;
      EXPECT_EQ(f.heads.size(), c.heads) << c.name;
      EXPECT_EQ(f.conflict, c.conflict) << c.name;
    }
  }
}

TEST(FoldAuthority, TheLastAdmittedHolds) {
  VersionRow first = version(1, "a", {}, 9, 3), second = version(2, "b", {}, 1, 0);
  const std::vector<VersionRow> both = {second, first};
  const Folded f = fold_all(FieldKind::authority, both, nullptr);
  EXPECT_EQ(f.value, Value::text("b"));
  EXPECT_EQ(f.heads, std::vector{second.id});
  EXPECT_FALSE(f.conflict);
}

TEST(FoldSet, AnAddOutlivesARemoveThatHadNotSeenIt) {
  VersionRow add = version(1, "tag"), again = version(2, "tag"), remove = version(3, "", {1});
  add.kind = again.kind = OperationKind::set_add;
  remove.kind = OperationKind::set_remove;
  const std::vector<VersionRow> removed = {add, remove};
  EXPECT_TRUE(fold_all(FieldKind::set, removed, nullptr).heads.empty());
  const std::vector<VersionRow> added_again = {remove, again, add};
  EXPECT_EQ(fold_all(FieldKind::set, added_again, nullptr).heads, std::vector{again.id});
}

TEST(FoldLog, KeepsEveryEntryAndItsCorrection) {
  VersionRow note = version(1, "a"), correction = version(2, "b", {1});
  const std::vector<VersionRow> both = {note, correction};
  EXPECT_EQ(fold_all(FieldKind::log, both, nullptr).heads, (std::vector{note.id, correction.id}));
}

TEST(FoldEvents, PrecedenceDecidesAmongConcurrentOnes) {
  const Schema schema = synthetic_schema();
  const EventRule rule = case_state(schema);
  const std::vector<VersionRow> concurrent = {event(1, kHandedOver), event(2, kDone, {1}, 9),
                                              event(3, kCancelled, {1}, 2)};
  const Folded f = fold_all(FieldKind::events, concurrent, rule);
  EXPECT_EQ(f.event, kCancelled);
  EXPECT_EQ(f.heads.size(), 2u);
  EXPECT_TRUE(f.conflict);
  const std::vector<VersionRow> later = {event(1, kCancelled), event(2, kStarted, {1})};
  EXPECT_EQ(fold_all(FieldKind::events, later, rule).event, kStarted) << "a later event wins over what it has seen";
}

TEST(FoldEvents, AnIllegalTransitionLosesToALegalOne) {
  Schema schema = synthetic_schema();
  // cancelled is legal only before anything happened
  schema.add(EventSpec{kCase, kState, kCancelled, 90, kRelationAssigning, 1, "cancelled"});
  const EventRule rule = case_state(schema);
  const std::vector<VersionRow> concurrent = {event(1, kHandedOver), event(2, kStarted, {1}),
                                              event(3, kCancelled, {1})};
  EXPECT_EQ(fold_all(FieldKind::events, concurrent, rule).event, kStarted);
  EXPECT_EQ(base_event(concurrent, std::vector{id<VersionId>(1)}, rule), kHandedOver);
  EXPECT_EQ(base_event(concurrent, {}, rule), 0);
}

// S-C15: any order of one set, with duplicates, gives one result.
TEST(FoldProperty, OrderAndDuplicatesDoNotMatter) {
  const Schema schema = synthetic_schema();
  const EventRule rule = case_state(schema);
  const FieldKind kinds[] = {FieldKind::reg, FieldKind::guarded, FieldKind::authority,
                             FieldKind::set, FieldKind::log,     FieldKind::events};
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::minstd_rand random(seed);
    const FieldKind kind = kinds[seed % std::size(kinds)];
    std::vector<VersionRow> versions;
    const std::size_t count = 1 + random() % 6;
    for (std::uint8_t n = 1; n <= count; ++n) {
      VersionRow v = version(n, std::string(1, static_cast<char>('a' + random() % 3)), {}, random() % 4,
                             static_cast<std::uint16_t>(random() % 3));
      for (std::uint8_t s = 1; s < n; ++s)
        if (random() % 3 == 0) v.seen.push_back(id<VersionId>(s));
      if (kind == FieldKind::events) v.event = static_cast<std::uint16_t>(1 + random() % 6);
      if (kind == FieldKind::set) v.kind = random() % 3 == 0 ? OperationKind::set_remove : OperationKind::set_add;
      versions.push_back(v);
    }
    const Folded expected = fold_all(kind, versions, rule);
    std::vector<std::size_t> order(versions.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    int tried = 0;
    do {
      std::vector<VersionRow> shuffled;
      for (const std::size_t i : order) shuffled.push_back(versions[i]);
      for (auto n = random() % 3; n > 0; --n) shuffled.push_back(versions[random() % versions.size()]);
      ASSERT_EQ(fold_all(kind, shuffled, rule), expected) << "seed " << seed;
    } while (++tried < 120 && std::next_permutation(order.begin(), order.end()));
  }
}

TEST(EffectiveTime, LiesBetweenAnchorAndReceipt) {
  const auto at = [](std::uint64_t ms) { return ms << 16; };
  EXPECT_EQ(effective_time(at(50) | 7, 10, 100, false), at(50) | 7);
  EXPECT_EQ(effective_time(at(5), 10, 100, false), at(10));
  EXPECT_EQ(effective_time(at(500), 10, 100, false), at(100) | 0xFFFF);
  EXPECT_EQ(effective_time(at(50), 10, 100, true), at(10)) << "a clock that is not set";
  EXPECT_EQ(effective_time(~0ull, 0, 100, false), at(100) | 0xFFFF);
}

TEST(Outcome, FollowsFromVerdictAndFold) {
  const FieldSpec reg{kCase, kTitle, FieldKind::reg, kRelationAll, ValueKind::text, ScopePart::none, "title"};
  FieldRow field;
  field.winner = id<VersionId>(2);
  field.value = Value::text("b");
  VersionRow v = version(1, "a");
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::overridden);
  v.value = Value::text("b");
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::applied) << "equal values are no conflict";
  v.concurrent = true;
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::merged);
  v.value = Value::text("a");
  v.superseded = true;
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::merged) << "replaced knowingly: history";
  v.verdict = Verdict::proposal;
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::proposal);
  v.verdict = Verdict::quarantined;
  EXPECT_EQ(outcome_of(v, &reg, &field), Outcome::quarantined);
}

}  // namespace
}  // namespace tram::sync::test
