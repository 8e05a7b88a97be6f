// Every bound of the sync library, with its unit and its reason. Hitting one is a named error, never a silent drop.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tram::sync::limits {

// Changesets (sync design 2).
inline constexpr std::size_t kOperationsPerChangeset = 1024;
inline constexpr std::size_t kBodyBytes = 4u << 20;   // header.body_len; larger content is an attachment
inline constexpr std::size_t kSupersedes = 64;        // heads a write may know of
inline constexpr std::size_t kTextBytes = 64u << 10;  // one text or bytes value
inline constexpr std::size_t kListItems = 4096;       // ids in one list value
inline constexpr std::size_t kExceptions = 1024;      // verdicts in one receipt: one per operation

// Side buffer for changesets that cannot be judged yet (unknown device, gap).
inline constexpr std::size_t kSideBufferChangesets = 1024;
inline constexpr std::size_t kSideBufferBytes = 8u << 20;  // of one log
inline constexpr std::size_t kSideBufferTotal = 64u << 20;

// Waiting lists (waiting_list.h) are as long as they must be, in pages; work on them is bounded by step.
inline constexpr std::size_t kWaitingPage = 64;
inline constexpr std::size_t kWaitingForBase = 64;   // of one home: each receipt on it judges them all again
inline constexpr std::size_t kRetriedAtOnce = 64;    // changesets that could not be applied, in one step
inline constexpr std::size_t kAlarmsWaiting = 64;    // of a site, to be told to its hub
inline constexpr std::size_t kDamagedAtOnce = 4096;  // changesets that one `verify` has fetched again

// Frames and containers (bundle design 3).
inline constexpr std::size_t kFrameBytes = 266'240;
inline constexpr std::size_t kFrames = 1'000'000;
inline constexpr std::size_t kSegmentBytes = 256u << 10;        // target of one CHANGESETS or STREAM frame
inline constexpr std::size_t kLeastLine = 16u << 10;            // what a line carries between two cuts, at least
inline constexpr std::size_t kWholeAnswer = 6u << 20;           // plain bytes of one answer on a line that holds
inline constexpr std::size_t kSegmentPlainBytes = kFrameBytes;  // items of a columnar segment, counted as plain ones
inline constexpr std::size_t kChunk = 65'536;
inline constexpr std::uint64_t kFilePlain = 1ull << 31;
inline constexpr std::uint64_t kNetworkPlain = 1ull << 23;
inline constexpr std::uint64_t kNetworkPayload = 8'385'952;
inline constexpr std::size_t kRequestBytes = 1u << 20;  // a request's container; the rest goes into the next exchange
inline constexpr std::size_t kResponseBytes = 8u << 20;
inline constexpr std::size_t kStreamsPerSite = 64;
inline constexpr std::size_t kEarlierChains = 64;  // per stream, doubling: they reach the first entry

// Changesets in parts (sync design 6): what does not fit one segment beside a receipt and a signed head.
inline constexpr std::size_t kBesideChangeset = 1024;
inline constexpr std::size_t kPartBytes = 256u << 10;
inline constexpr std::uint32_t kPartsPerChangeset = 17;  // 4 MiB of body, and header with signature

// Snapshots (sync design 8): of a stream of at most 1 GiB, the manifest within one frame.
inline constexpr std::size_t kSnapshotChunkBytes = 256u << 10;
inline constexpr std::uint32_t kSnapshotChunks = 4096;
inline constexpr std::uint64_t kSnapshotBehind = 4096;  // entries; below that the stream itself is as short
inline constexpr std::uint64_t kSnapshotStep = 16'384;  // entries put into chunks in one step of the hub
inline constexpr std::uint64_t kSnapshotKeptMs = 7ull * 24 * 3600 * 1000;  // nobody asked for it meanwhile

// Attachments (sync design 11).
inline constexpr std::size_t kChunkBytes = 256u << 10;
inline constexpr std::uint32_t kChunksPerFile = 1024;  // their ids take half of what one value may hold
inline constexpr std::uint64_t kAttachmentBytes = std::uint64_t{kChunksPerFile} * kChunkBytes;  // 256 MiB
inline constexpr std::uint64_t kAttachmentsPerBody = 16ull << 30;  // of all files that a body attached, withdrawn not
inline constexpr std::uint64_t kUnfinishedPerBody = 1ull << 30;    // hub: what arrived of files not yet whole
inline constexpr std::size_t kWantFiles = 1024;    // in one WANT: at most 150 KiB, usually 40 bytes each
inline constexpr std::size_t kFilesUnderWay = 32;  // of them by network: a request holds three chunks
inline constexpr std::size_t kFilesInTurn = 8;     // of them with nothing to send or get, one after the other
inline constexpr std::uint64_t kUnreferencedMs = 24ull * 3600 * 1000;     // chunks nothing refers to
inline constexpr std::uint64_t kUnfinishedMs = 30ull * 24 * 3600 * 1000;  // hub: an upload that does not go on
inline constexpr std::uint64_t kExpireEveryMs = 3600ull * 1000;
inline constexpr std::size_t kExpiredAtOnce = 256;  // chunks deleted in one step: 64 MiB of the journal

// Directory (bundle design 5.2).
inline constexpr std::size_t kDirectoryBody = 255u << 10;
inline constexpr std::uint64_t kDirectoryAhead = 100'000;
inline constexpr std::uint64_t kDirectoryOldMs = 45ull * 24 * 60 * 60 * 1000;  // without news: DIR_STALE

// Clocks (decisions 12): 2025-01-01T00:00:00+07:00 in milliseconds; an earlier wall clock sets clock_unset.
inline constexpr std::uint64_t kClockJumpMs = 5 * 60 * 1000;  // hub, forward; and what a node's banner speaks of
inline constexpr std::uint64_t kClockBackMs = 60 * 1000;      // hub, backward: hub time stands still, and it says so
inline constexpr std::uint64_t kClockFloorMs = 1'735'664'400'000;
inline constexpr std::uint64_t kHubJumpMs = 5 * 60 * 1000;  // a larger forward jump stops receipts (sync design 9)

// A restored hub waits for the devices that used the network in the week before the backup (sync design 8).
inline constexpr std::uint64_t kAwaitedMs = 7ull * 24 * 60 * 60 * 1000;

// Homes whose scope is looked at anew in one step after the directory changed who inspects.
inline constexpr std::size_t kHomesFollowAtOnce = 256;
// A site forgets what others wrote on homes that were erased there: entries of its stream looked through in one step.
inline constexpr std::uint64_t kEntriesLookedAt = 1024;

// Retry (sync design 6).
inline constexpr std::uint64_t kRetryBaseMs = 2'000;
inline constexpr std::uint64_t kRetryCapMs = 300'000;

}  // namespace tram::sync::limits
