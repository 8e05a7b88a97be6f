// What an author's device claimed of time, against what the hub proves (sync design 9.2, 9.5 and 9.6): screens show the
// claim, and flag it where it cannot be so.
#pragma once
#include "sync/store.h"

namespace tram::sync {

struct Claim {
  bool clock_unset = false;      // its clock was not set: the time of its anchor counts
  bool outside = false;          // written before its anchor or after its receipt: the nearer of the two counts
  bool anchor_replaced = false;  // its anchor is not proved, or goes back in its log: the log's last good one counts
};
// A site does not hold every receipt: of an anchor that it cannot know nothing is said there.
Claim claim_of(Store& store, const VersionRow& version, bool at_hub);

}  // namespace tram::sync
