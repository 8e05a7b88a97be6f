// PART: a changeset that does not fit one segment travels in pieces and is used only when whole (sync design 6, S-D6;
// docs/formats/sync.md "Parts"). A receiver holds the pieces of one changeset per sender, so its memory is bounded by
// the largest changeset; the pieces are proved by the changeset's own hash, signature and body hash afterwards.
#pragma once
#include "sync/attachment.h"
#include "sync/changeset.h"
#include "sync/store.h"

namespace tram::sync {

// changeset hash 32 | u32 index | u32 count | u32 total length | bytes. Every part but the last is full.
struct Part {
  Hash changeset{};
  std::uint32_t index = 0;
  std::uint32_t count = 0;
  std::uint32_t total = 0;
  Bytes bytes;
  bool operator==(const Part&) const = default;
};
inline constexpr std::size_t kPartHead = 44;
inline constexpr std::size_t kPartsFixed = kHeaderBytes + sizeof(crypto::Signature);  // before the body
std::uint32_t parts_for(std::size_t total);
Frame encode_frame(const Part& part);
// Errors: truncated, over_limit, bad_value (counts and lengths that do not belong together).
Result<Part> decode_part(const Frame& frame);

// Does it travel in parts? Else it is an item of a segment.
bool in_parts(const Changeset& changeset);
std::uint32_t parts_of(const Changeset& changeset);
Part part_of(const Changeset& changeset, const Hash& hash, std::uint32_t index);

// Appends the parts that the reader lacks, as far as the budget reaches. True when it then has all of them.
bool append_parts(const Changeset& changeset, const Hash& hash, const Bitmap* reader_has, std::size_t& budget,
                  std::vector<Frame>& frames);

// Keeps one part; another changeset's parts of the same sender go. The changeset, once it is whole.
std::optional<Changeset> keep_part(Store& store, const DeviceId& sender, const Part& part);
// The parts that were kept of this changeset, if all are here.
std::optional<Changeset> whole_of_parts(Store& store, const DeviceId& sender, const Hash& changeset);
// What a WANT says of them.
std::vector<PartsHave> parts_held(Store& store, const DeviceId& sender);

}  // namespace tram::sync
