// The columnar encoding of a segment's items (docs/formats/sync.md "Columnar"): what the items repeat or could be
// computed from each other is left out, and every byte comes back. Any item can be carried: what is not as expected is
// given in full. The fixed part of a segment is segment.cpp's.
#pragma once
#include "sync/frames.h"

namespace tram::sync::columnar {

// Nothing for items that only the plain encoding may carry: more than kSegmentPlainBytes, or a segment that no receiver
// would take.
std::optional<Bytes> encode(const ChangesetSegment& segment);
std::optional<Bytes> encode(const StreamSegment& segment);

// Fill in what the fixed part does not say. `first_seq` (and for STREAM the id) is set before.
// Errors: truncated, trailing_bytes, over_limit, bad_value, not_canonical (a number that is not in its shortest form),
// too_new (an entry type).
Result<void> decode(ByteView bytes, std::uint32_t count, ChangesetSegment& segment);
Result<void> decode(ByteView bytes, std::uint32_t count, StreamSegment& segment);

}  // namespace tram::sync::columnar
