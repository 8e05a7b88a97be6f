// The two halves of the engine, inside the library: what only a hub does, and what only a site does.
#pragma once
#include <map>
#include <set>

#include "sync/attachment.h"
#include "sync/engine.h"
#include "sync/snapshot.h"

namespace tram::sync {

// A whole bundle is refused: leaves its savepoint, so nothing of it stays.
struct BundleRefused {
  OutcomeCode code;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;
};

class Engine::Hub {
 public:
  Hub(Engine& engine, const Env& env, Store& store, std::vector<Action>& out)
      : engine_(engine), env_(env), store_(store), out_(out) {}
  void incoming(const Incoming& event);
  void reply(const MakeReply& event);
  // Judges one stored changeset, gives it the next hub_seq and routes its receipt; false if it could not be applied.
  bool receipt(ChangesetRow row, std::optional<Reason> quarantine);
  // What could not be applied by an earlier program is tried again (second_receipt.cpp, sync design 6).
  void retry_not_applied();

  // --- a restored hub: engine_recovery_{hub,late,end}.cpp
  void start_recovery();
  void end_recovery();
  bool recovering();

 private:
  // What a hub knows of the tail of a stream that one device sends back, until its signed head proves it.
  struct Resupplied {
    std::uint64_t base = 0;  // the newest entry that both have
    std::uint64_t seq = 0;   // the newest entry sent
    Hash chain{};
    bool done = false;     // proved and used
    bool refused = false;  // it contradicts its own signed head, or what the hub holds
    std::uint8_t asked = 0;
  };
  // Where a reader stands in a stream, and what follows.
  enum class Standing : std::uint8_t { known, resupply, wait, rollback };
  struct Position {
    Standing standing = Standing::known;
    std::uint64_t from = 0;  // known: the newest entry it has; resupply: the first entry that the hub asks for
    Hash chain{};
    bool new_order = false;  // the reader holds another order after `from`: the head alone tells it so
  };
  struct RecoveryState {
    std::uint64_t started_ms = 0;
    HubPlace backup;
    std::uint64_t hub_time_ms = 0;
  };
  // The place of an entry in its stream's order; entries derived from receipts are appended only after the last
  // restored one.
  struct EntryPlace {
    HubPlace cause;
    std::uint8_t part = 0;  // receipt 0, scope_leave 1, scope_enter 2, its history 3
    HubPlace history;
    auto operator<=>(const EntryPlace&) const = default;
  };
  std::optional<RecoveryState> recovery_state();
  std::uint32_t epoch();
  // Found once per step: an answer must not change its mind.
  const Position& position(const StreamId& stream, const Have& have, const DeviceId& reader);
  Position find_position(const StreamId& stream, const Have& have, const DeviceId& reader);
  Position late_position(const StreamRow& stream, const StreamPosition& at, const Have& have, const DeviceId& reader);
  Resupplied resupplied(const StreamId& stream, const DeviceId& device);
  void put_resupplied(const StreamId& stream, const DeviceId& device, const Resupplied& state);
  void forget_resupplied(const StreamId& stream, const DeviceId& device);
  void take_resupply(const Frame& frame, const Device& sender, bool whole, Taken& taken);
  void take_old_entries(const StreamSegment& segment, const Device& sender, bool whole, Taken& taken);
  void keep_old_changeset(const Receipt& receipt, const Changeset& changeset);
  void put_back(const StreamId& stream, const Device& sender, const StreamSegment& segment, const StreamHead& head,
                Resupplied& state);
  void stage_receipt(const StreamEntry& entry, std::set<LogId>& logs);
  void advance(const LogId& log);
  void judge_anew(const StreamId& stream, const Device& sender, Resupplied& state, Taken& taken);
  void hold(const ChangesetRow& row);
  bool heard_all(const Device& device, bool nothing_asked);
  std::vector<ResupplyFrom> asks(const Device& device, const Have& have);
  void ask_again(const Device& device, const Have& have, std::vector<ResupplyFrom>& wanted);  // repair.cpp
  void fold_again(const ReceiptRow& row);
  std::map<StreamId, EntryPlace> restored_tails(const RecoveryState& state, std::set<HubPlace>& places);
  std::uint64_t judge_held();
  void note_lost(const RecoveryState& state, const std::set<HubPlace>& places, RecoveryEnded& ended);

