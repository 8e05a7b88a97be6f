#include "sync/upgrade.h"

#include <set>

#include "sync/fold_again.h"

namespace tram::sync {
namespace {

constexpr std::string_view kKnown = "schema_known";  // 6 bytes per field (event 0) and event: type, field, event
constexpr std::size_t kKnownBytes = 6;

using Known = std::set<std::array<std::uint16_t, 3>>;

Known known_to(const Schema& schema) {
  Known known;
  for (const auto& [at, field] : schema.fields()) known.insert({at.first, at.second, 0});
  for (const auto& [at, event] : schema.events()) known.insert(at);
  return known;
}

Bytes encode(const Known& known) {
  Bytes bytes;
  for (const auto& item : known)
    for (const std::uint16_t number : item) append_le(bytes, number);
  return bytes;
}

Known decode(ByteView bytes) {
  Known known;
  for (; bytes.size() >= kKnownBytes; bytes = bytes.subspan(kKnownBytes))
    known.insert(
        {load_le<std::uint16_t>(&bytes[0]), load_le<std::uint16_t>(&bytes[2]), load_le<std::uint16_t>(&bytes[4])});
  return known;
}

// Holds this home an operation that the release before did not know, or a changeset that it could not apply?
bool kept_something(Store& store, const HomeRow& home, const Known& before) {
  if (home.poisoned) return true;
  for (const VersionRow& v : store.versions_of_home(home.home)) {
    if (v.layer != Layer::confirmed || v.verdict != Verdict::admitted) continue;
    if (v.record.is_zero() && v.kind == OperationKind::field_set) return true;  // stands for a kind not known then
    if (v.field == 0) continue;
    const auto record = store.record(v.record, Layer::confirmed);
    if (!record) continue;
    if (!before.contains({record->type, v.field, 0})) return true;
    if (v.kind == OperationKind::status_event && !before.contains({record->type, v.field, v.event})) return true;
  }
  return false;
}

}  // namespace

bool is_newer(Store& store, const Schema& schema, const Operation& operation) {
  if (operation.unknown_kind) return true;
  if (operation.kind == OperationKind::record_create) return !schema.types().contains(operation.type);
  if (operation.field == 0) return false;
  const auto record = store.record(operation.record, Layer::confirmed);
  if (!record) return false;  // its creation was not admitted
  if (schema.field(record->type, operation.field) == nullptr) return true;
  return operation.kind == OperationKind::status_event &&
         schema.event(record->type, operation.field, operation.event) == nullptr;
}

std::vector<RecordId> fold_after_upgrade(Store& store, const World& world, std::uint64_t now_ms) {
  const Bytes now = encode(known_to(world.schema));
  const auto last = store.meta(kKnown);
  if (last && *last == now) return {};
  std::vector<RecordId> folded;
  if (last) {
    const Known before = decode(*last);
    for (const HomeRow& home : store.homes()) {
      if (!kept_something(store, home, before)) continue;
      fold_home_again(store, world, home.home, now_ms);
      folded.push_back(home.home);
    }
  }
  store.put_meta(kKnown, now);
  return folded;
}

}  // namespace tram::sync
