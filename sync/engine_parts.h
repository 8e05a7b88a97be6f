// The two halves of the engine, inside the library: what only a hub does, and what only a site does.
#pragma once
#include <map>
#include <set>

#include "sync/engine.h"

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
  // Judges one stored changeset, gives it the next hub_seq and routes its receipt.
  void receipt(ChangesetRow row, std::optional<Reason> quarantine);

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
  void fold_again(const ReceiptRow& row);
  std::map<StreamId, EntryPlace> restored_tails(const RecoveryState& state, std::set<HubPlace>& places);
  std::uint64_t judge_held();
  void note_lost(const RecoveryState& state, const std::set<HubPlace>& places, RecoveryEnded& ended);
  VersionRow quarantined_whole(const ChangesetRow& row, const Header& header, const Receipt& receipt,
                               const Device& author);

  void take(const Incoming& event, Taken& taken);
  void take_changesets(const ChangesetSegment& segment, const Device& sender, bool whole, Taken& taken);
  void fork(const Changeset& changeset, const Header& header, const crypto::VerifyKey& key);
  std::uint64_t next_hub_time();
  std::uint64_t anchor_time(const Header& header, LogRow& log);
  void route(const Receipt& receipt, const Bytes& encoded, const RecordId& home, const Device& author);
  void append_entry(const StreamId& stream, StreamKind kind, ByteView owner, EntryType type, Bytes payload,
                    const Hash& changeset);
  void enter_scope(const StreamId& stream, const OrganisationId& organisation, const RecordId& home,
                   std::uint64_t hub_seq);
  void ensure_streams(const Device& device);
  bool stream_segments(const StreamId& stream, const Have& have, const DeviceId& reader, bool want_own,
                       std::size_t& budget, std::vector<Frame>& frames);

  Engine& engine_;
  const Env& env_;
  Store& store_;
  std::vector<Action>& out_;
  std::optional<std::map<StreamId, EntryPlace>> restored_through_;  // while receipts are folded again
  EntryPlace entry_place_;
  std::map<StreamId, Position> positions_;
};

class Engine::Site {
 public:
  Site(Engine& engine, const Env& env, Store& store, std::vector<Action>& out)
      : engine_(engine), env_(env), store_(store), out_(out) {}
  void prepare(const Prepare& event);
  void sent(const Sent& event);
  void incoming(const Incoming& event);

 private:
  struct Emission {
    RecordId record;
    RecordId home;
    std::uint16_t field;
    std::uint16_t event;
  };
  void take(const Incoming& event, Taken& taken);
  void take_hello(const HelloToNode& hello, Taken& taken);
  void settle_suspension();
  void take_stream(const StreamSegment& segment, bool whole, Taken& taken);
  // False: an own changeset is missing here and did not come along; the stream waits before this entry (want_own).
  bool take_receipt(const StreamRow& stream, const CarriedEntry& carried, Taken& taken);
  std::optional<ChangesetRow> take_back_own(const Receipt& receipt, const Changeset& changeset);
  void fold(const Receipt& receipt, const Bytes& encoded, const ChangesetRow& row);
  void note_own(const Receipt& receipt, const Bytes& encoded, ChangesetRow row, Taken& taken);
  void emit_automatic();

  // --- a restored hub: engine_recovery_site.cpp
  void heed_epoch(const HelloToNode& hello, Taken& taken);
  std::vector<EarlierChains> earlier_chains();
  void resupply(std::size_t& budget, std::vector<Frame>& body, Send& send);
  bool resupply_stream(const ResupplyFrom& ask, std::size_t& budget, std::vector<Frame>& body);
  bool resupply_directory(std::uint64_t from_version, std::size_t& budget, std::vector<Frame>& body);
  std::uint64_t held_at_hub(const LogId& log);
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
  std::vector<RecordId> touched_;
  std::optional<HelloToNode> hello_;
  bool missing_own_ = false;
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