  void take(const Incoming& event, Taken& taken);
  void keep_have(const Incoming& event);
  enum class Push : std::uint8_t { taken, gap, refused };
  std::uint64_t first_missing(const LogRow& log);
  void take_changesets(const ChangesetSegment& segment, const Device& sender, bool whole, Taken& taken);
  Push take_changeset(const LogId& log, const Changeset& changeset, const Device& sender, bool whole, Taken& taken);
  // side_buffer.cpp: false when it found no room; what the log came to now, true if more waits behind a gap; what
  // waited for its author's entry.
  bool keep_aside(const LogId& log, std::uint64_t seq, const Changeset& changeset);
  bool take_from_aside(const LogId& log, const Device& sender, Taken& taken);
  void take_authors_aside();
  void drop_unknown_authors();
  std::optional<Reason> blocked(const Header& header);
  std::optional<Reason> blocked(const Header& header, const LogRow& log);
  bool authentic(const Header& header, const Changeset& changeset);
  // Two machines under one identity (clone.cpp).
  void hear_incarnation(const HelloToHub& hello, const DeviceId& device);
  void note_opened(const LogRow& log, const Changeset& first);
  bool is_clone(const LogId& log, const DeviceId& device);
  void say_clone(const LogId& log, const DeviceId& device);
  bool speaks_as_clone(const DeviceId& device);
  bool written_by_clone(const LogRow& log, const Header& header);
  void take_alarm(const Frame& frame, const Device& sender);
  void check_told(std::uint64_t hub_seq, const Device& sender);
  bool fork(const Changeset& changeset, const Header& header);
  void enter_new_key(const Authored& work);
  bool clock_is_held() const { return engine_.clock_jump_ms(env_.wall_ms, env_.mono_ms) > 0; }
  std::uint64_t next_hub_time();
  Receipt next_receipt(const ChangesetRow& row, const World& world);
  void issue(const Receipt& receipt, ChangesetRow& row);
  // What a receipt sets going: adoptions it holds, and work of its home that waited for a base (second_receipt.cpp).
  void follow_up(const Authored& work, const Receipt& receipt);
  void wait_for_base(const RecordId& home, const Hash& changeset, std::uint64_t hub_seq);
  std::optional<std::pair<Authored, Receipt>> second_receipt(const Hash& changeset);
  std::uint64_t anchor_time(const Header& header, LogRow& log);
  void route(const Receipt& receipt, const Bytes& encoded, const RecordId& home, const Device& author);
  // digest_repair.cpp
  void compare_digests(const Have& have, const Device& device);
  void fold_scope_again(const OrganisationId& organisation);
  // A problem with one item: the log here and the sender hear of it, and the rest goes on.
  void problem(OutcomeCode code, const ByteArray<16>& subject, std::uint64_t seq);
  void append_entry(const StreamId& stream, StreamKind kind, ByteView owner, EntryType type, Bytes payload,
                    const Hash& changeset);
  // engine_scope.cpp
  void settle_scope(const RecordRow& home, const HubPlace& place, std::uint64_t directory_version);
  void follow_directory();
  void enter_scope(const StreamId& stream, const OrganisationId& organisation, const RecordId& home,
                   std::uint64_t hub_seq);
  void ensure_streams(const Device& device);
  bool stream_segments(const StreamId& stream, const Have& have, const DeviceId& reader, bool want_own,
                       std::size_t& budget, std::vector<Frame>& frames);
  std::size_t grant(std::size_t budget, std::size_t needed) const;
  // engine_snapshot_hub.cpp: how a reader gets what it lacks of a stream.
  enum class Supply : std::uint8_t {
    stream,     // by the stream itself
    under_way,  // by a snapshot, the rest of it in the next answer
    waits,      // by a snapshot that the reader has whole, and cannot use yet
    whole       // by a snapshot, and all of it is in this answer; the stream goes on after it
  };
  bool pull(const StreamId& stream, const Have& have, const DeviceId& reader, bool want_own, bool by_stick,
            std::size_t& budget, std::vector<Frame>& frames);
  Supply supply_snapshot(const StreamId& stream, const Have& have, const DeviceId& reader, bool by_stick,
                         std::size_t& budget, std::vector<Frame>& frames);
  bool ready_snapshot(const StreamRow& stream, std::uint64_t from, std::optional<SnapshotRow>& row);
  SnapshotRow begin_snapshot(const StreamRow& stream);
  bool advance_snapshot(SnapshotRow& row);
  // parts.cpp
  void take_part(const Frame& frame, const Device& sender, bool whole, Taken& taken);
  // engine_attachments.cpp
  void take_want(const Frame& frame, const Device& sender, bool whole);
  std::optional<Want> want_of(const DeviceId& reader);
  void forget_want(const DeviceId& sender);
  void take_blob(const Frame& frame, const Device& sender, bool whole, Taken& taken);
  bool has_room(const OrganisationId& owner);
  void answer_want(const Device& reader, const MakeReply& event, std::size_t budget, std::vector<Frame>& frames,
                   Reply& reply);

