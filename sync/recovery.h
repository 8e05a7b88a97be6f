// A hub set back to an older state (sync design 8, "A restored hub"): what is known of its recovery, for the programs.
// The work itself is the engine's: StartRecovery, RESUPPLY frames in Incoming, EndRecovery.
#pragma once
#include <string>
#include <vector>

#include "sync/directory.h"
#include "sync/store.h"

namespace tram::sync {

// A receipt that the hub gave before it was set back, and what of it is lost.
struct LostReceipt {
  HubPlace place;
  Hash changeset{};  // zero: nobody brought the receipt; only its number is known
  LogId log;
  std::uint64_t seq = 0;
  bool operator==(const LostReceipt&) const = default;
};

// A changeset that had a receipt which came too late to be put back: it was judged anew.
struct JudgedAnew {
  Hash changeset{};
  HubPlace former;
  bool operator==(const JudgedAnew&) const = default;
};

struct Recovery {
  bool active = false;
  std::uint64_t started_ms = 0;
  HubPlace backup;                // the newest receipt of the backup
  std::uint64_t restored = 0;     // receipts put back, or waiting for that
  std::uint64_t held = 0;         // changesets pushed meanwhile, without a receipt yet
  std::size_t expected = 0;       // devices that used the network in the week before the backup
  std::vector<DeviceId> awaited;  // those of them not heard yet
  std::vector<DeviceId> heard;    // since the restore
  std::uint64_t ended_ms = 0;     // of the last recovery; 0 = there was none
  std::uint64_t lost_count = 0;   // all; `lost` holds the first kKept
  std::vector<LostReceipt> lost;
  std::vector<JudgedAnew> judged_anew;
  static constexpr std::size_t kKept = 1000;
};
Recovery recovery_of(Store& store, const Directory& directory);

// A backup that holds everything up to here was made: stream heads say so from now on (`durable_through`). The newest
// place that is known to be safe; at a site the newest that the hub stated.
void note_durable(Store& store, HubPlace through);
HubPlace durable_through(Store& store);

}  // namespace tram::sync
