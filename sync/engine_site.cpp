// What only a site does: take in directory and streams (sync design 5, 6 and 8). What it sends: engine_send.cpp.
#include <algorithm>

#include "sync/digest.h"
#include "sync/dispute.h"
#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/isolation.h"
#include "sync/left_homes.h"
#include "sync/limits.h"
#include "sync/mutant.h"
#include "sync/parts.h"
#include "sync/recovery.h"
#include "sync/redaction.h"
#include "sync/rotation.h"
#include "sync/upgrade.h"
#include "sync/waiting_list.h"

namespace tram::sync {

void Engine::Site::incoming(const Incoming& event) {
  Taken taken;
  std::vector<Action> kept = out_;
  try {
    store_.savepoint([&] { take(event, taken); });
    const bool nothing_new = taken.pulled == 0 && taken.receipted == 0 && taken.directory == 0 && taken.chunks == 0 &&
                             taken.snapshot_chunks == 0;
    if (event.whole && nothing_new) taken.code = OutcomeCode::duplicate;
  } catch (const BundleRefused& refused) {
    out_ = std::move(kept);
    taken = Taken{};
    taken.code = refused.code;
    taken.missing = refused.missing;
  }
  out_.push_back(taken);
}

void Engine::Site::take(const Incoming& event, Taken& taken) {
  const auto refuse = [&](OutcomeCode code, const std::string& subject) {
    if (event.whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, subject, 0});
  };
  hub_ = event.sender;
  expire_chunks(store_, false, env_.wall_ms);
  for (const Frame& frame : event.frames) {
    switch (frame.type) {
      case FrameType::hello: {
        const auto hello = decode_hello_to_node(frame);
        put_parts_there({});  // until the WANT of this answer says otherwise
        if (!hello) {
          refuse(outcome_of_error(hello.error()), "hello");
          break;
        }
        if (!event.whole) compare_clocks(*hello);
        take_hello(*hello, taken);
        if (!event.whole) alarms_heard();
        break;
      }
      case FrameType::directory: {
        const auto segment = decode_directory(frame);
        const auto added =
            segment ? engine_.add_directory(store_, segment->entries) : Result<std::uint64_t>(segment.error());
        if (added)
          taken.directory += *added;
        else if (added.error() == errc::stream_gap && event.whole)
          throw BundleRefused{OutcomeCode::held_gap, {}};
        else
          refuse(outcome_of_error(added.error()), "directory");
        break;
      }
      case FrameType::stream: {
        const auto segment = decode_stream(frame);
        if (segment)
          take_stream(*segment, event.whole, taken);
        else
          refuse(outcome_of_error(segment.error()), "stream");
        break;
      }
      case FrameType::snapshot:
        take_snapshot(frame, event.whole, taken);
        break;
      case FrameType::part:
        take_part(frame, event.whole);
        break;
      case FrameType::want: {
        const auto want = decode_want(frame);
        if (want)
          take_want(*want);
        else
          refuse(outcome_of_error(want.error()), "want");
        break;
      }
      case FrameType::blob: {
        const auto blob = decode_blob(frame);
        if (blob)
          take_blob(*blob, event.whole, taken);
        else
          refuse(outcome_of_error(blob.error()), "blob");
        break;
      }
      case FrameType::delivery: {
        const auto record = decode_delivery(frame);
        if (record)
          out_.push_back(Delivered{*record});
        else
          refuse(outcome_of_error(record.error()), "delivery");
        break;
      }
      case FrameType::notice: {
        const auto notice = decode_notice(frame);
        if (notice && !hear_digest_differs(*notice))
          out_.push_back(Notice{static_cast<OutcomeCode>(notice->code), to_hex(notice->subject), notice->seq});
        break;
      }
      default:
        break;  // which types may come at all was decided with the container's kind
    }
  }
  load_snapshot(taken);  // one that waited for what else came
  if (engine_.directory(store_).device(engine_.identity_.device) && !store_.own_log())
    (void)engine_.open_log(store_, env_, nullptr);  // enrolled a moment ago
  if (hello_ && (hello_->flags & kMore) == 0) note_directory_news(hello_->hub_time_ms);
  settle_suspension();
  adopt_own_branch();
  settle_lost(taken);
  settle_files(taken);
  retry_not_applied();
  fold_scope_again(taken);
  emit_automatic();
  rebuild_touched();
}

