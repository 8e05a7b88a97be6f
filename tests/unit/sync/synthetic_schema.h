// The schema of the engine tests: every field kind, events with a second person, an automatic event and both forms of
// the gate. Its numbers are its own (decisions 7).
#pragma once
#include "sync/authority.h"
#include "sync/schema.h"

namespace tram::sync::test {

inline constexpr std::uint16_t kCase = 1, kUpdate = 2, kPaper = 3;
// Fields of a case.
inline constexpr std::uint16_t kOrigin = 1, kTitle = 2, kAssigning = 3, kImplementing = 4, kDeadline = 5, kState = 6,
                               kPercent = 7, kTags = 8, kNotes = 9, kWrittenBy = 10, kFollowing = 11, kPriority = 12;
// Events of a case.
inline constexpr std::uint16_t kHandedOver = 1, kAvailable = 2, kStarted = 3, kDone = 4, kCancelled = 5, kArchived = 6;
// Fields of an update and of a paper.
inline constexpr std::uint16_t kUpdateText = 1;
inline constexpr std::uint16_t kPaperTitle = 1, kReceiving = 2;

Schema synthetic_schema();
Policy synthetic_policy(const Schema& schema);

}  // namespace tram::sync::test
