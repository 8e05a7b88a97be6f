// The two halves of the engine, inside the library: what only a hub does, and what only a site does.
#pragma once
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
  // Judges one stored changeset, gives it the next hub_seq and routes its receipt; false if it could not be applied.
  bool receipt(ChangesetRow row, std::optional<Reason> quarantine);
  // What could not be applied by an earlier program is tried again (sync design 6).
  void retry_not_applied();

 private:
  void take(const Incoming& event, Taken& taken);
  void take_changesets(const ChangesetSegment& segment, const Device& sender, bool whole, Taken& taken);
  bool fork(const Changeset& changeset, const Header& header, const crypto::VerifyKey& key);
  std::uint64_t next_hub_time();
  Receipt next_receipt(const ChangesetRow& row, const World& world);
  void issue(const Receipt& receipt, ChangesetRow& row);
  // What a receipt sets going: adoptions it holds, and work of its home that waited for a base (second_receipt.cpp).
  void follow_up(const Authored& work, const Receipt& receipt);
  std::optional<std::pair<Authored, Receipt>> second_receipt(const Hash& changeset);
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
  // A log with two branches (own_branch.cpp, adoption.cpp): what of it is still to be sent, that there is one, the log
  // as the hub holds it once our branch is gone from it, and the adoption of ours in a new incarnation.
  std::uint64_t first_to_send(const LogRow& log);
  void note_branch(const LogId& log, std::uint64_t seq);
  void mend_log(const LogId& log);
  void adopt_own_branch();
  // Came damaged: the cursor moves on, the home is marked, the changeset is listed (isolation, sync design 6).
  void note_damaged(const Receipt& receipt, const std::optional<RecordId>& home);

  Engine& engine_;
  const Env& env_;
  Store& store_;
  std::vector<Action>& out_;
  std::vector<Emission> emissions_;
  std::vector<ChangesetRow> forked_;  // own changesets that came back as quarantined(fork), in the hub's order
  std::vector<RecordId> touched_;
  std::optional<HelloToNode> hello_;
  bool missing_own_ = false;
};

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
