// The engine: the whole protocol as a state machine without I/O (sync design 13, reliability design 3.1). Bytes and
// local events come in, wishes come out; time and randomness are parameters; durable state is the Store's.
//
// The driver opens a transaction, calls step(), commits, and only then carries out the actions. If the commit fails it
// throws the actions away: nothing of the step has happened (docs/adr/0003). The engine itself keeps nothing between
// steps but a cache of the directory and, at the hub, how the two clocks stood when the program started.
#pragma once
#include <limits>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "crypto/random.h"
#include "sync/apply.h"
#include "sync/frames.h"
#include "sync/limits.h"

namespace tram::sync {

struct Env {
  std::uint64_t wall_ms = 0;  // the system clock, read in one place by the driver
  Entropy& entropy;
  // Hub: monotonic time of any origin, which nobody sets; without it a jump of the system clock is not seen.
  std::optional<std::uint64_t> mono_ms = {};
};

// Hub: when a snapshot of a stream is made and given instead of the stream itself (sync design 8).
struct SnapshotRule {
  std::uint64_t behind = limits::kSnapshotBehind;  // entries that the reader lacks; 0 = never
  std::uint64_t step = limits::kSnapshotStep;
  std::size_t chunk_bytes = limits::kSnapshotChunkBytes;
};

// Who we are. Keys live as long as the engine.
struct Identity {
  ZoneId zone;
  DeviceId device;
  OrganisationId organisation;  // of our site; at the hub the hub's office
  bool at_hub = false;
  ZoneKind zone_kind = ZoneKind::open;
  const crypto::SigningKey* device_key = nullptr;
  std::vector<const crypto::SigningKey*> other_keys;  // of this device: before and after a rotation
  const crypto::SigningKey* service_key = nullptr;    // hub: signs stream heads
  const crypto::SigningKey* directory_key = nullptr;  // hub: enters a device's new key
  SnapshotRule snapshots;                             // hub
};

// The fence file's content (sync design 12.3).
struct Fence {
  std::uint64_t incarnation = 0;
  std::uint64_t seq = 0;
  Hash head_hash{};
  bool operator==(const Fence&) const = default;
};

// --- events ----------------------------------------------------------------------------------------------------------

// The program starts. `fence` is what the fence file says; `foreign` = it is missing though something left already, is
// damaged, or comes from another machine.
struct Start {
  std::optional<Fence> fence;
  bool foreign = false;
};
// A person (or, for automatic events, the program) saves. Operations are intents: record, field, value and event are
// set (creations also carry nonce, type and parent); `seen` and `auth_base` are filled in here.
struct LocalSave {
  RecordId home;
  std::vector<Operation> operations;
  PersonId person;
  Role role = Role::none;
  bool all_or_nothing = false;
};
// A site wants to talk to the hub: by network (budget of one request) or by bundle.
struct Prepare {
  std::size_t byte_budget = 0;
  bool by_stick = false;              // the answer takes days: say at once what a restored hub might ask for
  std::vector<Hash> unanswered = {};  // header hashes of own bundles without a delivery record, at most 64
  // What the line carries between two cuts: of the request's chunks of attachments, and of all that the answer holds. A
  // bundle lies whole in memory, and the rest comes in the next.
  std::size_t line_budget = std::numeric_limits<std::size_t>::max();
};
// What left, left: a request that was answered, or a bundle that was verified on its stick.
struct Sent {
  LogId log;
  std::uint64_t through_seq = 0;
};
// Hub: frames of a device's request or up-bundle. Site: frames of the hub's response or down-bundle. `whole` = a bundle
// file: the first wrong item refuses all of it; else an item that is wrong stops alone.
struct Incoming {
  DeviceId sender;
  std::vector<Frame> frames;
  bool whole = false;
};
// Hub: what a site does not have yet, for a response or a down-bundle. Without `have` the site's last HAVE counts.
struct MakeReply {
  DeviceId device;
  std::optional<Have> have;
  std::size_t byte_budget = 0;
  std::vector<ExchangeNotice> notices = {};  // of Taken: what the sender must hear of
  std::size_t chunk_budget = std::numeric_limits<std::size_t>::max();
};
// Directory entries: made by the hub's administration, or of a key file or enrolment answer.
struct AddDirectory {
  std::vector<Bytes> entries;
};

// Hub: the database is an older state than the hub had (restored, migrated with loss): a new epoch, and no receipts
// until the sites were heard (sync design 8).
struct StartRecovery {};
// Hub: the operator waits for nobody any more. By itself it ends when every device that used the network in the week
// before the backup was heard.
struct EndRecovery {};
// Stored changesets that `verify` found damaged: those that are so are fetched again.
struct Mend {
  std::vector<Hash> changesets;
};
// Hub: the system clock is right, though it jumped: receipts are written again (sync design 9.4).
struct ConfirmClock {};

using Event = std::variant<Start, LocalSave, Prepare, Sent, Incoming, MakeReply, AddDirectory, StartRecovery,
                           EndRecovery, ConfirmClock, Mend>;

// --- actions ---------------------------------------------------------------------------------------------------------

struct Acknowledge {  // of LocalSave: it is durable once the driver has committed
  Hash changeset{};
  std::uint64_t seq = 0;
};
struct Refuse {  // of LocalSave, AddDirectory: nothing changed
  errc code = errc::bad_value;
};
struct Send {  // of Prepare; write the fence before the first byte leaves
  std::vector<Frame> frames;
  Fence fence;
  LogId log;
  std::uint64_t from_seq = 1;  // of the own log in it; from = to + 1 when it holds none
  std::uint64_t to_seq = 0;
  Hash before{};  // header hash of from_seq - 1; zero for 1
  Hash tip{};
  bool more = false;  // something was left for the next exchange
};
struct Reply {  // of MakeReply
  std::vector<Frame> frames;
  bool more = false;
};
struct Taken {                             // of Incoming
  OutcomeCode code = OutcomeCode::ok_new;  // of a whole bundle; for exchanges ok_new
  std::uint64_t receipted = 0;             // hub: changesets that got a receipt now; site: own ones whose receipt came
  std::uint64_t pulled = 0;                // site: stream entries taken in
  std::uint64_t directory = 0;             // entries taken in
  std::uint64_t resupplied = 0;            // hub: old stream entries put back
  std::uint64_t held = 0;                  // hub in recovery: changesets stored without a receipt
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;  // HELD_GAP
  std::optional<Have> have;                                      // hub: for the reply
  std::vector<ExchangeNotice> notices;                           // hub: for the reply
  LogId log;  // hub: the sender's log and its frontier, for the delivery record
  std::uint64_t applied_to_seq = 0;
  Hash head_hash{};
  std::uint64_t retry_after_ms = 0;
  bool more = false;                  // site: the hub has more, or we have
  std::uint64_t chunks = 0;           // of attachments, new here
  std::uint64_t snapshot_chunks = 0;  // site: of a snapshot that is being loaded
};
struct Delivered {  // site: the hub answered one of our bundles
  DeliveryRecord record;
};
struct Notice {  // something a person or the log must hear of; never silent
  OutcomeCode code = OutcomeCode::ok_new;
  std::string subject;  // hex of a log, stream, home or changeset
  std::uint64_t seq = 0;
};

struct RecoveryEnded {  // hub: receipts are written again, in a new epoch
  std::uint32_t epoch = 0;
  std::uint64_t restored = 0;  // receipts put back in their old order
  std::uint64_t judged = 0;    // changesets pushed meanwhile
  std::uint64_t lost = 0;      // receipts known to be missing
};

using Action = std::variant<Acknowledge, Refuse, Send, Reply, Taken, Delivered, Notice, RecoveryEnded>;

class Engine {
 public:
  Engine(Identity identity, Schema schema);
  ~Engine();
  Engine(Engine&&) noexcept;