void Engine::Site::start() {
  read_newer();
  retry_not_applied();
  emit_automatic();
  rebuild_touched();
}

void Engine::Site::rebuild_touched() {
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  const World world = engine_.world(store_);
  for (const RecordId& home : touched_) {
    rebuild_provisional(store_, world, home, env_.wall_ms);
    erase_left(store_, home, engine_.identity_.device);
  }
  forget_changesets(store_, organisation_stream(engine_.identity_.zone, engine_.identity_.organisation));
}

// An answer by network says what time it is at the hub; hub time that stands still says nothing (sync design 9.5).
void Engine::Site::compare_clocks(const HelloToNode& hello) {
  if (hello.hub_time_ms > meta_u64(store_, meta::kHubTime))
    put_meta_u64(store_, meta::kClockAhead, env_.wall_ms - hello.hub_time_ms);
}

void Engine::Site::take_hello(const HelloToNode& hello, Taken& taken) {
  if (hello.version != kProtocolVersion) throw BundleRefused{OutcomeCode::too_new, {}};
  heed_epoch(hello, taken);
  const std::uint64_t heard = meta_u64(store_, meta::kHubTime);
  put_meta_u64(store_, meta::kHubTime, std::max(heard, hello.hub_time_ms));
  taken.retry_after_ms = hello.retry_after_ms;
  taken.more |= (hello.flags & kMore) != 0;
  hear_clone((hello.flags & kClone) != 0);
  hello_ = hello;
}

// What the hub said of our log, once its answer is taken in: is this database the newest state of the log?
void Engine::Site::settle_suspension() {
  if (missing_own_) {
    put_meta_u64(store_, meta::kWantOwn, 1);
  } else if (const auto want = store_.meta(meta::kWantOwn); want && !want->empty()) {
    store_.put_meta(meta::kWantOwn, {});
  }
  const auto own = store_.own_log();
  if (!own || !hello_) return;
  bool behind = missing_own_;
  if (hello_->log == own->log && hello_->receipted_seq > 0) {
    // The hub holds more of our log than we do, or another branch of it.
    const auto ours = store_.changeset_at(own->log, hello_->receipted_seq);
    behind |= !ours || ours->hash != hello_->receipted_hash;
  }
  const auto flag = store_.meta(meta::kSuspended);
  const bool suspended = flag && !flag->empty();
  if (behind) {
    put_meta_u64(store_, meta::kSuspended, 1);
    put_meta_u64(store_, meta::kWantOwn, 1);
    if (!suspended) out_.push_back(Notice{OutcomeCode::restored, own->log.hex(), hello_->receipted_seq});
  } else if (suspended && own->head_seq >= meta_u64(store_, meta::kMustHear) && (hello_->flags & kRecovery) == 0) {
    // Complete again up to all that ever left: the log goes on.
    store_.put_meta(meta::kSuspended, {});
    put_meta_u64(store_, meta::kMustHear, 0);
  }
}

