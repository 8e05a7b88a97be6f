// The merge: how the versions of one field fold to its state (sync design 3). Pure functions of sets: any order of the
// same versions gives the same result.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "sync/schema.h"
#include "sync/store.h"

namespace tram::sync {

// The state of one field. Registers have a winner; sets and logs have their elements as heads.
struct Folded {
  VersionId winner;
  Value value;
  std::uint16_t event = 0;
  std::vector<VersionId> heads;  // sorted by id
  bool conflict = false;         // several heads with unlike values
  bool operator==(const Folded&) const = default;
};

// Is `event` legal when the state in force was `base` (0 = none)? From the schema.
using EventRule = std::function<const EventSpec*(std::uint16_t event)>;

// Folds versions that are all admitted and not superseded.
Folded fold_live(FieldKind kind, std::span<const VersionRow> live, const EventRule& rule);

// The reference form: folds any set of admitted versions, in any order, duplicates included. Works out supersession and
// the base states of events by itself; the store keeps both incrementally and must agree with this.
Folded fold_all(FieldKind kind, std::span<const VersionRow> versions, const EventRule& rule);

// The state that the events named in `after` leave: the highest precedence among them; 0 if there are none.
std::uint16_t base_event(std::span<const VersionRow> versions, std::span<const VersionId> after, const EventRule& rule);

// clamp(written_at, lo, hi): a writer can neither post-date past the receipt nor back-date past its own anchor.
std::uint64_t effective_time(std::uint64_t written_at, std::uint64_t lo_ms, std::uint64_t hi_ms, bool clock_unset);

// What people see of one operation (sync design 1).
enum class Outcome : std::uint8_t { applied, merged, overridden, proposal, quarantined };
std::string_view name(Outcome outcome);
// Precondition: `field` is the folded state of the version's field, if there is one.
Outcome outcome_of(const VersionRow& version, const FieldSpec* spec, const FieldRow* field);

}  // namespace tram::sync
