// A home folded anew from its stored receipts, each with its verdict: after an upgrade (sync design 10), after
// something of it could not be applied (section 6, poison isolation), and when a digest differs. The one way to do it.
#pragma once
#include "sync/apply.h"

namespace tram::sync {

// All that was folded of it goes, and what its receipts say comes back; the sums of the streams follow. Afterwards the
// row says what holds now: `poisoned` when a receipt could not be applied, `disputed` when a verdict computed here is
// not the receipt's. Nothing for a home that is not known. Its provisional layer is the caller's.
void fold_home_again(Store& store, const World& world, const RecordId& home, std::uint64_t now_ms);

}  // namespace tram::sync