void Engine::Site::take_stream(const StreamSegment& segment, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, segment.stream.hex(), segment.first_seq});
  };
  auto cursor = cursor_of(segment.stream);
  if (!cursor) return refuse(OutcomeCode::bad_content);  // not a stream of ours
  if (segment.first_seq > cursor->seq + 1) {
    if (store_.snapshot(segment.stream)) return;  // it goes on after a snapshot that is not used yet
    if (whole) throw BundleRefused{OutcomeCode::held_gap, {{cursor->seq + 1, segment.first_seq - 1}}};
    return refuse(OutcomeCode::held_gap);
  }
  // The signed head first: it proves every entry through the chain, so nothing unproved is ever folded.
  const auto head = decode_stream_head(segment.head);
  const HubKeys* keys = engine_.directory(store_).hub_keys();
  if (!head || !keys || !crypto::verify(keys->service_key, "stream-head", {segment.head}, segment.signature))
    return refuse(OutcomeCode::bad_signature);
  // A stick of before the hub was set back: what of its order stands we have by the new one.
  if (head->hub_epoch < cursor->hub_epoch) return;
  // DIRECTORY comes always before STREAM: without the entries the hub used, authors and policy here are not the right
  // ones.
  if (head->directory_version > engine_.directory(store_).version()) return refuse(OutcomeCode::held_gap);
  note_directory_news(head->hub_time_ms);
  if (const auto shared = new_order_after(*cursor, segment, *head)) go_back(*cursor, *shared, *head);
  Hash chain = cursor->chain;
  for (const CarriedEntry& e : segment.entries) {
    if (e.entry.seq <= cursor->seq) {
      const auto known = store_.entry(segment.stream, e.entry.seq);
      if (!known || known->payload != e.entry.payload) return refuse(OutcomeCode::hub_rollback);
      if (e.changeset) (void)engine_.mend(store_, known->changeset, *e.changeset);
      if (is_hole(known->changeset)) heal(*cursor, e, taken);
      continue;
    }
    chain = next_chain(chain, e.entry);
  }
  const bool newer = head->seq > cursor->seq;
  if (head->stream != segment.stream || (newer && head->chain != chain && !TRAM_MUTANT(skip_chain_check)))
    return refuse(OutcomeCode::bad_signature);
  note_durable(store_, {head->durable_through == 0 ? 0 : head->hub_epoch, head->durable_through});
  if (!newer) return;  // all of it is known
  if (!segment.entries.empty() && segment.entries.back().entry.seq != head->seq)
    return refuse(OutcomeCode::bad_content);
  if (!store_.stream(segment.stream)) store_.put_stream(*cursor);
  for (const CarriedEntry& e : segment.entries) {
    if (e.entry.seq <= cursor->seq) continue;
    const Step step = take_entry(*cursor, e, false, taken);
    if (step == Step::unreadable) return refuse(OutcomeCode::bad_content);
    if (step == Step::waits) return put_cursor(*cursor);
  }
  cursor->hub_epoch = head->hub_epoch;
  cursor->signed_head.assign(segment.head.begin(), segment.head.end());
  tram::append(cursor->signed_head, segment.signature);
  put_cursor(*cursor);
}

// The cursor of one of our two streams, at its beginning if nothing of it was heard yet.
std::optional<StreamRow> Engine::Site::cursor_of(const StreamId& id) {
  const ZoneId& zone = engine_.identity_.zone;
  const bool self = id == device_stream(zone, engine_.identity_.device);
  if (!self && id != organisation_stream(zone, engine_.identity_.organisation)) return std::nullopt;
  if (auto known = store_.stream(id)) return known;
  StreamRow cursor;
  cursor.id = id;
  cursor.kind = self ? StreamKind::device : StreamKind::organisation;
  cursor.owner = self ? engine_.identity_.device.bytes : engine_.identity_.organisation.bytes;
  cursor.chain = first_chain(id);
  return cursor;
}

