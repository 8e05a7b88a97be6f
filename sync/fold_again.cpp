#include "sync/fold_again.h"

#include <algorithm>
#include <map>

#include "sync/digest.h"
#include "sync/dispute.h"
#include "sync/file_rows.h"
#include "sync/isolation.h"
#include "sync/waiting_list.h"

namespace tram::sync {
namespace {

class FoldAgain {
 public:
  FoldAgain(Store& store, const World& world, std::uint64_t now_ms)
      : store_(store), world_(world), as_told_(world), now_ms_(now_ms) {
    as_told_.at_hub = false;  // who saw what was judged then; the receipt says it
  }

  void run(const HomeRow& home) {
    const auto receipts = store_.receipts_of_home(home.home);
    // What lists a whole changeset in quarantine comes from no operation: it stays as it is.
    std::vector<VersionRow> listed;
    for (VersionRow& v : store_.versions_of_home(home.home))
      if (v.layer == Layer::confirmed && v.operation == kAllOperations) listed.push_back(std::move(v));
    count_home(store_, world_.zone, home.home, home.digest, Hash{});
    store_.delete_confirmed(home.home);
    for (const VersionRow& v : listed) store_.put_version(v);
    HomeRow fresh;
    fresh.home = home.home;
    store_.put_home(fresh);
    const HubPlace last{home.hub_epoch, home.hub_seq};
    for (const ReceiptRow& row : receipts) apply(row, last);
    HomeRow done = *store_.home(home.home);
    // It stands where it stood, whatever of it could be applied.
    done.hub_epoch = home.hub_epoch;
    done.hub_seq = home.hub_seq;
    done.poisoned = poisoned_;
    // On top of a hole nothing can be judged, and a hub judges nobody but itself.
    done.disputed = world_.at_hub || poisoned_ ? home.disputed : disputes(home.home);
    store_.put_home(done);
  }

 private:
  void apply(const ReceiptRow& row, const HubPlace& last) {
    const auto receipt = decode_receipt(row.bytes);
    const auto changeset = store_.changeset(row.changeset);
    const bool of_fold = HubPlace{row.hub_epoch, row.hub_seq} <= last;
    if (!receipt || (!changeset && of_fold && !receipt->quarantines_all())) poisoned_ = true;
    if (!receipt || !changeset) return;
    // A site may have heard of its own receipts that the organisation's stream has not brought yet: no part of the
    // fold. One that quarantines the whole changeset never says how far that came (apply.cpp).
    if (changeset->state == ChangesetState::waiting) return;
    if (!of_fold && !receipt->quarantines_all()) return;
    const bool again = !judged_.try_emplace(row.changeset).second;
    if (store_.version(version_id(row.changeset, kAllOperations))) return;  // quarantined whole, and listed so
    const auto work = read_changeset(changeset->bytes, world_, receipt->directory_version);
    if (!work) {
      if (!receipt->quarantines_all()) not_applied(row.changeset);
      return;
    }
    Order order = order_of(*receipt, work->header.anchor.seq);
    order.again = again;
    std::vector<ReceiptException> computed;
    try {
      store_.savepoint([&] { computed = apply_confirmed(store_, as_told_, *work, order, &*receipt); });
    } catch (const StoreFailure&) {
      throw;
    } catch (const std::exception&) {
      return not_applied(row.changeset);
    }
    (void)note_files(store_, world_.schema, *work, &*receipt, now_ms_);
    // The newest receipt of a changeset is the one in force.
    judged_[row.changeset] = {!receipt->quarantines_all() && computed != receipt->exceptions,
                              {row.hub_epoch, row.hub_seq}};
  }

  void not_applied(const Hash& changeset) {
    poisoned_ = true;
    add_waiting(store_, waiting::kNotApplied, changeset);
  }

  bool disputes(const RecordId& home) const {
    const HubPlace settled = settled_through(store_, home);
    return std::any_of(judged_.begin(), judged_.end(),
                       [&](const auto& one) { return one.second.differs && one.second.place > settled; });
  }

  Store& store_;
  const World& world_;
  World as_told_;
  const std::uint64_t now_ms_;
  struct Judged {  // its newest receipt: does the verdict computed here differ?
    bool differs = false;
    HubPlace place;
  };
  std::map<Hash, Judged> judged_;
  bool poisoned_ = false;
};

}  // namespace

void fold_home_again(Store& store, const World& world, const RecordId& home, std::uint64_t now_ms) {
  if (const auto row = store.home(home)) FoldAgain(store, world, now_ms).run(*row);
}

}  // namespace tram::sync
