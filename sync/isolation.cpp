#include "sync/isolation.h"

#include <limits>

#include "sync/engine_parts.h"
#include "sync/fold_again.h"
#include "sync/limits.h"
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

void mark_poisoned(Store& store, const RecordId& home, HubPlace through) {
  HomeRow row = store.home(home).value_or(HomeRow{});
  row.home = home;
  row.poisoned = true;
  if (through > HubPlace{row.hub_epoch, row.hub_seq}) {
    row.hub_epoch = through.epoch;
    row.hub_seq = through.seq;
  }
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
    // At the hub nothing has a place without a verdict.
    const bool in_order = !world.at_hub && given && !given->quarantines_all();
    mark_poisoned(store, work.header.home, in_order ? HubPlace{order.epoch, order.hub_seq} : HubPlace{});
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

void begin_retry(Store& store) {
  for (const Hash& hash : take_waiting(store, waiting::kNotApplied, std::numeric_limits<std::size_t>::max()))
    add_waiting(store, waiting::kRetried, hash);
}

std::vector<ChangesetRow> next_retried(Store& store) {
  std::vector<ChangesetRow> rows;
  for (const Hash& hash : take_waiting(store, waiting::kRetried, limits::kRetriedAtOnce))
    if (auto row = store.changeset(hash)) rows.push_back(std::move(*row));
  return rows;
}

std::set<RecordId> poisoned_homes(Store& store, const std::vector<ChangesetRow>& rows) {
  std::set<RecordId> homes;
  for (const ChangesetRow& row : rows)
    if (const auto home = store.home(row.home); home && home->poisoned) homes.insert(row.home);
  return homes;
}

void Engine::Site::retry_not_applied() {
  for (const RecordId& home : poisoned_homes(store_, next_retried(store_))) fold_home_anew(home);
}

// With what follows from it: an event that could not be applied when it came may ask for one of ours.
void Engine::Site::fold_home_anew(const RecordId& home) {
  fold_home_again(store_, engine_.world(store_), home, env_.wall_ms);
  touched_.push_back(home);
  for (const VersionRow& v : store_.versions_of_home(home)) {
    if (v.layer != Layer::confirmed || v.kind != OperationKind::status_event || v.verdict != Verdict::admitted)
      continue;
    if (const auto record = store_.record(v.record, Layer::confirmed)) note_event(*record, v.field, v.event);
  }
}

}  // namespace tram::sync