Engine::Site::Step Engine::Site::take_entry(StreamRow& cursor, const CarriedEntry& e, bool omitted, Taken& taken) {
  Hash changeset{};
  if (e.entry.type == EntryType::receipt) {
    const auto receipt = decode_receipt(e.entry.payload);
    if (!receipt) return Step::unreadable;
    changeset = receipt->changeset;
    if (omitted) {
      // Of a home that is in scope no more, or comes again later: only the fate of our own work counts.
      note_newest(*receipt, e.entry.payload);
      const auto row = store_.changeset(changeset);
      const auto log = row ? store_.log(row->log) : std::nullopt;
      if (log && log->own) note_own(*receipt, e.entry.payload, *row, taken);
    } else if (!take_receipt(cursor, e, taken)) {
      const auto asked = store_.meta(meta::kWantOwn);
      taken.more |= !asked || asked->empty();  // the next exchange asks for it
      missing_own_ = true;
      return Step::waits;
    }
  } else {
    const auto change = decode_scope_change(e.entry.payload);
    if (!change) return Step::unreadable;
    const OrganisationId& own = engine_.identity_.organisation;
    // What it holds of the home already counts from here on; what follows moves the sum (digest.h).
    if (e.entry.type == EntryType::scope_enter) {
      if (!in_scope(change->home)) move_stream_digest(store_, cursor.id, Hash{}, kept_digest(store_, change->home));
      store_.put_scope({change->home, own, change->hub_seq, std::nullopt});
      note_enter(store_, change->home);
    } else {
      if (in_scope(change->home)) move_stream_digest(store_, cursor.id, kept_digest(store_, change->home), Hash{});
      for (ScopeRow row : store_.scope(change->home)) {
        if (row.organisation != own || row.to_seq) continue;
        row.to_seq = change->hub_seq;
        store_.put_scope(row);
      }
      note_leave(store_, *change, e.entry.seq);
      touched_.push_back(change->home);
    }
  }
  check_order(cursor, e.entry);
  cursor.seq = e.entry.seq;
  cursor.chain = next_chain(cursor.chain, e.entry);
  store_.put_entry({cursor.id, e.entry.seq, e.entry.type, e.entry.payload, cursor.chain, changeset});
  ++taken.pulled;
  return Step::taken;
}

// The sum was moved in the store while entries were folded; the rest of the row is the caller's.
void Engine::Site::put_cursor(StreamRow cursor) {
  if (const auto stored = store_.stream(cursor.id)) cursor.digest = stored->digest;
  store_.put_stream(cursor);
  put_order(cursor.id);
}

bool Engine::Site::take_receipt(const StreamRow& stream, const CarriedEntry& carried, Taken& taken) {
  const Bytes& encoded = carried.entry.payload;
  const Receipt receipt = *decode_receipt(encoded);
  auto row = store_.changeset(receipt.changeset);
  const Changeset* came = carried.changeset ? &*carried.changeset : nullptr;
  std::optional<Changeset> joined;
  if (!row && came == nullptr) joined = from_parts(receipt.changeset);
  if (joined) came = &*joined;
  const HubPlace through =
      stream.kind == StreamKind::organisation ? HubPlace{receipt.hub_epoch, receipt.hub_seq} : HubPlace{};
  const auto damaged = [&](const std::optional<RecordId>& of) {
    note_damaged(receipt, encoded, of, through);
    return true;
  };
  std::optional<RecordId> home;
  // Our own, damaged here in the meantime: nothing is folded from it.
  const bool hole = row && (row->hub_seq == 0 || is_hole(row->hash)) && !engine_.intact(store_, *row);
  if (hole && came && prove(receipt, *came, home) != Proof::damaged) {
    row->bytes = *came;
    store_.put_changeset(*row);
  } else if (hole) {
    const auto log = store_.log(receipt.log);
    if (log && log->own) note_own(receipt, encoded, *row, taken);
    return damaged(row->home);
  }
  if (!row) {
    // The hub leaves out only what the receiver wrote: then this database was set back, and asks for it.
    if (came == nullptr) return TRAM_MUTANT(receipt_reused_after_restore);
    const Changeset& changeset = *came;
    const Proof proof = prove(receipt, changeset, home);
    if (proof == Proof::damaged) return damaged(home);
    if (proof == Proof::newer) {
      keep_newer(receipt, encoded, changeset, home, through);
      return true;
    }
    const auto header = decode_header(changeset.header);
    // The redaction that it rests on comes later in this home's history.
    if (proof == Proof::outline) note_outline(store_, receipt.changeset);
    if (header->device == engine_.identity_.device) {
      row = take_back_own(receipt, changeset);
      if (!row) return false;
    } else {
      row = ChangesetRow{};
      row->hash = receipt.changeset;
      row->log = receipt.log;
      row->seq = receipt.seq;
      row->home = header->home;
      row->bytes = changeset;
      // Two branches of a log may both have entered our scope: only one of them has a place in it here.
      if (store_.changeset_at(receipt.log, receipt.seq)) row->state = ChangesetState::fork;
      if (!store_.log(receipt.log)) {
        LogRow other;
        other.log = receipt.log;
        other.device = header->device;
        other.incarnation = header->incarnation;
        store_.put_log(other);
      }
    }
  }
  const auto log = store_.log(receipt.log);
  if (log && log->own) note_own(receipt, encoded, *row, taken);
  if (stream.kind == StreamKind::device) return true;
  const auto noted = store_.changeset(receipt.changeset);
  fold(receipt, encoded, noted.value_or(*row));
  return true;
}

