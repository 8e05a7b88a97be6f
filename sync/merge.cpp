#include "sync/merge.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "sync/mutant.h"

namespace tram::sync {
namespace {

// The order among concurrent heads (sync design 3).
auto strength(const VersionRow& v) {
  return std::tuple(v.rank, TRAM_MUTANT(last_writer_by_arrival) ? v.hub_seq : v.effective_ms, v.id);
}

std::uint16_t precedence(const EventRule& rule, std::uint16_t event) {
  const EventSpec* spec = rule ? rule(event) : nullptr;
  return spec ? spec->precedence : 0;
}

bool legal(const EventRule& rule, const VersionRow& v) {
  const EventSpec* spec = rule ? rule(v.event) : nullptr;
  return spec && v.base_event < 64 && ((spec->legal_after >> v.base_event) & 1) != 0;
}

Folded fold_register(std::span<const VersionRow> live) {
  Folded f;
  const VersionRow* best = nullptr;
  for (const VersionRow& v : live) {
    f.heads.push_back(v.id);
    if (best && v.value != best->value) f.conflict = true;
    if (!best || strength(v) > strength(*best)) best = &v;
  }
  if (best) {
    f.winner = best->id;
    f.value = best->value;
  }
  return f;
}

// Authority fields are compare-and-set in receipt order: the last admitted change holds.
Folded fold_authority(std::span<const VersionRow> live) {
  Folded f;
  const VersionRow* last = nullptr;
  const auto order = [](const VersionRow& v) { return std::tuple(v.hub_epoch, v.hub_seq, v.operation); };
  for (const VersionRow& v : live)
    if (!last || order(v) > order(*last)) last = &v;
  if (last) {
    f.winner = last->id;
    f.value = last->value;
    f.heads = {last->id};
  }
  return f;
}

Folded fold_events(std::span<const VersionRow> live, const EventRule& rule) {
  Folded f;
  const VersionRow* best = nullptr;
  const auto standing = [&](const VersionRow& v) {
    return std::tuple(legal(rule, v), precedence(rule, v.event), v.effective_ms, v.id);
  };
  for (const VersionRow& v : live) {
    f.heads.push_back(v.id);
    if (best && v.event != best->event) f.conflict = true;
    if (!best || standing(v) > standing(*best)) best = &v;
  }
  if (best) {
    f.winner = best->id;
    f.event = best->event;
  }
  return f;
}

}  // namespace

Folded fold_live(FieldKind kind, std::span<const VersionRow> live, const EventRule& rule) {
  Folded f;
  switch (kind) {
    case FieldKind::create_once:
    case FieldKind::reg:
    case FieldKind::guarded:
    case FieldKind::single_writer:
      f = fold_register(live);
      break;
    case FieldKind::authority:
      f = fold_authority(live);
      break;
    case FieldKind::events:
      f = fold_events(live, rule);
      break;
    case FieldKind::set:
      for (const VersionRow& v : live)
        if (v.kind == OperationKind::set_add) f.heads.push_back(v.id);
      break;
    case FieldKind::log:
      for (const VersionRow& v : live) f.heads.push_back(v.id);
      break;
  }
  std::sort(f.heads.begin(), f.heads.end());
  return f;
}

Folded fold_all(FieldKind kind, std::span<const VersionRow> versions, const EventRule& rule) {
  std::set<VersionId> dead;
  // A log entry that corrects another stands beside it: nothing leaves an append log.
  if (kind != FieldKind::log)
    for (const VersionRow& v : versions) dead.insert(v.seen.begin(), v.seen.end());
  std::vector<VersionRow> live;
  std::set<VersionId> taken;
  for (const VersionRow& v : versions) {
    if (dead.contains(v.id) || !taken.insert(v.id).second) continue;
    live.push_back(v);
    if (kind == FieldKind::events) live.back().base_event = base_event(versions, v.seen, rule);
  }
  if (kind == FieldKind::authority) {
    // A change names its predecessor by auth_base, not by `seen`: receipt order alone decides.
    live.assign(versions.begin(), versions.end());
  }
  return fold_live(kind, live, rule);
}

std::uint16_t base_event(std::span<const VersionRow> versions, std::span<const VersionId> after,
                         const EventRule& rule) {
  std::uint16_t base = 0;
  for (const VersionRow& v : versions) {
    if (std::find(after.begin(), after.end(), v.id) == after.end()) continue;
    if (base == 0 || precedence(rule, v.event) > precedence(rule, base)) base = v.event;
  }
  return base;
}

std::uint64_t effective_time(std::uint64_t written_at, std::uint64_t lo_ms, std::uint64_t hi_ms, bool clock_unset) {
  const std::uint64_t lo = lo_ms << 16;
  const std::uint64_t hi = (hi_ms << 16) | 0xFFFF;
  if (TRAM_MUTANT(time_not_clamped)) return written_at;
  if (clock_unset) return lo;
  return std::clamp(written_at, std::min(lo, hi), hi);
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::applied:
      return "applied";
    case Outcome::merged:
      return "merged";
    case Outcome::overridden:
      return "overridden";
    case Outcome::proposal:
      return "proposal";
    case Outcome::quarantined:
      return "quarantined";
  }
  return "unknown";
}

Outcome outcome_of(const VersionRow& v, const FieldSpec* spec, const FieldRow* field) {
  if (v.verdict == Verdict::proposal) return Outcome::proposal;
  if (v.verdict == Verdict::quarantined) return Outcome::quarantined;
  const bool contested = spec && field && spec->kind != FieldKind::set && spec->kind != FieldKind::log;
  if (contested && !v.superseded && field->winner != v.id) {
    const bool same = spec->kind == FieldKind::events ? v.event == field->event : v.value == field->value;
    if (!same) return Outcome::overridden;
  }
  return v.concurrent ? Outcome::merged : Outcome::applied;
}

}  // namespace tram::sync
