// Which versions of a field count in a layer, and a confirmed field folded anew from them.
#include <set>

#include "sync/apply.h"
#include "sync/digest.h"

namespace tram::sync {

void refold(Store& store, const World& world, const RecordId& id, std::uint16_t field, Hash& home_sum) {
  const auto record = store.record(id, Layer::confirmed);
  const FieldSpec* spec = record ? world.schema.field(record->type, field) : nullptr;
  if (spec == nullptr) return;
  const auto rule = [&](std::uint16_t event) { return world.schema.event(record->type, field, event); };
  const Folded f = fold_live(spec->kind, live_in_layer(store, Layer::confirmed, *record, *spec), rule);
  if (f.heads.empty() && !store.field(id, field, Layer::confirmed)) return;  // nothing of it was ever admitted
  const FieldRow row{id, field, Layer::confirmed, record->home, f.value, f.winner, f.event, f.heads, f.conflict};
  put_confirmed_field(store, row, home_sum);
}

std::vector<VersionRow> live_in_layer(Store& store, Layer layer, const RecordRow& record, const FieldSpec& spec) {
  if (layer == Layer::confirmed) return store.live_versions(record.id, spec.field);
  std::set<VersionId> dead;
  std::vector<VersionRow> found;
  const auto all = store.all_versions(record.id, spec.field);
  const VersionRow* last_authority = nullptr;
  for (const VersionRow& v : all) {
    if (v.verdict != Verdict::admitted || v.layer != Layer::provisional) continue;
    if (spec.kind != FieldKind::log) dead.insert(v.seen.begin(), v.seen.end());
    if (spec.kind == FieldKind::authority) last_authority = &v;
  }
  if (last_authority) return {*last_authority};
  for (const VersionRow& v : all)
    if (v.verdict == Verdict::admitted && !v.superseded && !dead.contains(v.id)) found.push_back(v);
  return found;
}

}  // namespace tram::sync
