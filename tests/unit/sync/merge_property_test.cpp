// Properties of the fold over every small program (sync design 13): three sites write up to three operations, each any
// that its field kind knows, each author knowing any causally closed part of what was written before. Whatever order
// the versions arrive in, once or twice, they fold to the state that the knowledge of the authors alone demands: it is
// worked out here from who knew what, without the ids that the versions name. Nothing that nobody knew is ever lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "sync/merge.h"

namespace tram::sync {
namespace {

constexpr std::uint16_t kStarted = 1, kDone = 2, kCancelled = 3;

// started -> done -> cancelled in precedence; done only after started.
const EventSpec* event_spec(std::uint16_t event) {
  static const std::map<std::uint16_t, EventSpec> kEvents = {
      {kStarted, {1, 1, kStarted, 10, kRelationAll, 1u << 0, "started"}},
      {kDone, {1, 1, kDone, 20, kRelationAll, 1u << kStarted, "done"}},
      {kCancelled, {1, 1, kCancelled, 90, kRelationAll, ~0ull, "cancelled"}}};
  const auto at = kEvents.find(event);
  return at == kEvents.end() ? nullptr : &at->second;
}

struct KindCase {
  FieldKind kind;
  std::uint8_t choices;  // operations to choose from, see value_of and write
  bool timed;            // do claimed times decide anything?
};
constexpr KindCase kKinds[] = {{FieldKind::create_once, 2, true}, {FieldKind::reg, 3, true},
                               {FieldKind::guarded, 2, true},     {FieldKind::single_writer, 2, true},
                               {FieldKind::authority, 2, false},  {FieldKind::set, 4, false},
                               {FieldKind::log, 2, false},        {FieldKind::events, 3, true}};

bool is_register(FieldKind kind) {
  return kind == FieldKind::create_once || kind == FieldKind::reg || kind == FieldKind::guarded ||
         kind == FieldKind::single_writer;
}

struct Step {
  std::uint8_t site = 0;    // 0..2
  std::uint8_t choice = 0;  // below KindCase::choices
  std::uint16_t known = 0;  // bit n = its author knew step n
};
using Program = std::vector<Step>;

struct Written {
  std::vector<VersionRow> versions;  // in the order of their receipts
  Folded expected;                   // by the authors' knowledge alone
  std::vector<bool> live;            // whose value nobody replaced knowingly
};

enum class Times { rising, falling };

// Sets: 0 and 1 add "a" and "b", 2 and 3 remove them. Logs: 1 corrects the newest entry known. Registers: 2 clears.
Value value_of(FieldKind kind, std::uint8_t choice) {
  if (kind == FieldKind::events || (is_register(kind) && choice == 2)) return Value();
  return Value::text(choice % 2 == 0 ? "a" : "b");
}

bool knows(const Step& step, std::size_t other) {
  return (step.known >> other & 1) != 0;
}

std::vector<bool> live_by_knowledge(FieldKind kind, const Program& program) {
  std::vector<bool> live(program.size(), true);
  if (kind == FieldKind::log) return live;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (kind == FieldKind::authority) live[i] = i + 1 == program.size();
    if (kind == FieldKind::set && program[i].choice >= 2) live[i] = false;
    for (const Step& later : program) {
      if (kind == FieldKind::authority || !knows(later, i)) continue;
      const bool replaces = kind != FieldKind::set || (later.choice >= 2 && later.choice - 2 == program[i].choice);
      if (replaces) live[i] = false;
    }
  }
  return live;
}

// What the author of step i had before him: the part of the program that he knew, as its authors' knowledge left it.
std::vector<std::size_t> live_before(FieldKind kind, const Program& program, std::size_t i) {
  std::vector<std::size_t> at;
  Program part;
  for (std::size_t k = 0; k < i; ++k)
    if (knows(program[i], k)) at.push_back(k);
  for (const std::size_t k : at) {
    Step s = program[k];
    std::uint16_t known = 0;
    for (std::size_t n = 0; n < at.size(); ++n)
      if (knows(s, at[n])) known = static_cast<std::uint16_t>(known | 1u << n);
    s.known = known;
    part.push_back(s);
  }
  std::vector<std::size_t> found;
  const auto live = live_by_knowledge(kind, part);
  for (std::size_t n = 0; n < at.size(); ++n)
    if (live[n]) found.push_back(at[n]);
  return found;
}

Written write(FieldKind kind, const Program& program, Times times) {
  Written w;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Step& s = program[i];
    VersionRow v;
    v.id.bytes[0] = static_cast<std::uint8_t>(0x10 * (3 - s.site) + i);  // ids do not rise with time
    v.record.bytes[0] = v.home.bytes[0] = 1;
    v.field = 1;
    v.kind = OperationKind::field_set;
    v.value = value_of(kind, s.choice);
    v.hub_epoch = 1;
    v.hub_seq = i + 1;
    v.effective_ms = times == Times::rising ? 100 + i : 100 - i;
    v.rank = kind == FieldKind::guarded && s.site != 1 ? std::uint16_t{3} : std::uint16_t{1};
    const auto before = live_before(kind, program, i);
    for (const std::size_t k : before) {
      const bool removes = kind == FieldKind::set && s.choice >= 2 && program[k].choice == s.choice - 2;
      if (kind != FieldKind::set || removes) v.seen.push_back(w.versions[k].id);
    }
    switch (kind) {
      case FieldKind::set:
        v.kind = s.choice < 2 ? OperationKind::set_add : OperationKind::set_remove;
        if (s.choice >= 2) v.value = Value();
        break;
      case FieldKind::log:
        v.kind = OperationKind::log_append;
        v.seen.clear();
        if (s.choice == 1 && !before.empty()) v.seen = {w.versions[before.back()].id};
        break;
      case FieldKind::authority:
        v.kind = OperationKind::authority_change;
        v.seen.clear();
        break;
      case FieldKind::events:
        v.kind = OperationKind::status_event;
        v.event = static_cast<std::uint16_t>(s.choice + 1);
        for (const std::size_t k : before) {
          const auto event = w.versions[k].event;
          if (v.base_event == 0 || event_spec(event)->precedence > event_spec(v.base_event)->precedence)
            v.base_event = event;
        }
        break;
      default:
        break;
    }
    w.versions.push_back(std::move(v));
  }
  w.live = live_by_knowledge(kind, program);
  const VersionRow* best = nullptr;
  const auto strength = [&](const VersionRow& v) {
    const bool event = kind == FieldKind::events;
    const bool legal = event && (event_spec(v.event)->legal_after >> v.base_event & 1) != 0;
    return std::tuple(legal, event ? event_spec(v.event)->precedence : v.rank, v.effective_ms, v.id);
  };
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (!w.live[i]) continue;
    const VersionRow& v = w.versions[i];
    w.expected.heads.push_back(v.id);
    if (kind == FieldKind::set || kind == FieldKind::log) continue;
    if (best && (v.value != best->value || v.event != best->event)) w.expected.conflict = true;
    if (!best || strength(v) > strength(*best)) best = &v;
  }
  std::sort(w.expected.heads.begin(), w.expected.heads.end());
  if (best) {
    w.expected.winner = best->id;
    w.expected.value = best->value;
    w.expected.event = best->event;
  }
  return w;
}

