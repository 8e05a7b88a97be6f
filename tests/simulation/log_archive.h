// What one organisation's stream held when a release was made: every entry with its changeset, the directory, and the
// digest that a site folds from them. Each later release must come to the same (sync design 10). An archive is written
// once (`tram-sim --seed S --archive FILE`, a seed with the library's own signatures), kept in
// tests/vectors/log_archives and never changed.
//
//   "TRLA" | u8 1 | zone 16 | root public key 32 | device 16 | organisation 16 | digest 32 | u32 frames
//   each frame: u16 type | u32 length | bytes, as in an answer to a device that has nothing yet
#pragma once
#include "sync/engine.h"

namespace tram::simulation {

struct LogArchive {
  sync::ZoneId zone;
  crypto::VerifyKey root{};
  sync::DeviceId device;
  sync::OrganisationId organisation;
  sync::Hash digest{};
  std::vector<sync::Frame> frames;
};

Bytes encode_archive(const LogArchive& archive);
// errc: truncated, bad_value.
Result<LogArchive> decode_archive(ByteView bytes);

}  // namespace tram::simulation
