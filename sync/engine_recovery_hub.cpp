// A restored hub: it raises its epoch, asks the sites for what it lacks, proves what they send and keeps it
// until the recovery ends (sync design 8; docs/formats/sync.md "A restored hub"). Folding it in the old order is
// engine_recovery_end.cpp's, sites that come later are engine_recovery_late.cpp's. Old entries wait under an id of
// stream and sender until the signed head at their end proves them all; then they stand in the stream itself.
#include <algorithm>

#include "sync/engine_parts.h"
#include "sync/limits.h"
#include "sync/parts.h"
#include "sync/recovery.h"
#include "sync/redaction.h"
#include "sync/rotation.h"

namespace tram::sync {
namespace {

std::string state_name(const StreamId& stream, const DeviceId& device) {
  return "resupplied:" + resupply_heap(stream, device).hex();
}

}  // namespace

std::uint32_t Engine::Hub::epoch() {
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, meta_u64(store_, meta::kHubEpoch)));
}

std::optional<Engine::Hub::RecoveryState> Engine::Hub::recovery_state() {
  const auto stored = store_.meta(meta::kRecovery);
  if (!stored || stored->size() != 28) return std::nullopt;
  return RecoveryState{load_le<std::uint64_t>(stored->data()),
                       {load_le<std::uint32_t>(stored->data() + 8), load_le<std::uint64_t>(stored->data() + 12)},
                       load_le<std::uint64_t>(stored->data() + 20)};
}

bool Engine::Hub::recovering() {
  return recovery_state().has_value();
}

void Engine::Hub::start_recovery() {
  const std::uint32_t before = epoch();
  forget_snapshots(store_);
  if (!recovering()) {
    Bytes state;
    append_le(state, env_.wall_ms);
    append_le(state, before);
    append_le(state, meta_u64(store_, meta::kHubSeq));
    append_le(state, meta_u64(store_, meta::kHubTime));
    store_.put_meta(meta::kRecovery, state);
    put_meta_u64(store_, "recovery_restored", 0);
    put_meta_u64(store_, "recovery_held", 0);
    const std::uint64_t since = meta_u64(store_, meta::kHubTime);
    for (const Device* d : engine_.directory(store_).devices()) {
      const bool week = meta_u64(store_, "network:" + d->id.hex()) + limits::kAwaitedMs >= since;
      if (week && since != 0 && meta_u64(store_, "network:" + d->id.hex()) != 0 && d->state != DeviceState::revoked)
        put_meta_u64(store_, "awaited:" + d->id.hex(), env_.wall_ms);
    }
  }
  put_meta_u64(store_, meta::kHubEpoch, before + 1ull);
  out_.push_back(Notice{OutcomeCode::hub_restored, engine_.identity_.device.hex(), before + 1ull});
}

// --- where a reader stands -------------------------------------------------------------------------------------------

const Engine::Hub::Position& Engine::Hub::position(const StreamId& id, const Have& have, const DeviceId& reader) {
  const auto found = positions_.find(id);
  return found != positions_.end() ? found->second : positions_[id] = find_position(id, have, reader);
}

Engine::Hub::Position Engine::Hub::find_position(const StreamId& id, const Have& have, const DeviceId& reader) {
  const auto stream = store_.stream(id);
  StreamPosition at{id, stream ? stream->hub_epoch : 1, 0, first_chain(id), {}};
  for (const StreamPosition& p : have.streams)
    if (p.id == id) at = p;
  if (at.seq == 0) return {Standing::known, 0, first_chain(id), false};
  const auto known = store_.entry(id, at.seq);
  if (known && known->chain == at.chain) return {Standing::known, at.seq, at.chain, false};
  StreamRow row = stream.value_or(StreamRow{});
  if (!stream) {
    row.id = id;
    row.chain = first_chain(id);
  }
  const auto recovery = recovery_state();
  if (!recovery) {
    if (at.hub_epoch < epoch()) return late_position(row, at, have, reader);
    return {Standing::rollback, at.seq, {}, false};
  }
  // What it holds was replaced by an earlier restore already: judged anew, once this recovery is over.
  if (at.hub_epoch < recovery->backup.epoch) return {Standing::wait, 0, {}, false};
  Resupplied state = resupplied(id, reader);
  if (state.base != row.seq || state.seq < row.seq) {
    const auto kept = state.seq > row.seq ? store_.entry(resupply_heap(id, reader), row.seq) : std::nullopt;
    if (state.base < row.seq && kept && kept->chain == row.chain) {
      state.base = row.seq;  // another device of the body proved this much of it
    } else {
      store_.delete_entries(resupply_heap(id, reader), 0);
      state = Resupplied{row.seq, row.seq, row.chain, false, false, 0};
    }
  }
  if (state.chain == Hash{}) state.chain = row.chain;
  put_resupplied(id, reader, state);
  if (state.refused) return {Standing::rollback, at.seq, {}, false};
  return {Standing::resupply, state.seq + 1, {}, false};
}

