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
  // Judges one stored changeset, gives it the next hub_seq and routes its receipt.
  void receipt(ChangesetRow row, std::optional<Reason> quarantine);

 private:
  void take(const Incoming& event, Taken& taken);
  void take_changesets(const ChangesetSegment& segment, const Device& sender, bool whole, Taken& taken);
  void fork(const Changeset& changeset, const Header& header, const crypto::VerifyKey& key);
  std::uint64_t next_hub_time();
  std::uint64_t anchor_time(const Header& header, LogRow& log);
  void route(const Receipt& receipt, const Bytes& encoded, const RecordId& home, const Device& author,
             const Hash& digest_before);
  Hash home_digest(const RecordId& home);
  void compare_digests(const Have& have, const Device& device);
  // A problem with one item: the log here and the sender hear of it, and the rest goes on.
  void problem(OutcomeCode code, const ByteArray<16>& subject, std::uint64_t seq);
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
  std::vector<ExchangeNotice> to_sender_;
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
  bool take_receipt(StreamRow& stream, const CarriedEntry& carried, Taken& taken);
  bool in_scope(const RecordId& home);
  Hash home_digest(const RecordId& home);
  std::optional<ChangesetRow> take_back_own(const Receipt& receipt, const Changeset& changeset);
  void fold(const Receipt& receipt, const Bytes& encoded, const ChangesetRow& row);
  void note_own(const Receipt& receipt, const Bytes& encoded, ChangesetRow row, Taken& taken);
  void emit_automatic();

  Engine& engine_;
  const Env& env_;
  Store& store_;
  std::vector<Action>& out_;
  std::vector<Emission> emissions_;
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