// The hub spoke then, and named no entry that we lack. What is old or recorded moves nothing.
void Engine::Site::note_directory_news(std::uint64_t hub_time_ms) {
  if (hub_time_ms > directory_as_of_ms(store_)) put_meta_u64(store_, meta::kDirectoryAsOf, hub_time_ms);
}

bool Engine::Site::in_scope(const RecordId& home) {
  const auto rows = store_.scope(home);
  return std::any_of(rows.begin(), rows.end(), [&](const ScopeRow& row) {
    return row.organisation == engine_.identity_.organisation && !row.to_seq;
  });
}

// S-A1: one of our own changesets that this database lost; its signature, checked before, proves it. In its place in
// the log, or beside it as evidence when another branch took the place.
std::optional<ChangesetRow> Engine::Site::take_back_own(const Receipt& receipt, const Changeset& changeset) {
  const Header header = *decode_header(changeset.header);
  auto log = store_.log(receipt.log);
  if (!log) {
    log = LogRow{};
    log->log = receipt.log;
    log->device = header.device;
    log->incarnation = header.incarnation;
    log->own = true;
    log->closed = store_.own_log().has_value() && !goes_on_from_own(changeset);
  }
  ChangesetRow row;
  row.hash = receipt.changeset;
  row.log = receipt.log;
  row.seq = header.seq;
  row.home = header.home;
  row.sent = true;
  row.bytes = changeset;
  const auto before = store_.changeset(header.prev);
  if (header.seq <= log->head_seq || (before && before->state == ChangesetState::fork)) {
    row.state = ChangesetState::fork;  // until our branch has left its place (mend_log)
    note_branch(row.log, row.seq);
  } else {
    if (header.seq != log->head_seq + 1 || header.prev != log->head_hash) return std::nullopt;
    log->head_seq = header.seq;
    log->head_hash = receipt.changeset;
    log->last_written_at = std::max(log->last_written_at, header.written_at);
    log->anchor = header.anchor;
  }
  store_.put_log(*log);
  store_.put_changeset(row);
  if (row.home.bytes == header.device.bytes)
    if (const auto body = decode_body(changeset.body))
      if (const auto rotation = rotation_of(*body)) put_signing_key_of_log(store_, rotation->new_key);
  return row;
}