  void step(const Event& event, const Env& env, Store& store, std::vector<Action>& out);

  // Canonical digest of confirmed data in an organisation's scope (sync design 6); equal at hub and site once
  // converged.
  Hash digest(Store& store, const OrganisationId& scope) const;
  // digest() with our unreceipted work on top.
  Hash provisional_digest(Store& store, const OrganisationId& scope) const;
  // Of every home: what the whole hub holds.
  Hash digest_of_all(Store& store) const;

  // Hub: the system clock went ahead of the monotonic one by more than kClockJumpMs since the program started; how far,
  // else 0. No receipts are written until ConfirmClock, or until the clock is set back.
  std::uint64_t clock_jump_ms(std::uint64_t wall_ms, std::optional<std::uint64_t> mono_ms) const;

  const Identity& identity() const { return identity_; }
  const Schema& schema() const { return schema_; }
  // The directory as stored; valid until the next step or call.
  const Directory& directory(Store& store);

 private:
  class Hub;
  class Site;

  World world(Store& store);
  Result<ChangesetRow> append(Store& store, const Env& env, const LocalSave& save);
  Result<ChangesetRow> open_log(Store& store, const Env& env, const LogRow* old);
  const crypto::SigningKey& log_key(Store& store) const;
  ChangesetRow sign(Store& store, const Env& env, LogRow& log, Header header, const std::vector<Operation>& operations);
  Result<std::vector<Operation>> complete(Store& store, const LocalSave& save);
  void start(const Start& event, const Env& env, Store& store, std::vector<Action>& out);
  void save(const LocalSave& event, const Env& env, Store& store, std::vector<Action>& out);
  // repair.cpp
  bool intact(Store& store, const ChangesetRow& row);
  // lost_work.cpp: false when more than its signature is damaged.
  bool sign_again(Store& store, ChangesetRow& row);
  const crypto::SigningKey* key_of(Store& store, const ChangesetRow& row);
  void note_damage(Store& store, const std::vector<Hash>& changesets, std::vector<Action>& out);
  void check_heads(Store& store, std::vector<Action>& out);
  std::vector<Hash> to_fetch(Store& store);
  bool fetching(Store& store, const Hash& changeset);
  bool mend(Store& store, const Hash& hash, const Changeset& came);
  std::optional<EntryRow> first_to_fetch(Store& store, const StreamId& stream, std::uint64_t at_most);
  void follow_directory_from_start(Store& store);  // hub: engine_scope.cpp
  Result<std::uint64_t> add_directory(Store& store, const std::vector<Bytes>& entries);