  Engine& engine_;
  const Env& env_;
  Store& store_;
  std::vector<Action>& out_;
  std::vector<ExchangeNotice> to_sender_;
  std::optional<std::map<StreamId, EntryPlace>> restored_through_;  // while receipts are folded again
  EntryPlace entry_place_;
  std::map<StreamId, Position> positions_;
  std::vector<Hash> carried_;         // changesets whose receipts this reply holds
  std::vector<PartsHave> at_reader_;  // parts that its reader holds already
  std::optional<std::pair<LogId, bool>> clone_checked_;
  bool holds_something_ = false;              // this reply, of directory and streams
  std::optional<std::uint64_t> aside_total_;  // bytes of the side buffer, once it was asked for
  std::uint64_t blocked_ = 0;                 // changesets of this event that only an adoption lets take part
};

class Engine::Site {
 public:
  Site(Engine& engine, const Env& env, Store& store, std::vector<Action>& out)
      : engine_(engine), env_(env), store_(store), out_(out) {}
  void prepare(const Prepare& event);
  void sent(const Sent& event);
  void incoming(const Incoming& event);
  void start();
  // What a newer program wrote and this one may read by now (holes.cpp).
  void read_newer();

 private:
  struct Emission {
    RecordId record;
    RecordId home;
    std::uint16_t field;
    std::uint16_t event;
  };
  void take(const Incoming& event, Taken& taken);
  void compare_clocks(const HelloToNode& hello);
  void take_hello(const HelloToNode& hello, Taken& taken);
  void settle_suspension();
  void take_stream(const StreamSegment& segment, bool whole, Taken& taken);
  // False: an own changeset is missing here and did not come along; the stream waits before this entry (want_own).
  bool take_receipt(const StreamRow& stream, const CarriedEntry& carried, Taken& taken);
  bool in_scope(const RecordId& home);
  void note_directory_news(std::uint64_t hub_time_ms);
  void put_cursor(StreamRow cursor);
  std::optional<StreamRow> cursor_of(const StreamId& stream);
  // One entry of a stream, or of a snapshot of it, after the cursor.
  enum class Step : std::uint8_t { taken, waits, unreadable };
  Step take_entry(StreamRow& cursor, const CarriedEntry& carried, bool omitted, Taken& taken);
  // engine_snapshot_site.cpp
  struct Loading;
  std::optional<Loading> loading();
  std::vector<LoadingSnapshot> loading_snapshots();
  void take_snapshot(const Frame& frame, bool whole, Taken& taken);
  void take_manifest(const SignedManifest& came, bool whole);
  void load_snapshot(Taken& taken);
  void fold_snapshot(const Loading& loading, Taken& taken);
  std::optional<ChangesetRow> take_back_own(const Receipt& receipt, const Changeset& changeset);
  void fold(const Receipt& receipt, const Bytes& encoded, const ChangesetRow& row);
  void note_newest(const Receipt& receipt, const Bytes& encoded);
  void note_own(const Receipt& receipt, const Bytes& encoded, ChangesetRow row, Taken& taken);
  void note_event(const RecordRow& record, std::uint16_t field, std::uint16_t event);
  void emit_automatic();
  // Homes with work that an earlier program could not apply are folded anew (isolation.cpp, sync design 6).
  void retry_not_applied();
  void fold_home_anew(const RecordId& home);
  // digest_repair.cpp
  bool hear_digest_differs(const ExchangeNotice& notice);
  bool repairs_digest();
  void note_digest_stated();
  void fold_scope_again(Taken& taken);
  void rebuild_touched();
  // A log with two branches (own_branch.cpp, adoption.cpp): what of it is still to be sent, that there is one, the log
  // as the hub holds it once our branch is gone from it, and the adoption of ours in a new incarnation.
  std::uint64_t first_to_send(const LogRow& log);
  void note_branch(const LogId& log, std::uint64_t seq);
  void mend_log(const LogId& log);
  void adopt_own_branch();
  // A log.open of ours that this database lost: the log that it closed is closed here too, and work goes on in its own.
  bool goes_on_from_own(const Changeset& first);
  // Damaged on the disk before the hub had it (lost_work.cpp).
  bool fit_to_send(ChangesetRow& row);
  void settle_lost(Taken& taken);
  void go_on_without(const LogId& log, std::uint64_t seq);
  // Came damaged, or is a newer program's (holes.cpp): the cursor moves on, the home is marked, the changeset is
  // listed.
  enum class Proof : std::uint8_t { whole, outline, newer, damaged };
  Proof prove(const Receipt& receipt, const Changeset& came, std::optional<RecordId>& home);
  bool is_hole(const Hash& changeset);
  // `through`: the place that the home has come to, where the organisation's stream says it.
  void note_damaged(const Receipt& receipt, const Bytes& encoded, const std::optional<RecordId>& home,
                    HubPlace through);
  void keep_newer(const Receipt& receipt, const Bytes& encoded, const Changeset& came,
                  const std::optional<RecordId>& home, HubPlace through);
  void heal(const StreamRow& stream, const CarriedEntry& carried, Taken& taken);
  void fold_hole(const Hash& changeset);
  // order_check.cpp
  struct OrderSeen {
    std::uint64_t at = 0;  // the entry up to which it was seen
    HubPlace last;
    std::uint64_t hub_time_ms = 0;
    std::uint32_t directory_version = 0;
    std::uint32_t history = 0;  // entries that a scope_enter still brings of before
  };
  OrderSeen& order_seen(const StreamRow& cursor);
  void check_order(const StreamRow& cursor, const StreamEntry& entry);
  void put_order(const StreamId& stream);
  bool before_its_anchor(const Receipt& receipt, const ChangesetRow& row);
  // Says it here, and to the hub (alarm.cpp).
  void alarm(OutcomeCode code, const RecordId& home, std::uint64_t hub_seq);
  std::vector<Frame> alarms();
  void alarms_heard();
  void tell_hub(OutcomeCode code, const RecordId& home, std::uint64_t hub_seq);
  // parts.cpp
  void take_part(const Frame& frame, bool whole);
  std::optional<Changeset> from_parts(const Hash& changeset);
  void put_parts_there(const std::vector<PartsHave>& parts);
  std::optional<Bitmap> parts_there(const Hash& changeset);
  // engine_attachments.cpp
  void offer_files(const Prepare& event, std::size_t budget, std::vector<Frame>& frames, Send& send);
  void take_want(const Want& want);
  void take_blob(const Blob& blob, bool whole, Taken& taken);
  void settle_files(Taken& taken);

