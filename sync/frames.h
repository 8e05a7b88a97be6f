// The bodies of exchange frames, and their segments (sync design 6; docs/formats.md "Exchange"). Read only after the
// container's signature verified.
#pragma once
#include <optional>
#include <variant>
#include <vector>

#include "sync/changeset.h"
#include "sync/container.h"
#include "sync/receipt.h"

namespace tram::sync {

inline constexpr std::uint16_t kProtocolVersion = 1;

enum HelloFlag : std::uint32_t {
  kBehind = 1,
  kWantOwn = 2,
  kFork = 4,
  kClone = 8,
  kRecovery = 16,
  kMore = 32,
  kSuspended = 64
};

struct HelloToHub {  // HELLO of a device
  std::uint16_t oldest_version = kProtocolVersion;
  std::uint16_t newest_version = kProtocolVersion;
  std::uint16_t schema_version = 1;
  std::uint16_t rules_epoch = 1;
  std::uint64_t incarnation = 0;
  std::uint64_t head_seq = 0;
  Hash head_hash{};
  std::uint64_t fence_seq = 0;
  Hash fence_hash{};
  std::uint32_t flags = 0;
  std::uint64_t audit_number = 0;  // audit anchor (reliability design 5.7)
  Hash audit_head{};
  bool operator==(const HelloToHub&) const = default;
};

struct ResupplyFrom {  // what a restored hub lacks of a stream (seq 0: it must first be told the chains before the
                       // cursor), or of the directory (id zero; then seq is a version)
  ByteArray<16> id{};
  std::uint64_t seq = 0;
  bool operator==(const ResupplyFrom&) const = default;
};

struct HelloToNode {  // HELLO of the hub
  std::uint16_t version = kProtocolVersion;
  std::uint32_t hub_epoch = 1;
  std::uint64_t hub_time_ms = 0;
  LogId log;  // the log the frontier speaks of; zero if the device has none here
  std::uint64_t receipted_seq = 0;
  Hash receipted_hash{};
  std::uint64_t need_from = 0;  // a gap: send from this seq on; 0 = none
  std::uint32_t flags = 0;
  std::uint64_t retry_after_ms = 0;
  std::vector<ResupplyFrom> resupply{};  // written only when it holds something
  bool operator==(const HelloToNode&) const = default;
};

struct StreamPosition {
  StreamId id;
  std::uint32_t hub_epoch = 1;
  std::uint64_t seq = 0;
  Hash chain{};
  Hash digest{};  // of the homes of this stream; zero = not stated
  bool operator==(const StreamPosition&) const = default;
};

struct ChainAt {
  std::uint64_t seq = 0;
  Hash chain{};
  bool operator==(const ChainAt&) const = default;
};
// Chains before the cursor, at 1, 2, 4, 8 ... entries back: where a hub with another chain finds the newest common
// point.
struct EarlierChains {
  StreamId id;
  std::vector<ChainAt> at;
  bool operator==(const EarlierChains&) const = default;
};

// A snapshot that a site is loading, or does not want because it came out wrong.
struct LoadingSnapshot {
  static constexpr std::uint32_t kNotWanted = 0xFFFFFFFF;
  StreamId stream;
  Hash manifest{};            // its id; zero: of this stream none is wanted
  std::uint32_t missing = 0;  // the first chunk that is not here; their number = none
  bool operator==(const LoadingSnapshot&) const = default;
};

struct Have {  // to the hub
  std::uint64_t directory_version = 0;
  std::vector<StreamPosition> streams;
  std::vector<Hash> unanswered;            // header hashes of own bundles without an answer, at most 64
  std::vector<EarlierChains> earlier{};    // written only when it or what follows holds something
  std::vector<LoadingSnapshot> loading{};  // written only when it holds something
  bool operator==(const Have&) const = default;
};

// A problem with one item of an exchange.
struct ExchangeNotice {
  std::uint16_t code = 0;   // an OutcomeCode
  ByteArray<16> subject{};  // log or stream id
  std::uint64_t seq = 0;
  bool operator==(const ExchangeNotice&) const = default;
};

// The right to ask, with a long poll, whether there is something new (sync design 6). Bound to the device that it was
// given to; it opens nothing.
struct WaitTicket {
  ByteArray<16> bytes{};
  auto operator<=>(const WaitTicket&) const = default;
};

// What became of one bundle (bundle design 6.1). Information only; receipts complete things.
struct DeliveryRecord {
  Hash header_hash{};
  std::uint16_t outcome = 0;
  LogId log;
  std::uint64_t applied_to_seq = 0;
  Hash head_hash{};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;  // at most 64 ranges
  bool operator==(const DeliveryRecord&) const = default;
};

Frame encode_frame(const HelloToHub& hello);
Frame encode_frame(const HelloToNode& hello);
Frame encode_frame(const Have& have);
Frame encode_frame(const ExchangeNotice& notice);
Frame encode_frame(const DeliveryRecord& record);
Frame encode_frame(const WaitTicket& ticket);
Result<HelloToHub> decode_hello_to_hub(const Frame& frame);
Result<HelloToNode> decode_hello_to_node(const Frame& frame);
Result<Have> decode_have(const Frame& frame);
Result<ExchangeNotice> decode_notice(const Frame& frame);
Result<DeliveryRecord> decode_delivery(const Frame& frame);
Result<WaitTicket> decode_ticket(const Frame& frame);

// --- segments --------------------------------------------------------------------------------------------------------
// The first byte of the items is their encoding, 0 plain or 1 columnar (columnar.h). encode_frame takes the shorter
// one, so a frame never exceeds encoded_size and the fixed part; decoding takes both.

struct ChangesetSegment {  // CHANGESETS: log_id 16 | first_seq u64 | count u32 | u8 encoding | header, signature, body
                           // ...
  LogId log;
  std::uint64_t first_seq = 0;
  std::vector<Changeset> changesets;
  bool operator==(const ChangesetSegment&) const = default;
};
Frame encode_frame(const ChangesetSegment& segment);
Frame encode_plain(const ChangesetSegment& segment);
Result<ChangesetSegment> decode_changesets(const Frame& frame);
std::size_t encoded_size(const Changeset& changeset);

struct CarriedEntry {
  StreamEntry entry;
  std::optional<Changeset> changeset;  // left out when the receiver wrote it
  bool operator==(const CarriedEntry&) const = default;
};
struct StreamSegment {  // STREAM: stream_id 16 | first_seq u64 | count u32 | u8 encoding | entries ... | head 88 |
                        // signature 64
  StreamId stream;
  std::uint64_t first_seq = 0;
  std::vector<CarriedEntry> entries;
  ByteArray<88> head{};  // signed head at the last entry of this segment
  crypto::Signature signature{};
  bool operator==(const StreamSegment&) const = default;
};
Frame encode_frame(const StreamSegment& segment);
Frame encode_plain(const StreamSegment& segment);
Result<StreamSegment> decode_stream(const Frame& frame);
std::size_t encoded_size(const CarriedEntry& entry);

struct DirectorySegment {  // DIRECTORY: count u32 | per entry: u32 length, bytes
  std::vector<Bytes> entries;
};
Frame encode_frame(const DirectorySegment& segment);
Result<DirectorySegment> decode_directory(const Frame& frame);

// RESUPPLY: u8 part | bytes. Part 1: as STREAM, every receipt with its changeset, and at the end the newest signed head
// that the sender holds, at or after the last entry. Part 2: as DIRECTORY.
Frame encode_resupply(const StreamSegment& segment);
Frame encode_resupply(const DirectorySegment& segment);
Result<std::variant<StreamSegment, DirectorySegment>> decode_resupply(const Frame& frame);

}  // namespace tram::sync
