// Adoption (sync design 3, kind 12, and 4): an authorised person of the same organisation takes responsibility for a
// quarantined changeset of the same home, or a device for its own branch. The changeset then gets a second receipt; its
// version ids and its author stay.
#pragma once
#include "sync/apply.h"

namespace tram::sync {

// May this author adopt that changeset? Only who holds it, and knows no later receipt of it than the one that judges,
// can say: elsewhere `given`, the receipt's verdict, counts.
ReceiptException judge_adoption(Store& store, const World& world, const Authored& work, const Operation& op,
                                const Order& order, const std::optional<ReceiptException>& given);

// The changesets that the admitted adoptions of a changeset name.
std::vector<Hash> adoptions(const Authored& work, const Receipt& receipt);

// An approver of the author's organisation, or the hub's office for its own; who may also redact.
bool decides_for(const Authored& work, const OrganisationId& author, const World& world,
                 std::uint64_t directory_version);

}  // namespace tram::sync
