#include "sync/isolation.h"

#include <set>

#include "sync/engine_parts.h"
#include "sync/waiting_list.h"

namespace tram::sync {

Order order_of(const Receipt& receipt, std::uint64_t anchor_seq) {
  Order order;
  order.epoch = receipt.hub_epoch;
  order.hub_seq = receipt.hub_seq;
  order.hub_time_ms = receipt.hub_time_ms;
  order.lo_ms = receipt.lo_ms;
  order.directory_version = receipt.directory_version;
  order.anchor_seq = anchor_seq;
  return order;
}

void mark_poisoned(Store& store, const RecordId& home) {
  HomeRow row = store.home(home).value_or(HomeRow{});
  row.home = home;
  row.poisoned = true;
  store.put_home(row);
}

std::optional<std::vector<ReceiptException>> apply_isolated(Store& store, const World& world, const Authored& work,
                                                            const Order& order, const Receipt* given) {
  std::vector<ReceiptException> computed;
  try {
    store.savepoint([&] { computed = apply_confirmed(store, world, work, order, given); });
    return computed;
  } catch (const StoreFailure&) {
    throw;
  } catch (const std::exception&) {
    mark_poisoned(store, work.header.home);
    add_waiting(store, waiting::kNotApplied, work.hash);
    return std::nullopt;
  }
}

void keep_unreadable(Store& store, const World& world, const Header& header, const Receipt& receipt) {
  VersionRow v;
  v.id = version_id(receipt.changeset, kAllOperations);
  v.home = header.home;
  v.record = header.home;
  v.changeset = receipt.changeset;
  v.operation = kAllOperations;
  v.hub_epoch = receipt.hub_epoch;
  v.hub_seq = receipt.hub_seq;
  v.hub_time_ms = receipt.hub_time_ms;
  v.written_ms = header.written_ms();
  v.person = header.person;
  if (const Device* author = world.directory.device(header.device)) v.organisation = author->site;
  v.verdict = Verdict::quarantined;
  v.reason = receipt.verdict_of(kAllOperations).reason;
  store.put_version(v);
}

void fold_poisoned_again(Store& store, const World& world) {
  const auto waiting = waiting_list(store, waiting::kNotApplied);
  if (waiting.empty()) return;
  put_waiting_list(store, waiting::kNotApplied, {});
  std::set<RecordId> homes;
  for (const Hash& hash : waiting)
    if (const auto row = store.changeset(hash)) homes.insert(row->home);
  for (const RecordId& home : homes) {
    HomeRow row = store.home(home).value_or(HomeRow{});
    row.home = home;
    row.poisoned = false;
    row.auth_head = {};
    store.put_home(row);
    std::set<Hash> seen;
    for (const ReceiptRow& stored : store.receipts_of_home(home)) {
      const auto receipt = decode_receipt(stored.bytes);
      const auto changeset = store.changeset(stored.changeset);
      if (!receipt || !changeset) continue;
      const auto work = read_changeset(changeset->bytes, world, receipt->directory_version);
      if (!work) continue;
      // From the beginning, so each verdict is given: what was computed was compared when the receipt came.
      Order order = order_of(*receipt);
      order.again = !seen.insert(stored.changeset).second;
      (void)apply_isolated(store, world, *work, order, &*receipt);
    }
  }
}

void Engine::Site::note_damaged(const Receipt& receipt, const std::optional<RecordId>& home) {
  // Only a header whose hash the receipt names says which home it belongs to.
  if (home) mark_poisoned(store_, *home);
  add_waiting(store_, waiting::kDamaged, receipt.changeset);
  out_.push_back(Notice{OutcomeCode::bad_changeset, to_hex(receipt.changeset), receipt.hub_seq});
}

}  // namespace tram::sync
