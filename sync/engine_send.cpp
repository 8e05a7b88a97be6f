// What a site sends: HELLO and HAVE, what a restored hub asked for, its changesets in runs or in parts, and files (sync
// design 6). Once it left, it is marked as sent.
#include <algorithm>

#include "sync/audit_anchor.h"
#include "sync/engine_parts.h"
#include "sync/limits.h"
#include "sync/parts.h"

namespace tram::sync {

void Engine::Site::prepare(const Prepare& event) {
  Send send;
  HelloToHub hello;
  const StatedAudit audit = own_audit(store_);
  hello.audit_number = audit.number;
  hello.audit_head = audit.head;
  Have have;
  std::size_t budget = event.byte_budget;
  const auto own = store_.own_log();
  if (own) {
    hello.incarnation = own->incarnation;
    hello.head_seq = own->head_seq;
    hello.head_hash = own->head_hash;
    if (store_.meta(meta::kSuspended) && !store_.meta(meta::kSuspended)->empty()) hello.flags |= kBehind;
    if (const auto want = store_.meta(meta::kWantOwn); want && !want->empty()) hello.flags |= kWantOwn;
  }
  have.directory_version = engine_.directory(store_).version();
  have.unanswered = event.unanswered;
  for (const StreamRow& s : store_.streams()) have.streams.push_back({s.id, s.hub_epoch, s.seq, s.chain, s.digest});
  if (repairs_digest()) {
    for (StreamPosition& at : have.streams) at.digest = {};
  } else {
    note_digest_stated();
  }
  have.loading = loading_snapshots();
  ask_again(have, hello);
  const auto asked = store_.meta(meta::kResupply);
  if (event.by_stick || (asked && !asked->empty())) have.earlier = earlier_chains();
  std::vector<Frame> body = alarms();
  const std::size_t said = body.size();
  resupply(budget, body, send);
  // The first thing of a request goes whatever the budget says, or nothing ever would.
  bool holds_something = body.size() > said;
  // The older log first: later work may build on it, and its first changeset must not close the newer one at the hub.
  std::vector<LogRow> logs = store_.logs();
  std::stable_sort(logs.begin(), logs.end(),
                   [](const LogRow& a, const LogRow& b) { return a.last_written_at < b.last_written_at; });
  for (const LogRow& log : logs) {
    if (send.more) break;
    const std::uint64_t from = first_to_send(log);
    const std::uint64_t hole = hole_at_hub(log.log);
    if (!log.own || (from > log.head_seq && hole == 0)) continue;
    // Nothing more of a suspended log leaves before the hub was heard: the fence says this database is not the newest.
    if (own && log.log == own->log && (hello.flags & kBehind) != 0) continue;
    // A bundle may come to a hub that was set back once more: it starts at the first one without a receipt.
    const std::uint64_t held_there = event.by_stick ? 0 : std::min(held_at_hub(log.log), log.head_seq);
    const std::uint64_t known = std::max(from - 1, held_there);
    ChangesetSegment segment{log.log, known + 1, {}};
    std::size_t size = 0;
    const bool current = own && log.log == own->log;
    const auto held = known == log.receipted_seq ? std::nullopt : store_.changeset_at(log.log, known);
    const Hash before = held ? held->hash : log.receipted_hash;
    Hash tip = before;
    bool behind = false;  // what is sent lies behind what left before
    const auto put = [&](const ChangesetRow& stored) {
      if (stored.hub_seq != 0) return true;  // of the other branch
      ChangesetRow row = stored;
      if (!fit_to_send(row)) return false;  // the log stops here, until the hub was heard
      if (in_parts(row.bytes)) {
        if (!segment.changesets.empty()) body.push_back(encode_frame(segment));
        segment = ChangesetSegment{log.log, row.seq + 1, {}};
        size = 0;
        const std::size_t cost = encoded_size(row.bytes) + parts_of(row.bytes) * kPartHead;
        if (event.by_stick && cost > budget) {  // the manifest of a bundle states what is whole in it
          send.more = true;
          return false;
        }
        std::size_t granted = holds_something ? budget : std::max(budget, kPartHead + limits::kPartBytes);
        const bool beyond = granted > budget;
        const std::size_t frames = body.size();
        const auto there = event.by_stick ? std::nullopt : parts_there(row.hash);
        send.more = !append_parts(row.bytes, row.hash, there ? &*there : nullptr, granted, body);
        budget = beyond ? 0 : granted;
        holds_something |= body.size() > frames;
        if (current && !behind &&
            (!send.more || body.size() > frames)) {  // even one part holds signed bytes: the fence covers it
          send.to_seq = row.seq;
          tip = row.hash;
        }
        return !send.more;
      }
      const std::size_t bytes = encoded_size(row.bytes);
      if (bytes > budget && holds_something) {
        send.more = true;
        return false;
      }
      holds_something = true;
      if (size + bytes + 64 > limits::kSegmentBytes && !segment.changesets.empty()) {
        body.push_back(encode_frame(segment));
        segment = ChangesetSegment{log.log, row.seq, {}};
        size = 0;
      }
      budget -= std::min(budget, bytes);
      size += bytes;
      if (current && !behind) {
        send.to_seq = row.seq;
        tip = row.hash;
      }
      segment.changesets.push_back(row.bytes);
      return true;
    };
    if (hole != 0 && hole <= known) {
      // Work without a receipt before some that has one: no stream holds it, and the hub lost it with its restore.
      behind = true;
      segment.first_seq = hole;
      store_.each_changeset(log.log, hole,
                            [&](const ChangesetRow& row) { return row.hub_seq == 0 && row.seq <= known && put(row); });
      if (!segment.changesets.empty()) body.push_back(encode_frame(segment));
      segment = ChangesetSegment{log.log, known + 1, {}};
      size = 0;
      behind = false;
    }
    if (!send.more) store_.each_changeset(log.log, known + 1, put);
    if (!segment.changesets.empty()) body.push_back(encode_frame(segment));
    if (current) {
      send.from_seq = known + 1;
      send.before = before;
      send.tip = tip;
      send.to_seq = std::max(send.to_seq, known);
    }
  }
  if (own) {
    send.log = own->log;
    if (send.tip == Hash{}) {  // nothing of the current log to send
      send.from_seq = own->receipted_seq + 1;
      send.to_seq = own->receipted_seq;
      send.tip = own->receipted_hash;
      send.before = own->receipted_hash;
    }
    send.fence = {own->incarnation, send.to_seq, send.tip};
    hello.fence_seq = send.fence.seq;
    hello.fence_hash = send.fence.head_hash;
  }
  offer_files(event, budget, body, send);
  send.frames.push_back(encode_frame(hello));
  send.frames.push_back(encode_frame(have));
  for (Frame& f : body) send.frames.push_back(std::move(f));
  out_.push_back(std::move(send));
}

void Engine::Site::sent(const Sent& event) {
  const auto log = store_.log(event.log);
  if (!log) return;
  std::vector<ChangesetRow> rows;
  store_.each_changeset(event.log, log->receipted_seq + 1, [&](const ChangesetRow& row) {
    if (row.seq > event.through_seq) return false;
    if (!row.sent) rows.push_back(row);
    return true;
  });
  for (ChangesetRow& row : rows) {
    row.sent = true;
    store_.put_changeset(row);
  }
}

}  // namespace tram::sync
