// What a site keeps of a home that left its scope (sync design 7; docs/adr/0016). In mode keep_readonly all of it, to
// be read; in mode purge a stub. Which of the two it is, the hub says in the scope_leave entry.
#pragma once
#include "sync/receipt.h"
#include "sync/store.h"

namespace tram::sync {

// The stub of a home that is to be erased, or was.
struct LeftHome {
  bool erased = false;        // no: own work on it still waits for its receipt, or an own file for the hub
  bool receipted = false;     // all own work is; what the hub said of own files since counts
  HubPlace place;             // the last receipt that came here before it left
  std::uint64_t left_ms = 0;  // hub time of that
};
std::optional<LeftHome> left_home(Store& store, const RecordId& home);

// An entry of the body's own stream says that the home leaves, or is in scope again.
void note_leave(Store& store, const ScopeChange& change, std::uint64_t stream_seq);
void note_enter(Store& store, const RecordId& home);

// Erases rows and chunks of a home that left, once every changeset of ours on it has its receipt, and the hub has all
// of each file that `own` attached, which nobody else may have, or says that it wants none of it.
void erase_left(Store& store, const RecordId& home, const DeviceId& own);
// Deletes what other devices wrote on erased homes, once a backup of the hub holds it: until then a hub that is set
// back may need it (sync design 8). Our own changesets stay; they are our log. A bounded piece at a time.
void forget_changesets(Store& store, const StreamId& own_stream);

}  // namespace tram::sync
