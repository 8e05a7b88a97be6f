// After an upgrade (sync design 10): what the release before had to keep as bytes is folded now, and what it could not
// apply is tried again (section 6, poison isolation). Nothing is asked from the hub for it.
#pragma once
#include "sync/apply.h"

namespace tram::sync {

// Call at the start of the program. Compares the schema with the one that this database was last used with; each home
// that holds something only this release knows is folded anew from its stored receipts, with their verdicts. Gives
// those homes: their provisional layer is the caller's.
std::vector<RecordId> fold_after_upgrade(Store& store, const World& world, std::uint64_t now_ms);

// Is it of a kind or a record type, on a field, or an event that this release does not know? Fields of a record that is
// not there (yet) are taken as known.
bool is_newer(Store& store, const Schema& schema, const Operation& operation);

}  // namespace tram::sync
