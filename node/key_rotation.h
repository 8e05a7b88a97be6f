// `key rotate`: a new identity key for this device (bundle design 5.4). The log signs with it from its next number on;
// the hub enters it in the directory when it hears of it, by network or by stick.
#pragma once
#include "station/people.h"

namespace tram::node {

struct RotatedKey {
  sync::Hash changeset{};
  std::string fingerprint;  // of the device with its new key
};
// Refusals: not_enrolled, rotation_pending (the hub has not entered the last one yet), role_missing.
RotatedKey rotate_key(station::Station& station, const station::Actor& actor);

}  // namespace tram::node