void Engine::Site::note_own(const Receipt& receipt, const Bytes& encoded, ChangesetRow row, Taken& taken) {
  if (row.hub_seq != 0 && std::tie(row.hub_epoch, row.hub_seq) >= std::tie(receipt.hub_epoch, receipt.hub_seq))
    return;  // heard by the other stream already
  const bool first = row.hub_seq == 0;
  row.hub_seq = receipt.hub_seq;
  row.hub_epoch = receipt.hub_epoch;
  row.sent = true;
  // log.open, and what is quarantined whole, comes by no organisation stream that would fold it.
  const bool by_no_stream = row.home.bytes == engine_.identity_.device.bytes || receipt.quarantines_all();
  const bool forked = receipt.quarantines_all() && receipt.exceptions[0].reason == Reason::fork;
  if (forked) {
    // The hub's log holds another changeset under this number: ours is a branch, which we adopt ourselves.
    row.state = ChangesetState::fork;
    note_branch(row.log, row.seq);
    forked_.push_back(row);
  } else if (by_no_stream && row.state != ChangesetState::fork) {
    row.state = ChangesetState::receipted;
  }
  store_.put_changeset(row);
  store_.put_receipt({receipt.hub_epoch, receipt.hub_seq, row.hash, row.log, row.home, receipt.hub_time_ms, encoded});
  auto log = store_.log(row.log);
  if (first && !forked && receipt.seq > log->receipted_seq) {
    log->receipted_seq = receipt.seq;
    log->receipted_hash = row.hash;
    store_.put_log(*log);
  }
  touched_.push_back(row.home);
  ++taken.receipted;
}

// What is signed here from now on is anchored on the newest receipt.
void Engine::Site::note_newest(const Receipt& receipt, const Bytes& encoded) {
  const auto newest = store_.meta(meta::kNewestReceipt);
  HubPlace known;
  if (newest && newest->size() == 20)
    known = {load_le<std::uint32_t>(newest->data()), load_le<std::uint64_t>(newest->data() + 4)};
  if (HubPlace{receipt.hub_epoch, receipt.hub_seq} > known) {
    Bytes anchor;
    append_le(anchor, receipt.hub_epoch);
    append_le(anchor, receipt.hub_seq);
    const Hash hash = receipt_hash(encoded);
    tram::append(anchor, ByteView(hash).first(8));
    store_.put_meta(meta::kNewestReceipt, anchor);
  }
}

void Engine::Site::fold(const Receipt& receipt, const Bytes& encoded, const ChangesetRow& stored) {
  ChangesetRow row = stored;
  const auto home = store_.home(row.home);
  const bool folded = home && std::tie(home->hub_epoch, home->hub_seq) >= std::tie(receipt.hub_epoch, receipt.hub_seq);
  if (folded && store_.changeset(row.hash)) return;
  // The other branch of a fork has no place in its log: another changeset holds that number.
  const bool fork = receipt.quarantines_all() && receipt.exceptions[0].reason == Reason::fork;
  if (fork) row.state = ChangesetState::fork;
  if (row.state == ChangesetState::waiting) row.state = ChangesetState::receipted;
  row.hub_seq = receipt.hub_seq;
  row.hub_epoch = receipt.hub_epoch;
  store_.put_changeset(row);
  store_.put_receipt({receipt.hub_epoch, receipt.hub_seq, row.hash, row.log, row.home, receipt.hub_time_ms, encoded});
  touched_.push_back(row.home);
  note_newest(receipt, encoded);
  if (folded) return;  // it had come damaged: its home is folded anew (heal)
  if (is_newer(row.bytes.header, engine_.schema_.headers()))
    return mark_poisoned(store_, row.home, {receipt.hub_epoch, receipt.hub_seq});
  const World world = engine_.world(store_);
  const auto work = read_changeset(row.bytes, world, receipt.directory_version);
  if (!work) {
    const auto header = decode_header(row.bytes.header);
    if (header && receipt.quarantines_all()) return keep_unreadable(store_, world, *header, receipt);
    mark_poisoned(store_, row.home, {receipt.hub_epoch, receipt.hub_seq});
    add_waiting(store_, waiting::kNotApplied, row.hash);
    alarm(OutcomeCode::bad_changeset, row.home, receipt.hub_seq);
    return;
  }
  Order order = order_of(receipt);
  order.again = stored.state != ChangesetState::waiting;
  const auto computed = apply_isolated(store_, world, *work, order, &receipt);
  if (!computed) {
    alarm(OutcomeCode::bad_changeset, row.home, receipt.hub_seq);
    return;
  }
  if (note_files(store_, engine_.schema_, *work, &receipt, env_.wall_ms) > 0) files_moved_ = true;
  const auto now = store_.home(row.home);
  const bool whole = !now || !now->poisoned;  // on top of a hole nothing can be judged
  // It has come so far all the same, though nothing of it could be folded without what is missing.
  if (!whole && !receipt.quarantines_all()) mark_poisoned(store_, row.home, {receipt.hub_epoch, receipt.hub_seq});
  const bool agrees = receipt.quarantines_all() || *computed == receipt.exceptions;
  if (whole && !agrees) {
    mark_disputed(store_, row.home);
    alarm(OutcomeCode::receipt_strange, row.home, receipt.hub_seq);
  } else if (whole && order.again && now && now->disputed) {
    fold_home_anew(row.home);  // a second receipt may have settled it
  }
  const auto& operations = work->body.operations;
  if (std::any_of(operations.begin(), operations.end(),
                  [&](const Operation& op) { return is_newer(store_, engine_.schema_, op); }))
    out_.push_back(Notice{OutcomeCode::too_new, row.home.hex(), receipt.hub_seq});
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    if (op.kind != OperationKind::status_event) continue;
    if (receipt.verdict_of(static_cast<std::uint16_t>(i)).verdict != Verdict::admitted) continue;
    if (const auto record = store_.record(op.record, Layer::confirmed)) note_event(*record, op.field, op.event);
  }
}

