// The schema of the engine tests: every field kind, events with a second person, an automatic event and both forms of
// the gate. Its numbers are its own (decisions 7).
#pragma once
#include "sync/authority.h"
#include "sync/schema.h"

namespace tram::sync::test {

inline constexpr std::uint16_t kCase = 1, kUpdate = 2, kPaper = 3, kFile = 4;
// Fields of a case.
inline constexpr std::uint16_t kOrigin = 1, kTitle = 2, kAssigning = 3, kImplementing = 4, kDeadline = 5, kState = 6,
                               kPercent = 7, kTags = 8, kNotes = 9, kWrittenBy = 10, kFollowing = 11, kPriority = 12;
// Events of a case.
inline constexpr std::uint16_t kHandedOver = 1, kAvailable = 2, kStarted = 3, kDone = 4, kCancelled = 5, kArchived = 6;
// Fields of an update and of a paper.
inline constexpr std::uint16_t kUpdateText = 1;
inline constexpr std::uint16_t kPaperTitle = 1, kReceiving = 2;
// Fields of a file, and its event.
inline constexpr std::uint16_t kFileSize = 1, kFileChunks = 2, kFileState = 3;
inline constexpr std::uint16_t kWithdrawn = 1;
// What the hub takes of one body: 64 chunks of files altogether, 20 of files that are not whole.
inline constexpr std::uint64_t kAttachedInTests = 64 * limits::kChunkBytes,
                               kUnfinishedInTests = 20 * limits::kChunkBytes;

Schema synthetic_schema();
Policy synthetic_policy(const Schema& schema);

}  // namespace tram::sync::test