Engine::Hub::Resupplied Engine::Hub::resupplied(const StreamId& stream, const DeviceId& device) {
  const auto stored = store_.meta(state_name(stream, device));
  Resupplied state;
  if (!stored || stored->size() != 51) return state;
  state.base = load_le<std::uint64_t>(stored->data());
  state.seq = load_le<std::uint64_t>(stored->data() + 8);
  std::copy_n(stored->begin() + 16, 32, state.chain.begin());
  state.done = (*stored)[48] != 0;
  state.refused = (*stored)[49] != 0;
  state.asked = (*stored)[50];
  return state;
}

void Engine::Hub::put_resupplied(const StreamId& stream, const DeviceId& device, const Resupplied& state) {
  Bytes bytes;
  append_le(bytes, state.base);
  append_le(bytes, state.seq);
  tram::append(bytes, state.chain);
  bytes.push_back(state.done ? 1 : 0);
  bytes.push_back(state.refused ? 1 : 0);
  bytes.push_back(state.asked);
  store_.put_meta(state_name(stream, device), bytes);
}

void Engine::Hub::forget_resupplied(const StreamId& stream, const DeviceId& device) {
  if (resupplied(stream, device).chain == Hash{}) return;
  store_.delete_entries(resupply_heap(stream, device), 0);
  store_.put_meta(state_name(stream, device), {});
}

std::vector<ResupplyFrom> Engine::Hub::asks(const Device& device, const Have& have) {
  std::vector<ResupplyFrom> wanted;
  const std::uint64_t version = engine_.directory(store_).version();
  if (have.directory_version > version) wanted.push_back({ByteArray<16>{}, version + 1});
  const ZoneId& zone = engine_.identity_.zone;
  for (const StreamId& id : {device_stream(zone, device.id), organisation_stream(zone, device.site)}) {
    const Position& at = position(id, have, device.id);
    if (at.standing == Standing::resupply) wanted.push_back({id.bytes, at.from});
  }
  if (wanted.empty() && !recovering()) ask_again(device, have, wanted);
  return wanted;
}

// Was this the last device that the recovery waits for? Devices that never used the network wait for nobody: a hub
// that only sticks reach is told by its operator.
bool Engine::Hub::heard_all(const Device& device, bool nothing_asked) {
  const auto state = recovery_state();
  const std::string spoke = "spoke:" + device.id.hex();
  if (!state || !nothing_asked || meta_u64(store_, spoke) != state->started_ms) return false;
  put_meta_u64(store_, "heard:" + device.id.hex(), state->started_ms);
  const Recovery now = recovery_of(store_, engine_.directory(store_));
  return now.expected > 0 && now.awaited.empty();
}

// --- what comes back -------------------------------------------------------------------------------------------------

void Engine::Hub::take_resupply(const Frame& frame, const Device& sender, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, sender.id.hex(), 0});
  };
  const auto part = decode_resupply(frame);
  if (!part) return refuse(outcome_of_error(part.error()));
  if (const auto* segment = std::get_if<StreamSegment>(&*part)) return take_old_entries(*segment, sender, whole, taken);
  const auto added = engine_.add_directory(store_, std::get<DirectorySegment>(*part).entries);
  if (!added) return refuse(outcome_of_error(added.error()));
  taken.directory += *added;
  if (*added > 0) take_authors_aside();
}