// A station: takes versions one by one and keeps what is live, as the store does.
class Replica {
 public:
  explicit Replica(FieldKind kind) : kind_(kind) {}
  void take(const VersionRow& v) {
    if (!taken_.insert(v.id).second) return;
    rows_.push_back(v);
    if (kind_ != FieldKind::log) dead_.insert(v.seen.begin(), v.seen.end());
  }
  Folded state() const {
    std::vector<VersionRow> live;
    for (const VersionRow& v : rows_)
      if (!dead_.contains(v.id)) live.push_back(v);
    return fold_live(kind_, live, event_spec);
  }

 private:
  const FieldKind kind_;
  std::vector<VersionRow> rows_;
  std::set<VersionId> taken_, dead_;
};

std::string shown(FieldKind kind, const Program& program) {
  std::string text(1, static_cast<char>(kind));
  for (const Step& s : program)
    text += " site " + std::to_string(s.site) + " writes " + std::to_string(s.choice) + " knowing " +
            std::to_string(s.known);
  return text;
}

// Every program of `length` steps: sites, choices, and knowledge that holds the author's own steps and, with a step,
// all that its author knew.
template <class Visit>
void each_program(std::uint8_t choices, std::size_t length, const Visit& visit) {
  Program program;
  const auto extend = [&](const auto& self) -> void {
    if (program.size() == length) return visit(program);
    const std::size_t i = program.size();
    for (std::uint8_t site = 0; site < 3; ++site) {
      for (std::uint16_t known = 0; known < 1u << i; ++known) {
        bool closed = true;
        for (std::size_t k = 0; k < i; ++k) {
          if (program[k].site == site) closed &= (known >> k & 1) != 0;
          if ((known >> k & 1) != 0) closed &= (program[k].known & ~known) == 0;
        }
        if (!closed) continue;
        for (std::uint8_t choice = 0; choice < choices; ++choice) {
          program.push_back({site, choice, known});
          self(self);
          program.pop_back();
        }
      }
    }
  };
  extend(extend);
}

