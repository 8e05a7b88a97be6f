// Revocation (sync design 4, bundle design 5.5): what a device that was retired, lost, stolen or compromised may still
// bring. What was receipted stands; the cut-off decides about what comes later, and never a claimed time.
#pragma once
#include "sync/directory.h"
#include "sync/store.h"

namespace tram::sync {

std::string_view name(RevokeReason reason);
std::optional<RevokeReason> revoke_reason_named(std::string_view name);

// Is a changeset that the hub receives now after the cut-off of its device?
bool after_cut_off(const Directory& directory, const Header& header);

// Receipted work of compromised devices after the moment from which they are suspect: for a person to look at, in the
// hub's order; undone only by explicit new changesets. At most `most`.
std::vector<ReceiptRow> suspect_work(Store& store, const Directory& directory, std::size_t most);

// What the hub knows of a device's log when it retires it: the last number that the device stated.
struct StatedLog {
  LogId log;
  std::uint64_t seq = 0;
};
void note_stated_log(Store& store, const DeviceId& device, const StatedLog& stated);
StatedLog stated_log(Store& store, const DeviceId& device);

}  // namespace tram::sync