  struct Clocks {
    std::uint64_t wall_ms = 0;
    std::uint64_t mono_ms = 0;
  };

  Identity identity_;
  Schema schema_;
  std::optional<Clocks> started_;
  std::unique_ptr<Directory> directory_;
  Hash directory_head_{};
};

// Class 0 in an open or practice zone, 1 or 2 in a closed one; anything else is refused unread (R9, sync design 2).
constexpr bool class_fits(std::uint8_t confidentiality, ZoneKind zone) {
  return zone == ZoneKind::closed ? confidentiality == 1 || confidentiality == 2 : confidentiality == 0;
}

// Names of the store's meta values that programs read too.
namespace meta {
inline constexpr std::string_view kRootKey = "root_key";                  // 32 bytes
inline constexpr std::string_view kDirectoryHead = "directory_head";      // 32 bytes
inline constexpr std::string_view kHubEpoch = "hub_epoch";                // u64: hub, its own; site, the highest heard
inline constexpr std::string_view kHubSeq = "hub_seq";                    // u64, hub
inline constexpr std::string_view kDirectoryAsOf = "directory_as_of_ms";  // site, u64: hub time
inline constexpr std::string_view kClockAhead = "clock_ahead_ms";         // site: i64, our clock less the hub's
inline constexpr std::string_view kHubTime = "hub_time_ms";               // u64: hub, last given; site, last heard
inline constexpr std::string_view kNewestReceipt = "newest_receipt";      // u32 epoch, u64 hub_seq, 8 bytes of hash
inline constexpr std::string_view kSuspended = "log_suspended";           // present = sign nothing more in the open log
inline constexpr std::string_view kMustHear = "log_must_hear";  // u64: and the log goes on from this seq alone
inline constexpr std::string_view kWantOwn = "want_own";        // present = own changesets are missing here
inline constexpr std::string_view kRecovery = "recovery";       // hub: present = restored, writes no receipts
inline constexpr std::string_view kResupply = "resupply";       // site: what the hub asked for: id 16, seq u64
}  // namespace meta

std::uint64_t meta_u64(Store& store, std::string_view name);
void put_meta_u64(Store& store, std::string_view name, std::uint64_t value);
// At a site: the newest hub time at which the hub said that our directory is its newest; 0 before the first.
std::uint64_t directory_as_of_ms(Store& store);

}  // namespace tram::sync
