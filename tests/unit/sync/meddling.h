// Bytes that change on a disk or on their way, for the tests of damage.
#pragma once
#include "sync/frames.h"
#include "sync/waiting_list.h"
#include "world.h"

namespace tram::sync::test {

enum class Place { header, signature, body };

inline void flip(Changeset& c, Place place) {
  if (place == Place::header) c.header[57] ^= 0x10;
  if (place == Place::signature) c.signature[9] ^= 0x10;
  if (place == Place::body) c.body[20] ^= 0x10;
}
// In what that party has stored.
inline void flip(Party& p, const Hash& changeset, Place place) {
  p.with([&](Store& s) {
    ChangesetRow row = s.changeset(changeset).value();
    flip(row.bytes, place);
    s.put_changeset(row);
  });
}
inline Changeset stored(Party& p, const Hash& changeset) {
  return p.with([&](Store& s) { return s.changeset(changeset)->bytes; });
}
inline std::vector<Hash> listed(Party& p, std::string_view list) {
  return p.with([&](Store& s) { return waiting_list(s, list); });
}
inline bool poisoned(Party& p, const RecordId& home) {
  const auto row = p.with([&](Store& s) { return s.home(home); });
  return row && row->poisoned;
}
// The streams of a response, with the content of one changeset meddled with.
inline void meddle(std::vector<Frame>& frames, const Hash& changeset, const std::function<void(Changeset&)>& how) {
  for (Frame& f : frames) {
    if (f.type != FrameType::stream) continue;
    auto segment = decode_stream(f).value();
    for (CarriedEntry& e : segment.entries)
      if (e.changeset && e.changeset->hash() == changeset) how(*e.changeset);
    f = encode_frame(segment);
  }
}

}  // namespace tram::sync::test