  // --- a restored hub: engine_recovery_site.cpp
  void heed_epoch(const HelloToNode& hello, Taken& taken);
  std::vector<EarlierChains> earlier_chains();
  void resupply(std::size_t& budget, std::vector<Frame>& body, Send& send);
  bool resupply_stream(const ResupplyFrom& ask, std::size_t& budget, std::vector<Frame>& body);
  bool resupply_directory(std::uint64_t from_version, std::size_t& budget, std::vector<Frame>& body);
  std::uint64_t held_at_hub(const LogId& log);
  std::uint64_t hole_at_hub(const LogId& log);
  std::optional<std::uint64_t> new_order_after(const StreamRow& cursor, const StreamSegment& segment,
                                               const StreamHead& head);
  void go_back(StreamRow& cursor, std::uint64_t point, const StreamHead& head);
  void take_out(const std::set<HubPlace>& places, std::set<RecordId>& homes);
  std::set<HubPlace> places_of(const StreamId& stream, std::uint64_t from, std::uint64_t to);

  Engine& engine_;
  const Env& env_;
  Store& store_;
  std::vector<Action>& out_;
  std::vector<Emission> emissions_;
  std::vector<ChangesetRow> forked_;  // own changesets that came back as quarantined(fork), in the hub's order
  std::vector<RecordId> touched_;
  std::optional<HelloToNode> hello_;
  std::map<StreamId, OrderSeen> orders_;
  void hear_clone(bool said);
  void ask_again(Have& have, HelloToHub& hello);  // repair.cpp
  bool missing_own_ = false;
  bool digest_differs_ = false;   // so the hub said
  DeviceId hub_;                  // whose frames are taken in
  bool files_moved_ = false;      // chunks came or arrived there, or files are new
  std::vector<RecordId> filled_;  // attachments that got chunks
};

// Old entries that are not proved yet lie beside those of their stream, one heap per sender.
inline StreamId resupply_heap(const StreamId& stream, const DeviceId& device) {
  StreamId id = stream;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] ^= device.bytes[i];
  return id;
}

inline OutcomeCode outcome_of_error(Error e) {
  if (e == errc::too_new) return OutcomeCode::too_new;
  if (e == errc::over_limit) return OutcomeCode::over_limit;
  if (e == errc::class_refused) return OutcomeCode::class_refused;
  if (e == errc::bad_signature) return OutcomeCode::bad_signature;
  if (e == errc::bad_directory) return OutcomeCode::dir_bad;
  if (e == errc::root_chain) return OutcomeCode::root_chain;
  if (e == errc::wrong_zone) return OutcomeCode::wrong_zone;
  if (e == errc::bad_chain) return OutcomeCode::bad_changeset;
  return OutcomeCode::bad_content;
}

}  // namespace tram::sync
