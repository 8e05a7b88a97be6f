// A restored hub, second half: the recovery ends. What was brought back is folded in the old order under its old
// verdicts, streams nobody brought are derived from it, the new epoch begins, and what was pushed meanwhile is judged
// (sync design 8). All of it is one step, hence one transaction: a hub that dies in the middle is still in recovery.
#include <algorithm>

#include "sync/digest.h"
#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/isolation.h"
#include "sync/limits.h"
#include "sync/recovery.h"

namespace tram::sync {
namespace {

constexpr std::size_t kLostBytes = 4 + 8 + 32 + 16 + 8;

void append_lost(Bytes& out, const LostReceipt& lost) {
  append_le(out, lost.place.epoch);
  append_le(out, lost.place.seq);
  append(out, lost.changeset);
  append(out, lost.log.view());
  append_le(out, lost.seq);
}

}  // namespace

Recovery recovery_of(Store& store, const Directory& directory) {
  Recovery r;
  if (const auto stored = store.meta(meta::kRecovery); stored && stored->size() == 28) {
    r.active = true;
    r.started_ms = load_le<std::uint64_t>(stored->data());
    r.backup = {load_le<std::uint32_t>(stored->data() + 8), load_le<std::uint64_t>(stored->data() + 12)};
    r.restored = meta_u64(store, "recovery_restored");
    for (std::uint64_t n = 1; n <= meta_u64(store, "recovery_held"); ++n) {
      const auto piece = store.meta("held:" + std::to_string(n));
      if (piece && piece->size() == 32)
        r.held += load_le<std::uint64_t>(piece->data() + 24) - load_le<std::uint64_t>(piece->data() + 16) + 1;
    }
    for (const Device* d : directory.devices()) {
      const bool expected = meta_u64(store, "awaited:" + d->id.hex()) == r.started_ms;
      const bool heard = meta_u64(store, "heard:" + d->id.hex()) == r.started_ms;
      if (heard) r.heard.push_back(d->id);
      if (expected && d->state != DeviceState::revoked) {
        ++r.expected;
        if (!heard) r.awaited.push_back(d->id);
      }
    }
  }
  if (const auto stored = store.meta("recovery_lost"); stored && stored->size() >= 16) {
    r.ended_ms = load_le<std::uint64_t>(stored->data());
    r.lost_count = load_le<std::uint64_t>(stored->data() + 8);
    for (std::size_t at = 16; at + kLostBytes <= stored->size(); at += kLostBytes) {
      const std::uint8_t* p = stored->data() + at;
      LostReceipt lost;
      lost.place = {load_le<std::uint32_t>(p), load_le<std::uint64_t>(p + 4)};
      std::copy_n(p + 12, 32, lost.changeset.begin());
      lost.log = LogId::from(ByteView(p + 44, 16));
      lost.seq = load_le<std::uint64_t>(p + 60);
      r.lost.push_back(lost);
    }
  }
  if (const auto stored = store.meta("judged_anew")) {
    for (std::size_t at = 0; at + 44 <= stored->size(); at += 44) {
      JudgedAnew j;
      std::copy_n(stored->data() + at, 32, j.changeset.begin());
      j.former = {load_le<std::uint32_t>(stored->data() + at + 32), load_le<std::uint64_t>(stored->data() + at + 36)};
      r.judged_anew.push_back(j);
    }
  }
  return r;
}

void note_durable(Store& store, HubPlace through) {
  if (through <= durable_through(store)) return;
  Bytes bytes;
  append_le(bytes, through.epoch);
  append_le(bytes, through.seq);
  store.put_meta("durable_through", bytes);
}

HubPlace durable_through(Store& store) {
  const auto stored = store.meta("durable_through");
  if (!stored || stored->size() != 12) return {};
  return {load_le<std::uint32_t>(stored->data()), load_le<std::uint64_t>(stored->data() + 4)};
}

// Where each restored stream ends, and every receipt in what was restored.
std::map<StreamId, Engine::Hub::EntryPlace> Engine::Hub::restored_tails(const RecoveryState& state,
                                                                        std::set<HubPlace>& places) {
  constexpr auto kAll = std::numeric_limits<std::uint8_t>::max();
  std::map<StreamId, EntryPlace> ends;
  for (const StreamRow& stream : store_.streams()) {
    EntryPlace& end = ends[stream.id];
    end = {state.backup, kAll, {}};
    const std::uint64_t from = meta_u64(store_, "recovery_from:" + stream.id.hex());
    if (from == 0) continue;
    HubPlace cause = state.backup;
    std::uint32_t history = 0;  // entries that still belong to the scope_enter before them
    store_.each_entry(stream.id, from, [&](const EntryRow& row) {
      if (row.type == EntryType::receipt) {
        const Receipt receipt = *decode_receipt(row.payload);
        const HubPlace place{receipt.hub_epoch, receipt.hub_seq};
        if (place > state.backup) places.insert(place);
        if (history > 0) {
          --history;
          end = {cause, 3, place};
        } else {
          cause = place;
          end = {cause, 0, {}};
        }
      } else {
        const ScopeChange change = *decode_scope_change(row.payload);
        cause.seq = change.hub_seq;  // numbers rise over all epochs
        history = row.type == EntryType::scope_enter ? change.count : 0;
        end = {cause, static_cast<std::uint8_t>(row.type == EntryType::scope_enter ? 2 : 1), {}};
      }
      return true;
    });
    put_meta_u64(store_, "recovery_from:" + stream.id.hex(), 0);
  }
  return ends;
}

// One receipt of before, with its verdict as it was given: as a site folds it.
void Engine::Hub::fold_again(const ReceiptRow& stored) {
  auto row = store_.changeset(stored.changeset);
  const auto receipt = decode_receipt(stored.bytes);
  const auto header = row ? decode_header(row->bytes.header) : Result<Header>(errc::truncated);
  const auto log = row ? store_.log(row->log) : std::nullopt;
  const Device* found = header ? engine_.directory(store_).device(header->device) : nullptr;
  if (!row || !receipt || !header || !log || found == nullptr) return;
  const Device author = *found;
  LogRow of_author = *log;
  (void)anchor_time(*header, of_author);  // the newest anchor that this log proved
  store_.put_log(of_author);
  World world = engine_.world(store_);
  world.at_hub = false;  // who saw what was judged then; here the receipt says it
  const auto work = read_changeset(row->bytes, world, receipt->directory_version);
  if (!work) {
    keep_unreadable(store_, world, *header, *receipt);
  } else {
    Order order = order_of(*receipt);
    order.again = row->hub_seq != 0;  // its second receipt
    (void)apply_isolated(store_, world, *work, order, &*receipt);
    (void)note_files(store_, engine_.schema_, *work, &*receipt, env_.wall_ms);
    const bool misses = std::any_of(receipt->exceptions.begin(), receipt->exceptions.end(),
                                    [](const ReceiptException& e) { return e.reason == Reason::missing_base; });
    if (misses) wait_for_base(row->home, row->hash, receipt->hub_seq);
  }
  row->hub_seq = receipt->hub_seq;
  row->hub_epoch = receipt->hub_epoch;
  if (row->state == ChangesetState::waiting) row->state = ChangesetState::receipted;
  store_.put_changeset(*row);
  put_meta_u64(store_, meta::kHubTime, std::max(meta_u64(store_, meta::kHubTime), receipt->hub_time_ms));
  Bytes newest;
  append_le(newest, receipt->hub_epoch);
  append_le(newest, receipt->hub_seq);
  const Hash hash = receipt_hash(stored.bytes);
  tram::append(newest, ByteView(hash).first(8));
  store_.put_meta(meta::kNewestReceipt, newest);
  route(*receipt, stored.bytes, row->home, author);
}

std::uint64_t Engine::Hub::judge_held() {
  std::uint64_t judged = 0;
  const std::uint64_t count = meta_u64(store_, "recovery_held");
  for (std::uint64_t n = 1; n <= count; ++n) {
    const std::string name = "held:" + std::to_string(n);
    const auto piece = store_.meta(name);
    if (!piece || piece->size() != 32) continue;
    const LogId log = LogId::from(*piece);
    const auto to = load_le<std::uint64_t>(piece->data() + 24);
    std::vector<std::uint64_t> seqs;
    for (auto seq = load_le<std::uint64_t>(piece->data() + 16); seq <= to; ++seq) {
      const auto row = store_.changeset_at(log, seq);
      if (!row || row->hub_seq != 0) continue;  // its old receipt came after all
      const auto header = decode_header(row->bytes.header);
      receipt(*row, header ? blocked(*header) : std::nullopt);
      ++judged;
    }
    store_.put_meta(name, {});
  }
  put_meta_u64(store_, "recovery_held", 0);
  return judged;
}

void Engine::Hub::note_lost(const RecoveryState& state, const std::set<HubPlace>& places, RecoveryEnded& ended) {
  std::vector<LostReceipt> lost;
  const auto add = [&](const LostReceipt& one) {
    ++ended.lost;
    if (lost.size() < Recovery::kKept) lost.push_back(one);
  };
  std::uint64_t expected = state.backup.seq + 1;
  for (const HubPlace& place : places) {
    for (; expected < place.seq; ++expected) add({{place.epoch, expected}, {}, {}, 0});
    expected = std::max(expected, place.seq + 1);
    const auto row = store_.receipt(place.epoch, place.seq);
    if (!row || store_.changeset(row->changeset)) continue;
    const auto receipt = decode_receipt(row->bytes);
    if (receipt) add({place, receipt->changeset, receipt->log, receipt->seq});
  }
  Bytes out;
  append_le(out, env_.wall_ms);
  append_le(out, ended.lost);
  for (const LostReceipt& one : lost) append_lost(out, one);
  store_.put_meta("recovery_lost", out);
}

void Engine::Hub::end_recovery() {
  const auto state = recovery_state();
  if (!state) return;
  take_authors_aside();
  drop_unknown_authors();
  RecoveryEnded ended;
  ended.epoch = epoch();
  std::set<HubPlace> places;
  restored_through_ = restored_tails(*state, places);
  std::uint64_t newest = state->backup.seq;
  for (const HubPlace& place : places) {
    newest = std::max(newest, place.seq);
    auto row = store_.receipt(place.epoch, place.seq);
    const auto changeset = row ? store_.changeset(row->changeset) : std::nullopt;
    if (!changeset) continue;
    row->home = changeset->home;  // it may have come after its receipt
    store_.put_receipt(*row);
    fold_again(*row);
    ++ended.restored;
  }
  restored_through_.reset();
  note_lost(*state, places, ended);
  for (const Device* d : engine_.directory(store_).devices()) {
    forget_resupplied(device_stream(engine_.identity_.zone, d->id), d->id);
    forget_resupplied(organisation_stream(engine_.identity_.zone, d->site), d->id);
  }
  // The new epoch: its numbers go on after every number that is known, its chains after the last restored entry.
  put_meta_u64(store_, meta::kHubSeq, newest);
  for (StreamRow stream : store_.streams()) {
    stream.hub_epoch = ended.epoch;
    // Entries that a site brought back were put in without their folding.
    if (stream.kind == StreamKind::organisation) stream.digest = digest_of_scope(store_, OrganisationId{stream.owner});
    store_.put_stream(stream);
  }
  store_.put_meta(meta::kRecovery, {});
  engine_.follow_directory_from_start(store_);
  // The hub's own log may have gone further than anybody brought back: nothing more is signed in it.
  if (const auto own = store_.own_log()) {
    const auto opened = engine_.open_log(store_, env_, &*own);
    if (opened) receipt(*opened, std::nullopt);
  }
  ended.judged = judge_held();
  out_.push_back(ended);
}

}  // namespace tram::sync