void Engine::Site::note_event(const RecordRow& record, std::uint16_t field, std::uint16_t event) {
  for (const AutomaticEvent& a : engine_.schema_.automatic())
    if (a.type == record.type && a.field == field && a.on == event)
      emissions_.push_back({record.id, record.home, a.field, a.emit});
}

// `available` is signed in the transaction that takes in `handed_over` (R41, decisions 3), once per record.
void Engine::Site::emit_automatic() {
  constexpr std::string_view kLater = "emit_later";
  constexpr std::size_t kEmission = 36;
  if (const auto later = store_.meta(kLater)) {
    for (std::size_t at = 0; at + kEmission <= later->size(); at += kEmission) {
      const ByteView piece = ByteView(*later).subspan(at, kEmission);
      emissions_.push_back({RecordId::from(piece), RecordId::from(piece.subspan(16)),
                            load_le<std::uint16_t>(&piece[32]), load_le<std::uint16_t>(&piece[34])});
    }
  }
  const auto flag = store_.meta(meta::kSuspended);
  if (flag && !flag->empty()) {
    // The lost original may come back; only a person's save opens a new log (sync design 8).
    Bytes later;
    for (const Emission& e : emissions_) {
      tram::append(later, e.record.view());
      tram::append(later, e.home.view());
      append_le(later, e.field);
      append_le(later, e.event);
    }
    if (!later.empty()) store_.put_meta(kLater, later);
    emissions_.clear();
    return;
  }
  if (const auto later = store_.meta(kLater); later && !later->empty()) store_.put_meta(kLater, {});
  for (const Emission& e : emissions_) {
    const auto home = store_.record(e.home, Layer::confirmed);
    if (!home) continue;
    const Holders holders = holders_of(store_, engine_.schema_, *home);
    if (holders.implementing != engine_.identity_.organisation) continue;
    const auto versions = store_.all_versions(e.record, e.field);
    const bool done = std::any_of(versions.begin(), versions.end(), [&](const VersionRow& v) {
      return v.event == e.event && v.organisation == engine_.identity_.organisation;
    });
    if (done) continue;
    Operation op;
    op.kind = OperationKind::status_event;
    op.record = e.record;
    op.field = e.field;
    op.event = e.event;
    LocalSave save{e.home, {op}, PersonId{}, Role::device, false};
    if (engine_.append(store_, env_, save)) touched_.push_back(e.home);
  }
  emissions_.clear();
}

}  // namespace tram::sync
