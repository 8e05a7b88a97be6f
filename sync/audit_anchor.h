// Audit anchors (reliability design 5.7) as the engine carries them: number and head of a device's audit log, stated in
// HELLO and kept at the hub. The chain itself, and countersigning, are the program's. A value is u64 number | 32 bytes.
#pragma once
#include <optional>
#include <string>

#include "sync/store.h"

namespace tram::sync {

struct StatedAudit {
  std::uint64_t number = 0;  // 0 = no row yet
  Hash head{};
  bool operator==(const StatedAudit&) const = default;
};

// What this device states in its next HELLO.
void state_audit(Store& store, const StatedAudit& anchor);
StatedAudit own_audit(Store& store);

// Hub: what a device stated. The newest one counts; a smaller number, or another head under the same one, is kept
// apart: the log of that device was cut or set back.
void hear_audit(Store& store, const DeviceId& device, const StatedAudit& anchor);
std::optional<StatedAudit> heard_audit(Store& store, const DeviceId& device);
std::optional<StatedAudit> audit_set_back(Store& store, const DeviceId& device);

}  // namespace tram::sync
