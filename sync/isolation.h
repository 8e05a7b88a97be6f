// Poison isolation (sync design 6): a changeset whose applying throws is undone alone. It stays stored, its home is
// marked and listed, the rest goes on, and the next start tries it again.
#pragma once
#include <set>

#include "sync/apply.h"

namespace tram::sync {

// apply_confirmed in a savepoint. Nothing if it threw: then the home is marked and the changeset waits for the next
// start. A failing store is no poison and goes on to the caller.
std::optional<std::vector<ReceiptException>> apply_isolated(Store& store, const World& world, const Authored& work,
                                                            const Order& order, const Receipt* given);
// `through`: the receipt that could not be applied. The home has come that far, and a later fold takes it in.
void mark_poisoned(Store& store, const RecordId& home, HubPlace through = {});

// What cannot be read at all: no operation of it takes part, but `explain` and `quarantine list` name it.
void keep_unreadable(Store& store, const World& world, const Header& header, const Receipt& receipt);

// What could not be applied is tried again at a start (begin_retry), and so many changesets in one step; a home has all
// of its receipts folded at once, so what else of it is listed finds it whole.
void begin_retry(Store& store);
std::vector<ChangesetRow> next_retried(Store& store);
std::set<RecordId> poisoned_homes(Store& store, const std::vector<ChangesetRow>& rows);

Order order_of(const Receipt& receipt, std::uint64_t anchor_seq = 0);

}  // namespace tram::sync
