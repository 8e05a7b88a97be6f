// The fold through the whole engine (sync design 13): three parties write one field of every kind, each knowing the
// others' work or not, and reach the hub in every order. Everybody shows one state, it is the one that the pure fold
// gives, and for fields whose fold is no matter of receipts it is the same in all orders.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sync/merge.h"
#include "world.h"

namespace tram::sync::test {
namespace {

// One write of one party; it may hear of what reached the hub before.
struct Act {
  std::size_t party;  // 0 hub, 1 a, 2 b
  bool informed;
  std::uint8_t choice;
};

struct Performed {
  RecordId home;
  std::uint16_t field;
  std::vector<Hash> written;
};

class ThroughEngine : public ::testing::Test {
 protected:
  ThroughEngine() { w.b().role = Role::follow_up; }

  Party& party(std::size_t n) { return n == 0 ? w.hub() : n == 1 ? w.a() : w.b(); }

  // Cases that a implements and b follows, known to all three.
  std::vector<RecordId> shared_cases(std::size_t count) {
    std::vector<RecordId> homes;
    while (homes.size() < count) {
      homes.push_back(w.new_case(w.a().organisation));
      w.hub().write(homes.back(), {give(homes.back(), kFollowing, w.b().organisation)});
    }
    w.settle();
    return homes;
  }

  Operation operation(const RecordId& home, std::uint16_t field, const Act& act) {
    const std::string text(1, static_cast<char>('a' + act.choice));
    switch (field) {
      case kTags:
        return act.choice < 2 ? add(home, kTags, Value::text(text)) : remove(home, kTags, Value::text("a"));
      case kNotes:
        return note(home, text);
      case kState:
        return happens(home, act.party == 0 ? kCancelled : kStarted);
      case kFollowing:
        return give(home, kFollowing, act.choice == 0 ? w.b().organisation : w.c().organisation);
      case kTitle:
        return set(home, kTitle, Value::text(text));
      default:
        return set(home, field, Value::integer(act.choice));
    }
  }

  // Writes as told, and lets the sites meet the hub in this order.
  Performed run(const RecordId& home, std::uint16_t field, const std::vector<Act>& acts,
                const std::vector<std::size_t>& order) {
    Performed made{home, field, {}};
    for (const Act& act : acts) {
      if (act.informed && act.party != 0) w.exchange(party(act.party));
      made.written.push_back(party(act.party).write(home, {operation(home, field, act)}));
    }
    for (const std::size_t site : order) w.exchange(party(site));
    return made;
  }

  // The state that everybody shows once all is quiet.
  FieldRow state_of(const Performed& done) {
    const auto& [home, field, written] = done;
    const auto at_hub = w.hub().field(home, field);
    const FieldSpec& spec = *w.hub().engine->schema().field(kCase, field);
    std::vector<VersionRow> admitted;
    for (const VersionRow& v : w.hub().versions(home, field))
      if (v.verdict == Verdict::admitted) admitted.push_back(v);
    const auto rule = [&](std::uint16_t event) { return w.hub().engine->schema().event(kCase, field, event); };
    const Folded pure = fold_all(spec.kind, admitted, rule);
    const FieldRow state = at_hub.value_or(FieldRow{});
    EXPECT_EQ(state.heads, pure.heads) << spec.name;
    EXPECT_EQ(state.winner, pure.winner) << spec.name;
    EXPECT_EQ(state.value, pure.value) << spec.name;
    EXPECT_EQ(state.event, pure.event) << spec.name;
    EXPECT_EQ(state.conflict, pure.conflict) << spec.name;
    // A follow-up body that was replaced left the scope; the others stay.
    std::vector<Party*> readers = {&w.a()};
    if (field != kFollowing) readers.push_back(&w.b());
    for (Party* p : readers) {
      const FieldRow here = p->field(home, field).value_or(FieldRow{});
      EXPECT_EQ(here.heads, state.heads) << p->code << ' ' << spec.name;
      EXPECT_EQ(here.winner, state.winner) << p->code << ' ' << spec.name;
      EXPECT_EQ(here.value, state.value) << p->code << ' ' << spec.name;
      EXPECT_EQ(here.event, state.event) << p->code << ' ' << spec.name;
    }
    // In none of the outcomes = lost.
    for (std::size_t i = 0; i < written.size(); ++i) {
      const auto v = w.a().version(written[i]);
      if (!v) {
        ADD_FAILURE() << "a does not know write " << i << " of " << spec.name;
        continue;
      }
      const bool head = std::binary_search(state.heads.begin(), state.heads.end(), v->id);
      const bool kept = v->superseded || head || v->kind == OperationKind::set_remove;
      EXPECT_TRUE(v->verdict == Verdict::admitted ? kept : v->verdict == Verdict::proposal) << spec.name << ' ' << i;
      for (Party* p : readers)
        EXPECT_EQ(name(p->outcome(written[i])), name(w.hub().outcome(written[i]))) << p->code << ' ' << spec.name << i;
    }
    return state;
  }

  World w;
};

constexpr std::uint16_t kFields[] = {kTitle, kDeadline, kPriority, kPercent, kTags, kNotes, kState, kFollowing};

TEST_F(ThroughEngine, ProgramsOfThreeOperationsShowOneStateEverywhere) {
  const std::vector<std::size_t> orders[] = {{1, 2}, {2, 1}};
  constexpr std::size_t kPrograms = 12 * 12 * 12;  // of three steps: 3 parties, informed or not, 2 choices
  constexpr std::size_t kEach = 160;               // a sample of them
  const auto homes = shared_cases(std::size(kFields) * (kPrograms / kEach + 1));
  std::vector<Performed> runs;
  for (const std::uint16_t field : kFields) {
    for (std::size_t number = 0; number < kPrograms; number += kEach) {
      std::vector<Act> acts;
      for (std::size_t i = 0, rest = number; i < 3; ++i, rest /= 12)
        acts.push_back({rest % 3, rest / 3 % 2 == 1, static_cast<std::uint8_t>(rest / 6 % 2)});
      // Only the assigning side changes authority; the others' tries are proposals, and those are judge_test's.
      if (field == kFollowing)
        for (Act& act : acts) act.party = 0;
      runs.push_back(run(homes[runs.size()], field, acts, orders[number % 2]));
    }
  }
  w.settle();
  EXPECT_EQ(runs.size(), 88u);
  for (const Performed& done : runs) state_of(done);
  w.expect_converged();
}

TEST_F(ThroughEngine, TheOrderOfArrivalDecidesNothingOfAnUnguardedField) {
  const std::vector<Act> acts = {{1, false, 0}, {2, false, 1}, {1, false, 1}, {0, false, 0}};
  const auto homes = shared_cases(6);
  std::vector<Performed> runs;
  for (const std::uint16_t field : {kTitle, kTags, kState})
    for (const auto& order : {std::vector<std::size_t>{1, 2}, std::vector<std::size_t>{2, 1}})
      runs.push_back(run(homes[runs.size()], field, acts, order));
  w.settle();
  for (std::size_t i = 0; i < runs.size(); i += 2) {
    const FieldRow one = state_of(runs[i]), other = state_of(runs[i + 1]);
    EXPECT_EQ(one.value, other.value) << runs[i].field;
    EXPECT_EQ(one.event, other.event) << runs[i].field;
    EXPECT_EQ(one.heads.size(), other.heads.size()) << runs[i].field;
    EXPECT_EQ(one.conflict, other.conflict) << runs[i].field;
  }
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
