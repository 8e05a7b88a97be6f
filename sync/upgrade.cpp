#include "sync/upgrade.h"

#include <set>

#include "sync/digest.h"
#include "sync/isolation.h"

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

// Applies one receipt again; false if that is not possible now either.
bool apply_again(Store& store, const World& world, const ReceiptRow& row, bool again, bool& disputed) {
  const auto changeset = store.changeset(row.changeset);
  if (!changeset || changeset->state == ChangesetState::waiting) return true;  // not folded yet: its stream brings it
  if (store.version(version_id(row.changeset, kAllOperations))) return true;   // quarantined whole, and listed so
  const auto receipt = decode_receipt(row.bytes);
  if (!receipt) return false;
  const auto work = read_changeset(changeset->bytes, world, receipt->directory_version);
  if (!work) return receipt->quarantines_all();
  Order order = order_of(*receipt, work->header.anchor.seq);
  order.again = again;
  std::vector<ReceiptException> computed;
  try {
    store.savepoint([&] { computed = apply_confirmed(store, world, *work, order, &*receipt); });
  } catch (const StoreFailure&) {
    throw;
  } catch (const std::exception&) {
    return false;
  }
  disputed |= !world.at_hub && !receipt->quarantines_all() && computed != receipt->exceptions;
  return true;
}

void fold_again(Store& store, const World& world, const HomeRow& home) {
  const auto receipts = store.receipts_of_home(home.home);
  // What lists a whole changeset in quarantine comes from no operation: it stays as it is.
  std::vector<VersionRow> listed;
  for (VersionRow& v : store.versions_of_home(home.home))
    if (v.layer == Layer::confirmed && v.operation == kAllOperations) listed.push_back(std::move(v));
  store.delete_confirmed(home.home);
  for (const VersionRow& v : listed) store.put_version(v);
  HomeRow fresh;
  fresh.home = home.home;
  store.put_home(fresh);
  bool poisoned = false, disputed = home.disputed;
  // A site may have heard of its own receipts that the organisation's stream has not brought yet: no part of the fold.
  const std::tuple last(home.hub_epoch, home.hub_seq);
  std::set<Hash> seen;
  for (const ReceiptRow& row : receipts)
    if (std::tie(row.hub_epoch, row.hub_seq) <= last)
      poisoned |= !apply_again(store, world, row, !seen.insert(row.changeset).second, disputed);
  HomeRow done = *store.home(home.home);
  done.poisoned = poisoned;
  done.disputed = disputed;
  store.put_home(done);
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

std::vector<RecordId> fold_after_upgrade(Store& store, const World& world) {
  const Bytes now = encode(known_to(world.schema));
  const auto last = store.meta(kKnown);
  if (last && *last == now) return {};
  std::vector<RecordId> folded;
  if (last) {
    const Known before = decode(*last);
    for (const HomeRow& home : store.homes()) {
      if (!kept_something(store, home, before)) continue;
      fold_again(store, world, home);
      folded.push_back(home.home);
    }
  }
  if (!folded.empty()) {
    for (StreamRow row : store.streams()) {
      if (row.kind != StreamKind::organisation) continue;
      row.digest = digest_of_scope(store, OrganisationId{row.owner});
      store.put_stream(row);
    }
  }
  store.put_meta(kKnown, now);
  return folded;
}

}  // namespace tram::sync