void Engine::Hub::take_old_entries(const StreamSegment& segment, const Device& sender, bool whole, Taken& taken) {
  const auto refuse = [&](OutcomeCode code) {
    if (whole) throw BundleRefused{code, {}};
    out_.push_back(Notice{code, segment.stream.hex(), segment.first_seq});
  };
  const ZoneId& zone = engine_.identity_.zone;
  if (segment.stream != device_stream(zone, sender.id) && segment.stream != organisation_stream(zone, sender.site))
    return refuse(OutcomeCode::bad_content);
  for (const CarriedEntry& carried : segment.entries)
    if (carried.entry.type == EntryType::receipt && carried.changeset)
      (void)engine_.mend(store_, carried.changeset->hash(), *carried.changeset);
  Resupplied state = resupplied(segment.stream, sender.id);
  // Not asked for, or from before the recovery ended: what it would prove is settled.
  if (state.chain == Hash{} || state.done || state.refused) return;
  const auto head = decode_stream_head(segment.head);
  const Directory& directory = engine_.directory(store_);
  const HubKeys* keys = head ? directory.hub_keys(head->directory_version) : nullptr;
  if (keys == nullptr) keys = directory.hub_keys();
  if (!head || !keys || head->stream != segment.stream ||
      !crypto::verify(keys->service_key, "stream-head", {segment.head}, segment.signature))
    return refuse(OutcomeCode::bad_signature);
  if (!segment.entries.empty() && segment.entries.back().entry.seq > head->seq) return refuse(OutcomeCode::bad_content);
  for (const CarriedEntry& carried : segment.entries) {
    const StreamEntry& entry = carried.entry;
    if (entry.seq <= state.seq) continue;
    if (entry.seq != state.seq + 1) {
      if (whole) throw BundleRefused{OutcomeCode::held_gap, {{state.seq + 1, entry.seq - 1}}};
      break;
    }
    Hash changeset{};
    if (entry.type == EntryType::receipt) {
      const auto receipt = decode_receipt(entry.payload);
      if (!receipt) return refuse(OutcomeCode::bad_content);
      changeset = receipt->changeset;
      if (carried.changeset) {
        keep_old_changeset(*receipt, *carried.changeset);
      } else if (!store_.changeset(changeset)) {
        if (const auto joined = whole_of_parts(store_, sender.id, changeset)) {
          keep_old_changeset(*receipt, *joined);
          store_.drop_parts(sender.id);
        }
      }
    } else if (!decode_scope_change(entry.payload)) {
      return refuse(OutcomeCode::bad_content);
    }
    state.seq = entry.seq;
    state.chain = next_chain(state.chain, entry);
    state.asked = 0;
    store_.put_entry(
        {resupply_heap(segment.stream, sender.id), entry.seq, entry.type, entry.payload, state.chain, changeset});
    ++taken.resupplied;
  }
  if (state.seq == head->seq && state.chain != head->chain) {
    // Not what this hub once signed, or not after what this hub holds.
    state.refused = true;
    store_.delete_entries(resupply_heap(segment.stream, sender.id), 0);
    out_.push_back(Notice{OutcomeCode::hub_rollback, segment.stream.hex(), head->seq});
  } else if (state.seq == head->seq && state.seq > state.base) {
    if (recovering())
      put_back(segment.stream, sender, segment, *head, state);
    else
      judge_anew(segment.stream, sender, state, taken);
  }
  put_resupplied(segment.stream, sender.id, state);
}

// The receipt cannot lend authenticity: the author's own signature is checked again. What does not hold stays away, and
// its receipt counts as one without its changeset.
void Engine::Hub::keep_old_changeset(const Receipt& receipt, const Changeset& changeset) {
  if (store_.changeset(receipt.changeset)) return;
  const auto header = decode_header(changeset.header);
  const Device* author = header ? engine_.directory(store_).device(header->device) : nullptr;
  if (header && !author && changeset.hash() == receipt.changeset && header->log() == receipt.log) {
    (void)keep_aside(receipt.log, header->seq, changeset);  // another site may bring its author's entry
    return;
  }
  if (!author || changeset.hash() != receipt.changeset || header->zone != engine_.identity_.zone ||
      !class_fits(header->confidentiality, engine_.identity_.zone_kind) || header->log() != receipt.log ||
      header->seq != receipt.seq || !signed_by_device(engine_.directory(store_), *header, changeset) ||
      (body_hash(changeset.body) != header->body_hash && !is_outline(changeset)) ||
      changeset.body.size() != header->body_len) {
    out_.push_back(Notice{OutcomeCode::bad_changeset, to_hex(receipt.changeset), receipt.hub_seq});
    return;
  }
  if (!store_.log(receipt.log)) {
    LogRow log;
    log.log = receipt.log;
    log.device = header->device;
    log.incarnation = header->incarnation;
    log.own = header->device == engine_.identity_.device;
    log.closed = log.own;
    store_.put_log(log);
  }
  const auto there = store_.changeset_at(receipt.log, receipt.seq);
  ChangesetRow row;
  row.hash = receipt.changeset;
  row.log = receipt.log;
  row.seq = receipt.seq;
  row.home = header->home;
  row.bytes = changeset;
  const bool fork = receipt.quarantines_all() && receipt.exceptions[0].reason == Reason::fork;
  if (fork || (there && there->hash != row.hash)) row.state = ChangesetState::fork;
  store_.put_changeset(row);
  if (body_hash(changeset.body) != header->body_hash) note_outline(store_, row.hash);
}