std::vector<Times> times_of(const KindCase& c) {
  return c.timed ? std::vector{Times::rising, Times::falling} : std::vector{Times::rising};
}

TEST(MergeProperty, EveryProgramFoldsToOneStateInEveryOrder) {
  std::size_t cases = 0;
  for (const KindCase& c : kKinds) {
    for (std::size_t length = 1; length <= 3; ++length) {
      each_program(c.choices, length, [&](const Program& program) {
        for (const Times times : times_of(c)) {
          const Written w = write(c.kind, program, times);
          std::vector<std::size_t> order(length);
          std::iota(order.begin(), order.end(), std::size_t{0});
          do {
            ++cases;
            std::vector<VersionRow> delivered;
            Replica replica(c.kind);
            for (const std::size_t i : order) {
              delivered.push_back(w.versions[i]);
              replica.take(w.versions[i]);
            }
            ASSERT_EQ(fold_all(c.kind, delivered, event_spec), w.expected) << shown(c.kind, program);
            for (const VersionRow& again : w.versions) {
              delivered.push_back(again);
              replica.take(again);
            }
            ASSERT_EQ(replica.state(), w.expected) << shown(c.kind, program);
            ASSERT_EQ(fold_all(c.kind, delivered, event_spec), w.expected) << shown(c.kind, program);
          } while (std::next_permutation(order.begin(), order.end()));
        }
      });
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GE(cases, 100'000u);
  RecordProperty("cases", std::to_string(cases));
}

// Three logs of up to three operations each, delivered in every way that keeps the order within a log.
TEST(MergeProperty, EveryInterleavingOfThreeLogsFoldsToOneState) {
  std::size_t cases = 0;
  for (const KindCase& c : kKinds) {
    for (std::size_t lengths = 1; lengths < 64; ++lengths) {
      const std::size_t length[3] = {lengths % 4, lengths / 4 % 4, lengths / 16};
      for (const bool informed : {false, true}) {
        Program program;
        std::size_t left[3] = {length[0], length[1], length[2]};
        for (std::uint8_t site = 0; left[0] + left[1] + left[2] > 0; site = static_cast<std::uint8_t>((site + 1) % 3)) {
          if (left[site] == 0) continue;
          --left[site];
          std::uint16_t known = 0;
          for (std::size_t k = 0; k < program.size(); ++k)
            if (informed ? (k + site) % 3 != 0 || program[k].site == site : program[k].site == site)
              known = static_cast<std::uint16_t>(known | 1u << k | program[k].known);
          program.push_back({site, static_cast<std::uint8_t>((lengths + program.size()) % c.choices), known});
        }
        const Written w = write(c.kind, program, lengths % 2 == 0 ? Times::rising : Times::falling);
        // The multiset permutations of the logs' numbers are the interleavings.
        std::vector<std::uint8_t> logs;
        for (std::uint8_t site = 0; site < 3; ++site) logs.insert(logs.end(), length[site], site);
        do {
          ++cases;
          Replica replica(c.kind);
          std::size_t next[3] = {0, 0, 0};
          for (const std::uint8_t site : logs) {
            while (program[next[site]].site != site) ++next[site];
            replica.take(w.versions[next[site]++]);
          }
          ASSERT_EQ(replica.state(), w.expected) << shown(c.kind, program);
        } while (std::next_permutation(logs.begin(), logs.end()));
        ASSERT_EQ(fold_all(c.kind, w.versions, event_spec), w.expected) << shown(c.kind, program);
      }
    }
  }
  EXPECT_EQ(cases, 2u * 8u * 5'247u);
}

TEST(MergeProperty, AWriteThatKnewAllHeadsLeavesOneAndNoConflict) {
  for (const KindCase& c : kKinds) {
    if (!is_register(c.kind) && c.kind != FieldKind::events) continue;
    each_program(c.choices, 3, [&](const Program& program) {
      for (const Times times : times_of(c)) {
        Program resolved = program;
        resolved.push_back({1, 1, 0b111});  // by the site of the lowest rank, which is no matter to those who knew
        const Written w = write(c.kind, resolved, times);
        const Folded f = fold_all(c.kind, w.versions, event_spec);
        ASSERT_EQ(f.heads, std::vector{w.versions.back().id}) << shown(c.kind, program);
        ASSERT_FALSE(f.conflict) << shown(c.kind, program);
        ASSERT_EQ(f.winner, w.versions.back().id) << shown(c.kind, program);
      }
    });
    if (HasFatalFailure()) return;
  }
}

TEST(MergeProperty, EqualValuesMakeNoConflict) {
  for (const KindCase& c : kKinds) {
    each_program(1, 3, [&](const Program& program) {
      const Folded f = fold_all(c.kind, write(c.kind, program, Times::falling).versions, event_spec);
      ASSERT_FALSE(f.conflict) << shown(c.kind, program);
    });
    if (HasFatalFailure()) return;
  }
}

// "Lost" means: in none of the outcomes (sync design 14). A value that nobody replaced knowingly is the one in force,
// equal to it, or shown as overridden; one that was replaced is history and no conflict.
TEST(MergeProperty, NoValueIsLost) {
  for (const KindCase& c : kKinds) {
    if (!is_register(c.kind) && c.kind != FieldKind::events) continue;
    const FieldSpec spec{1, 1, c.kind, kRelationAll, ValueKind::text, ScopePart::none, "field"};
    each_program(c.choices, 3, [&](const Program& program) {
      const Written w = write(c.kind, program, Times::falling);
      const Folded f = fold_all(c.kind, w.versions, event_spec);
      FieldRow field;
      field.value = f.value;
      field.winner = f.winner;
      field.event = f.event;
      field.heads = f.heads;
      field.conflict = f.conflict;
      for (std::size_t i = 0; i < w.versions.size(); ++i) {
        VersionRow v = w.versions[i];
        v.superseded = !w.live[i];
        const bool in_force = v.value == f.value && v.event == f.event;
        const bool head = std::binary_search(f.heads.begin(), f.heads.end(), v.id);
        ASSERT_EQ(head, w.live[i]) << shown(c.kind, program);
        ASSERT_EQ(outcome_of(v, &spec, &field) == Outcome::overridden, head && !in_force) << shown(c.kind, program);
      }
    });
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace tram::sync
