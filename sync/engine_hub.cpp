// What only a hub does: order and judge what devices send, write receipts into streams, and answer (sync design 4-6).
#include <algorithm>
#include <set>

#include "sync/audit_anchor.h"
#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/isolation.h"
#include "sync/limits.h"
#include "sync/parts.h"
#include "sync/recovery.h"
#include "sync/revocation.h"
#include "sync/rotation.h"

namespace tram::sync {

void Engine::Hub::incoming(const Incoming& event) {
  Taken taken;
  std::vector<Action> kept = out_;
  try {
    store_.savepoint([&] { take(event, taken); });
    const bool nothing_new =
        taken.receipted == 0 && taken.held == 0 && taken.resupplied == 0 && taken.directory == 0 && taken.chunks == 0;
    if (event.whole && nothing_new) taken.code = OutcomeCode::duplicate;
    // A blocked device's bundle is taken: what lies before the cut-off, and the rest for a person to decide about.
    if (event.whole && !nothing_new && engine_.directory(store_).revocation(event.sender))
      taken.code = blocked_ > 0 ? OutcomeCode::held_review : OutcomeCode::from_revoked;
    taken.notices = std::move(to_sender_);
  } catch (const BundleRefused& refused) {
    out_ = std::move(kept);
    taken = Taken{};
    taken.code = refused.code;
    taken.missing = refused.missing;
    if (refused.code == OutcomeCode::held_gap) keep_have(event);
  }
  out_.push_back(taken);
}

// Where its sender stands is true of a bundle that waits for an earlier one, too, and the answer begins there: a
// restored hub and a site that stands in the old order would wait for each other.
void Engine::Hub::keep_have(const Incoming& event) {
  for (const Frame& frame : event.frames)
    if (frame.type == FrameType::have && decode_have(frame)) store_.put_meta("have:" + event.sender.hex(), frame.bytes);
}

void Engine::Hub::take(const Incoming& event, Taken& taken) {
  const Device* sender = engine_.directory(store_).device(event.sender);
  if (sender == nullptr) throw BundleRefused{OutcomeCode::unknown_sender, {}};
  if (sender->state == DeviceState::revoked && !event.whole) throw BundleRefused{OutcomeCode::sender_revoked, {}};
  const Device device = *sender;  // the directory may be reloaded below
  expire_chunks(store_, true, env_.wall_ms);
  follow_directory();
  forget_want(device.id);
  for (const Frame& frame : event.frames) {
    if (frame.type == FrameType::have) {
      const auto have = decode_have(frame);
      if (have) {
        taken.have = *have;
        const auto recovering = recovery_state();
        if (recovering)
          put_meta_u64(store_, "spoke:" + device.id.hex(), recovering->started_ms);
        else
          compare_digests(*have, device);
        store_.put_meta("have:" + device.id.hex(), frame.bytes);
      } else if (event.whole) {
        throw BundleRefused{outcome_of_error(have.error()), {}};
      }
    } else if (frame.type == FrameType::changesets) {
      const auto segment = decode_changesets(frame);
      if (segment) {
        take_changesets(*segment, device, event.whole, taken);
      } else {
        if (event.whole) throw BundleRefused{outcome_of_error(segment.error()), {}};
        problem(outcome_of_error(segment.error()), device.id.bytes, 0);
      }
    } else if (frame.type == FrameType::resupply) {
      take_resupply(frame, device, event.whole, taken);
    } else if (frame.type == FrameType::part) {
      take_part(frame, device, event.whole, taken);
    } else if (frame.type == FrameType::want) {
      take_want(frame, device, event.whole);
    } else if (frame.type == FrameType::blob) {
      take_blob(frame, device, event.whole, taken);
    } else if (frame.type == FrameType::notice) {
      take_alarm(frame, device);
    } else if (frame.type == FrameType::hello) {
      const auto hello = decode_hello_to_hub(frame);
      if (hello) {
        if (!event.whole) put_meta_u64(store_, "network:" + device.id.hex(), env_.wall_ms);
        taken.log = log_id(device.id, hello->incarnation);
        hear_incarnation(*hello, device.id);
        hear_audit(store_, device.id, {hello->audit_number, hello->audit_head});
        if (const auto known = store_.log(taken.log); !known || !known->closed)
          note_stated_log(store_, device.id, {taken.log, hello->head_seq});
        put_meta_u64(store_, "contact:" + device.id.hex(), env_.wall_ms);
        put_meta_u64(store_, "want_own:" + device.id.hex(), (hello->flags & kWantOwn) != 0 ? 1 : 0);
      } else if (event.whole) {
        throw BundleRefused{outcome_of_error(hello.error()), {}};
      }
    }
  }
  retry_not_applied();
  fold_scope_again(device.site);
  if (const auto log = store_.log(taken.log)) {
    taken.applied_to_seq = log->receipted_seq;
    taken.head_hash = log->receipted_hash;
  }
}

// Never falls, and waits for nobody's word but the operator's when the clock jumped ahead (sync design 9.4).
std::uint64_t Engine::Hub::next_hub_time() {
  const std::uint64_t last = meta_u64(store_, meta::kHubTime);
  if (clock_is_held()) return last;
  if (env_.wall_ms + limits::kClockBackMs < last)
    out_.push_back(Notice{OutcomeCode::clock_suspect, engine_.identity_.device.hex(), 0});
  const std::uint64_t time = std::max(env_.wall_ms, last);
  put_meta_u64(store_, meta::kHubTime, time);
  return time;
}

// The hub time of the author's anchor; an anchor that is unknown or goes back is replaced by the log's last good one.
std::uint64_t Engine::Hub::anchor_time(const Header& header, LogRow& log) {
  const auto found = store_.receipt(header.anchor.epoch, header.anchor.seq);
  const bool forward = std::tie(header.anchor.epoch, header.anchor.seq) >= std::tie(log.anchor.epoch, log.anchor.seq);
  if (found && forward) {
    const Hash hash = receipt_hash(found->bytes);
    if (std::equal(header.anchor.hash.begin(), header.anchor.hash.end(), hash.begin())) {
      log.anchor = header.anchor;
      return found->hub_time_ms;
    }
  }
  const auto last = store_.receipt(log.anchor.epoch, log.anchor.seq);
  return last ? last->hub_time_ms : 0;
}

// Number, time and rules of the next receipt; its verdicts are the caller's.
Receipt Engine::Hub::next_receipt(const ChangesetRow& row, const World& world) {
  Receipt receipt;
  receipt.hub_epoch = epoch();
  receipt.hub_seq = meta_u64(store_, meta::kHubSeq) + 1;
  receipt.hub_time_ms = next_hub_time();
  receipt.changeset = row.hash;
  receipt.log = row.log;
  receipt.seq = row.seq;
  receipt.directory_version = static_cast<std::uint32_t>(world.directory.version());
  if (const Policy* policy = world.directory.policy()) receipt.rules_epoch = policy->rules_epoch;
  return receipt;
}

bool Engine::Hub::receipt(ChangesetRow row, std::optional<Reason> quarantined) {
  const World world = engine_.world(store_);
  const auto header = decode_header(row.bytes.header);
  if (!header) return false;
  LogRow log = *store_.log(row.log);
  Receipt receipt = next_receipt(row, world);
  receipt.lo_ms = std::min(anchor_time(*header, log), receipt.hub_time_ms);
  const auto work = read_changeset(row.bytes, world, 0);
  if (quarantined || !work)
    receipt.exceptions = {{kAllOperations, Verdict::quarantined, quarantined.value_or(Reason::undecodable)}};
  if (!work) {
    keep_unreadable(store_, world, *header, receipt);
  } else {
    const Order order = order_of(receipt, log.anchor.seq);
    const auto verdicts = apply_isolated(store_, world, *work, order, quarantined ? &receipt : nullptr);
    if (!verdicts) {  // no receipt without a verdict; the log goes on
      out_.push_back(Notice{OutcomeCode::bad_changeset, row.home.hex(), row.seq});
      return false;
    }
    if (!quarantined) receipt.exceptions = *verdicts;
    (void)note_files(store_, engine_.schema_, *work, &receipt, env_.wall_ms);
  }
  if (row.state == ChangesetState::waiting) {
    row.state = ChangesetState::receipted;
    if (row.seq > log.receipted_seq) {  // tried again, it may lie behind the frontier, which never falls
      log.receipted_seq = row.seq;
      log.receipted_hash = row.hash;
    }
  }
  store_.put_log(log);
  issue(receipt, row);
  if (work) follow_up(*work, receipt);
  if (work && receipt.exceptions.empty()) enter_new_key(*work);
  return true;
}

// The DEVICE entry with the new key, at once: the log's next changeset is signed by it.
void Engine::Hub::enter_new_key(const Authored& work) {
  if (work.header.home.bytes != work.header.device.bytes) return;
  const auto rotation = rotation_of(work.body);
  if (!rotation || engine_.identity_.directory_key == nullptr) return;
  const Directory& directory = engine_.directory(store_);
  Device device = *directory.device(work.header.device);
  device.identity = rotation->new_key;
  const auto entry = make_entry(engine_.identity_.zone, directory.version() + 1, directory.head(), env_.wall_ms, device,
                                *engine_.identity_.directory_key);
  if (engine_.add_directory(store_, {entry.bytes}))
    put_meta_u64(store_, "key_from:" + work.header.log().hex(), entry.version);
}

// The receipt stands: it is stored, the hub's own next changeset is anchored on it, and whoever may see it gets it.
void Engine::Hub::issue(const Receipt& receipt, ChangesetRow& row) {
  const Bytes encoded = encode_receipt(receipt);
  store_.put_receipt({receipt.hub_epoch, receipt.hub_seq, row.hash, row.log, row.home, receipt.hub_time_ms, encoded});
  put_meta_u64(store_, meta::kHubSeq, receipt.hub_seq);
  row.hub_seq = receipt.hub_seq;
  row.hub_epoch = receipt.hub_epoch;
  store_.put_changeset(row);
  Bytes newest;
  append_le(newest, receipt.hub_epoch);
  append_le(newest, receipt.hub_seq);
  const Hash hash = receipt_hash(encoded);
  tram::append(newest, ByteView(hash).first(8));
  store_.put_meta(meta::kNewestReceipt, newest);
  route(receipt, encoded, row.home, *engine_.directory(store_).device(store_.log(row.log)->device));
}

// --- streams
// -----------------------------------------------------------------------------------------------------------

void Engine::Hub::append_entry(const StreamId& id, StreamKind kind, ByteView owner, EntryType type, Bytes payload,
                               const Hash& changeset) {
  auto stream = store_.stream(id);
  if (restored_through_) {  // the restored part of the stream holds it already
    const auto end = restored_through_->find(id);
    if (end != restored_through_->end() && entry_place_ <= end->second) return;
  }
  if (!stream) {
    stream = StreamRow{};
    stream->id = id;
    stream->kind = kind;
    std::copy(owner.begin(), owner.end(), stream->owner.begin());
    stream->chain = first_chain(id);
    stream->hub_epoch = epoch();
  }
  StreamEntry entry{type, stream->seq + 1, std::move(payload)};
  stream->seq = entry.seq;
  stream->chain = next_chain(stream->chain, entry);
  store_.put_entry({id, entry.seq, type, std::move(entry.payload), stream->chain, changeset});
  store_.put_stream(*stream);
}

void Engine::Hub::route(const Receipt& receipt, const Bytes& encoded, const RecordId& home, const Device& author) {
  const ZoneId& zone = engine_.identity_.zone;
  const bool by_hub = author.id == engine_.identity_.device;
  const HubPlace place{receipt.hub_epoch, receipt.hub_seq};
  entry_place_ = {place, 0, {}};
  if (!by_hub)
    append_entry(device_stream(zone, author.id), StreamKind::device, author.id.view(), EntryType::receipt, encoded,
                 receipt.changeset);
  const auto to_organisation = [&](const OrganisationId& organisation) {
    const StreamId stream = organisation_stream(zone, organisation);
    if (store_.stream(stream))
      append_entry(stream, StreamKind::organisation, organisation.view(), EntryType::receipt, encoded,
                   receipt.changeset);
  };
  if (home.bytes == author.id.bytes) return;  // log.open: the author alone hears of it
  if (receipt.quarantines_all()) {
    if (!by_hub) to_organisation(author.site);
    return;
  }
  const auto record = store_.record(home, Layer::confirmed);
  if (!record) {  // the creation itself became a proposal: its author's organisation and the hub's office see it
    if (!by_hub) to_organisation(author.site);
    return;
  }
  for (const ScopeRow& row : store_.scope(home))
    if (!row.to_seq) to_organisation(row.organisation);
  settle_scope(*record, place, receipt.directory_version);
}

void Engine::Hub::problem(OutcomeCode code, const ByteArray<16>& subject, std::uint64_t seq) {
  constexpr std::size_t kMostNotices = 64;
  out_.push_back(Notice{code, to_hex(subject), seq});
  if (to_sender_.size() < kMostNotices) to_sender_.push_back({static_cast<std::uint16_t>(code), subject, seq});
}

// An organisation gets a stream with its first device; it starts with what was handed over before.
void Engine::Hub::ensure_streams(const Device& device) {
  const StreamId id = organisation_stream(engine_.identity_.zone, device.site);
  if (store_.stream(id) || recovering()) return;
  StreamRow row;
  row.id = id;
  row.owner = device.site.bytes;
  row.chain = first_chain(id);
  row.hub_epoch = epoch();
  row.digest = digest_of_scope(store_, device.site);
  store_.put_stream(row);
  for (const RecordId& home : store_.homes_in_scope(device.site))
    enter_scope(id, device.site, home, meta_u64(store_, meta::kHubSeq));
}

// The first thing of an answer goes whatever the budget says: an answer that holds nothing brings nobody forward. It is
// one frame at most, far below what a response may hold.
std::size_t Engine::Hub::grant(std::size_t budget, std::size_t needed) const {
  return holds_something_ ? budget : std::max(budget, needed);
}

bool Engine::Hub::stream_segments(const StreamId& id, const Have& have, const DeviceId& reader, bool want_own,
                                  std::size_t& budget, std::vector<Frame>& frames) {
  const auto stream = store_.stream(id);
  if (!stream) return false;
  const Position& at = position(id, have, reader);
  if (at.standing == Standing::rollback) {
    // Never a silent restart from zero: the node holds entries that this hub lacks, or another chain.
    out_.push_back(Notice{OutcomeCode::hub_rollback, id.hex(), at.from});
    frames.push_back(
        encode_frame(ExchangeNotice{static_cast<std::uint16_t>(OutcomeCode::hub_rollback), id.bytes, at.from}));
  }
  if (at.standing != Standing::known) return false;
  StreamSegment segment{id, at.from + 1, {}, {}, {}};
  std::size_t size = 0;
  Hash chain = at.chain;
  bool new_order = at.new_order;
  const HubPlace durable = durable_through(store_);
  const auto flush = [&] {
    if (segment.entries.empty() && !new_order) return;
    new_order = false;
    StreamHead head{stream->hub_epoch,
                    id,
                    segment.first_seq + segment.entries.size() - 1,
                    chain,
                    meta_u64(store_, meta::kHubTime),
                    durable.epoch == stream->hub_epoch ? durable.seq : 0,
                    static_cast<std::uint32_t>(engine_.directory(store_).version())};
    segment.head = encode_stream_head(head);
    segment.signature = crypto::sign(*engine_.identity_.service_key, "stream-head", {segment.head});
    const std::uint64_t next = segment.first_seq + segment.entries.size();
    frames.push_back(encode_frame(segment));
    segment = StreamSegment{id, next, {}, {}, {}};
    size = 0;
  };
  bool more = false;
  store_.each_entry(id, at.from + 1, [&](const EntryRow& row) {
    CarriedEntry carried{{row.type, row.seq, row.payload}, std::nullopt};
    if (row.type == EntryType::receipt) {
      const auto changeset = store_.changeset(row.changeset);
      const auto log = changeset ? store_.log(changeset->log) : std::nullopt;
      if (changeset && (want_own || !log || log->device != reader)) carried.changeset = changeset->bytes;
    }
    if (carried.changeset && in_parts(*carried.changeset)) {
      // The parts stand before the segment that holds its receipt.
      flush();
      const bool begun = !at_reader_.empty() && at_reader_.front().changeset == row.changeset;
      const std::size_t before = frames.size();
      std::size_t granted = grant(budget, kPartHead + limits::kPartBytes);
      const bool beyond = granted > budget;
      const bool whole =
          append_parts(*carried.changeset, row.changeset, begun ? &at_reader_.front().have : nullptr, granted, frames);
      budget = beyond ? 0 : granted;
      holds_something_ |= frames.size() > before;
      if (!whole) {
        more = true;
        return false;
      }
      carried.changeset.reset();
    }
    const std::size_t bytes = encoded_size(carried);
    if (bytes > grant(budget, bytes)) {
      more = true;
      return false;
    }
    budget -= std::min(budget, bytes);
    holds_something_ = true;
    carried_.push_back(row.changeset);
    if (size + bytes > limits::kSegmentBytes) flush();
    segment.entries.push_back(std::move(carried));
    size += bytes;
    chain = row.chain;
    return true;
  });
  flush();
  return more;
}

void Engine::Hub::reply(const MakeReply& event) {
  const Directory& directory = engine_.directory(store_);
  const Device* found = directory.device(event.device);
  Reply reply;
  if (found == nullptr || found->state == DeviceState::revoked) {
    out_.push_back(reply);
    return;
  }
  const Device device = *found;
  Have have;
  if (event.have) {
    have = *event.have;
  } else if (const auto last = store_.meta("have:" + device.id.hex())) {
    if (const auto decoded = decode_have({FrameType::have, *last})) have = *decoded;
  }
  std::vector<ResupplyFrom> wanted = asks(device, have);
  if (recovering() && !clock_is_held() && heard_all(device, wanted.empty())) {
    end_recovery();
    positions_.clear();
    wanted = asks(device, have);
  }
  const bool recovery = recovering();
  ensure_streams(device);
  HelloToNode hello;
  hello.resupply = std::move(wanted);
  hello.hub_epoch = epoch();
  hello.hub_time_ms = next_hub_time();
  for (const LogRow& log : store_.logs()) {
    if (log.device != device.id || log.closed) continue;
    hello.log = log.log;
    hello.receipted_seq = log.receipted_seq;
    hello.receipted_hash = log.receipted_hash;
    hello.need_from = recovery ? log.head_seq + 1 : first_missing(log);
  }
  std::size_t budget = event.byte_budget;
  // A bundle is complete by itself; an answer holds no more than the reader's line carries, and no parts that it has.
  if (const auto want = event.have ? want_of(device.id) : std::nullopt) {
    at_reader_ = want->parts;
    budget = static_cast<std::size_t>(
        std::min<std::uint64_t>(budget, std::max<std::uint64_t>(want->byte_budget, limits::kLeastLine)));
  }
  std::vector<Frame> body;
  if (have.directory_version < directory.version()) {
    DirectorySegment segment;
    std::size_t size = 0;
    for (const DirectoryRow& row : store_.directory(have.directory_version + 1)) {
      if (row.bytes.size() > grant(budget, row.bytes.size())) {
        reply.more = true;
        break;
      }
      holds_something_ = true;
      if (size + row.bytes.size() + 8 > limits::kSegmentBytes) {
        body.push_back(encode_frame(segment));
        segment.entries.clear();
        size = 0;
      }
      budget -= std::min(budget, row.bytes.size());
      size += row.bytes.size() + 4;
      segment.entries.push_back(row.bytes);
    }
    if (!segment.entries.empty()) body.push_back(encode_frame(segment));
  }
  const ZoneId& zone = engine_.identity_.zone;
  // A device that was set back gets its own changesets back, proved by its own signature (sync design 8).
  const bool want_own = meta_u64(store_, "want_own:" + device.id.hex()) != 0;
  // A retired device hears the fate of its work, and nothing new.
  const bool pulls = device.state != DeviceState::retired;
  // ACK before PULL: an author learns the fate of its work first.
  if (!reply.more)
    reply.more = stream_segments(device_stream(zone, device.id), have, device.id, want_own, budget, body);
  if (!reply.more && pulls)
    reply.more = pull(organisation_stream(zone, device.site), have, device.id, want_own, !event.have, budget, body);
  answer_want(device, event, budget, body, reply);
  if (reply.more) hello.flags |= kMore;
  if (device.state == DeviceState::suspended) hello.flags |= kSuspended;
  if (speaks_as_clone(device.id)) hello.flags |= kClone;
  if (recovery) hello.flags |= kRecovery;
  reply.frames.push_back(encode_frame(hello));
  for (const ExchangeNotice& notice : event.notices) reply.frames.push_back(encode_frame(notice));
  for (Frame& f : body) reply.frames.push_back(std::move(f));
  out_.push_back(std::move(reply));
}

}  // namespace tram::sync