// Proved to the end: the entries stand in the stream again, as they stood. Their receipts are folded when the recovery
// ends, since another site may hold older ones.
void Engine::Hub::put_back(const StreamId& id, const Device& sender, const StreamSegment& segment,
                           const StreamHead& head, Resupplied& state) {
  auto stream = store_.stream(id);
  if (!stream) {
    stream = StreamRow{};
    stream->id = id;
    const bool of_device = id == device_stream(engine_.identity_.zone, sender.id);
    stream->kind = of_device ? StreamKind::device : StreamKind::organisation;
    stream->owner = of_device ? sender.id.bytes : sender.site.bytes;
    stream->chain = first_chain(id);
  }
  const std::string from = "recovery_from:" + id.hex();
  if (meta_u64(store_, from) == 0) put_meta_u64(store_, from, stream->seq + 1);
  std::set<LogId> logs;
  store_.each_entry(resupply_heap(id, sender.id), stream->seq + 1, [&](const EntryRow& row) {
    store_.put_entry({id, row.seq, row.type, row.payload, row.chain, row.changeset});
    if (row.type == EntryType::receipt) stage_receipt({row.type, row.seq, row.payload}, logs);
    return true;
  });
  store_.delete_entries(resupply_heap(id, sender.id), 0);
  stream->seq = head.seq;
  stream->chain = head.chain;
  stream->hub_epoch = std::max(stream->hub_epoch, head.hub_epoch);
  stream->signed_head.assign(segment.head.begin(), segment.head.end());
  tram::append(stream->signed_head, segment.signature);
  store_.put_stream(*stream);
  // Restored twice from one backup: the epoch of the first time was used already.
  if (head.hub_epoch >= epoch()) put_meta_u64(store_, meta::kHubEpoch, head.hub_epoch + 1ull);
  state = Resupplied{head.seq, head.seq, head.chain, false, false, 0};
  for (const LogId& log : logs) advance(log);
}

void Engine::Hub::stage_receipt(const StreamEntry& entry, std::set<LogId>& logs) {
  const Receipt receipt = *decode_receipt(entry.payload);
  const HubPlace place{receipt.hub_epoch, receipt.hub_seq};
  const auto changeset = store_.changeset(receipt.changeset);
  if (const auto known = store_.receipt(place.epoch, place.seq)) {
    if (known->bytes != entry.payload) {
      // Two receipts signed under one number: the hub, or somebody with its key, was not honest.
      out_.push_back(Notice{OutcomeCode::receipt_strange, to_hex(receipt.changeset), receipt.hub_seq});
      return;
    }
    if (!changeset || known->home == changeset->home) return;
  } else {
    put_meta_u64(store_, "recovery_restored", meta_u64(store_, "recovery_restored") + 1);
  }
  store_.put_receipt({receipt.hub_epoch, receipt.hub_seq, receipt.changeset, receipt.log,
                      changeset ? changeset->home : RecordId{}, receipt.hub_time_ms, entry.payload});
  logs.insert(receipt.log);
}

// The frontier moves over what is here without a hole; what lies behind a hole waits for its author.
void Engine::Hub::advance(const LogId& id) {
  auto log = store_.log(id);
  if (!log) return;
  const std::uint64_t before = log->head_seq;
  store_.each_changeset(id, log->head_seq + 1, [&](const ChangesetRow& row) {
    const auto header = decode_header(row.bytes.header);
    if (row.seq != log->head_seq + 1 || !header || header->prev != log->head_hash ||
        !store_.receipt_of_changeset(row.hash))
      return false;
    log->head_seq = log->receipted_seq = row.seq;
    log->head_hash = log->receipted_hash = row.hash;
    log->last_written_at = std::max(log->last_written_at, header->written_at);
    return true;
  });
  if (log->head_seq == before) return;
  store_.put_log(*log);
  if (before != 0 || log->own) return;
  for (LogRow other : store_.logs()) {  // a new incarnation closes the ones before it
    if (other.device != log->device || other.log == id || other.closed) continue;
    other.closed = true;
    store_.put_log(other);
  }
}

// In recovery a push is stored and gets its receipt when it ends; the order of arrival is kept.
void Engine::Hub::hold(const ChangesetRow& row) {
  const std::uint64_t count = meta_u64(store_, "recovery_held");
  const auto name = [](std::uint64_t n) { return "held:" + std::to_string(n); };
  Bytes piece;
  tram::append(piece, row.log.view());
  append_le(piece, row.seq);
  append_le(piece, row.seq);
  if (const auto last = store_.meta(name(count)); last && last->size() == 32 && count > 0 &&
                                                  LogId::from(*last) == row.log &&
                                                  load_le<std::uint64_t>(last->data() + 24) + 1 == row.seq) {
    piece = *last;
    store_le(&piece[24], row.seq);
    store_.put_meta(name(count), piece);
    return;
  }
  store_.put_meta(name(count + 1), piece);
  put_meta_u64(store_, "recovery_held", count + 1);
}

}  // namespace tram::sync
