// What an observer notes of a station after each step: what is durable there now. From this the reference model is fed,
// and what only an observer of everything can see is checked here: I3, I5, I12, and alarms without a cause.
#include "tests/simulation/process.h"

namespace tram::simulation {

using namespace sync;

void Process::observe() {
  const Written written = store_->take(Watcher::observer);
  if (written.anything) {
    for (const LogRow& log : store_->logs())
      if (log.own) observe_own_log(log);
  } else {
    for (const auto& [id, lowest] : written.logs)
      if (const auto log = store_->log(id); log && log->own) observe_own_log(*log);
  }
  if (!at_hub()) return;
  const std::uint64_t newest = meta_u64(*store_, meta::kHubSeq);
  for (std::uint64_t n = universe_.receipts.size() + 1; n <= newest; ++n) observe_receipt(n);
}

void Process::observe_own_log(const LogRow& log) {
  for (std::uint64_t& seq = known_seq_[log.log]; seq < log.head_seq; ++seq) {
    const auto row = store_->changeset_at(log.log, seq + 1);
    if (!row) throw Violation("I5", name_ + " has a hole in its log at " + std::to_string(seq + 1));
    const auto header = decode_header(row->bytes.header);
    const auto body = decode_body(row->bytes.body);
    if (!header || !body) throw Violation("I4", "an own changeset cannot be read");
    if (seq > 0) {
      const auto before = store_->changeset_at(log.log, seq);
      const auto earlier = before ? decode_header(before->bytes.header) : Result<Header>(errc::truncated);
      if (!earlier || header->prev != before->hash) throw Violation("I5", "the log's chain is broken");
      if (header->written_at <= earlier->written_at) throw Violation("I12", "time in a log went back");
    }
    if (const Made* known = universe_.model.find(row->hash)) {
      if (!set_back && !branched) throw Violation("I3", name_ + " signed a changeset twice");
      if (known->machine == name_) universe_.lost.erase(row->hash);  // came back
      continue;
    }
    auto& signed_here = universe_.signed_at[{log.log, row->seq}];
    if (!signed_here.empty() && !branched)
      throw Violation("I3", name_ + " signed " + to_hex(row->hash).substr(0, 12) + " under number " +
                                std::to_string(row->seq) + " of " + log.log.hex().substr(0, 8) +
                                ", which another changeset has");
    signed_here.insert(row->hash);
    Made made{row->hash,
              log.log,
              row->seq,
              member().device,
              member().organisation,
              at_hub(),
              header->person,
              row->home,
              header->written_at,
              (header->flags & kClockUnset) != 0,
              (header->flags & kAllOrNothing) != 0,
              body->operations,
              name_};
    universe_.trace.line(universe_.now_ms, name_ + " made " + to_hex(row->hash).substr(0, 16) + " " +
                                               std::to_string(made.operations.size()));
    universe_.model.made(std::move(made));
  }
}

void Process::observe_receipt(std::uint64_t n) {
  const auto row = store_->receipt(1, n);
  const auto receipt = row ? decode_receipt(row->bytes) : Result<Receipt>(errc::truncated);
  if (!receipt || receipt->hub_seq != n) throw Violation("I5", "the receipts have a hole at " + std::to_string(n));
  note_dishonest(*receipt);
  const Made* made = universe_.model.find(receipt->changeset);
  if (!made || made->log != receipt->log || made->seq != receipt->seq)
    throw Violation("I3", "a receipt for something that was never durable at its author");
  const bool whole = receipt->quarantines_all();
  const bool fork = whole && receipt->exceptions[0].reason == Reason::fork;
  // A second receipt gives new verdicts to what the first one quarantined; it takes no place in the log (design 1).
  const Ordered* first = universe_.model.receipt_of(receipt->changeset);
  const auto quarantined = [](const Ruling& r) { return r.verdict == static_cast<std::uint8_t>(Verdict::quarantined); };
  if (first && std::none_of(first->rulings.begin(), first->rulings.end(), quarantined))
    throw Violation("I8", "two receipts for one changeset");
  if (!fork && !first && !universe_.accepted.emplace(std::pair(receipt->log, receipt->seq), receipt->changeset).second)
    throw Violation("I3", "two accepted changesets under one number of a log");
  Ordered ordered{n, receipt->hub_time_ms, receipt->lo_ms, receipt->changeset, {}, {}};
  const bool said_of_all = !receipt->exceptions.empty() && receipt->exceptions[0].operation == kAllOperations;
  for (std::size_t i = 0; i < made->operations.size(); ++i) {
    const ReceiptException e = receipt->verdict_of(static_cast<std::uint16_t>(i));
    ordered.rulings.push_back({static_cast<std::uint8_t>(e.verdict), static_cast<std::uint8_t>(e.reason), said_of_all});
    ordered.stands.push_back(first && !quarantined(first->rulings[i]));
    if (ordered.stands[i] && (ordered.rulings[i].verdict != first->rulings[i].verdict ||
                              ordered.rulings[i].reason != first->rulings[i].reason))
      throw Violation("I8", "a second receipt changes what the first one settled");
  }
  const auto& before = universe_.model.receipts();
  if (!before.empty() && before.back().hub_time_ms > ordered.hub_time_ms) throw Violation("I5", "hub time went back");
  universe_.model.ordered(std::move(ordered));
  universe_.receipts[n] = row->bytes;
  universe_.trace.line(universe_.now_ms, "receipt " + std::to_string(n) + " " +
                                             to_hex(receipt_hash(row->bytes)).substr(0, 16) + " for " +
                                             to_hex(receipt->changeset).substr(0, 12));
}

// What nobody saw being signed becomes known with its receipt.
void Process::note_dishonest(const Receipt& receipt) {
  if (universe_.model.find(receipt.changeset) != nullptr) return;
  const auto row = store_->changeset(receipt.changeset);
  const auto header = row ? decode_header(row->bytes.header) : Result<Header>(errc::truncated);
  const Member& author = universe_.zone.dishonest();
  if (!header || header->device != author.device || !signature_verifies(row->bytes, author.device_key.public_key))
    return;
  const auto body = decode_body(row->bytes.body);
  Made made{row->hash,
            receipt.log,
            receipt.seq,
            author.device,
            author.organisation,
            false,
            header->person,
            header->home,
            header->written_at,
            (header->flags & kClockUnset) != 0,
            (header->flags & kAllOrNothing) != 0,
            body ? body->operations : std::vector<Operation>{},
            author.code};
  universe_.signed_at[{receipt.log, receipt.seq}].insert(row->hash);
  universe_.model.made(std::move(made));
}

// A device with two histories, or a log of one, older or opened since.
bool Process::of_a_suspect(const std::string& subject) const {
  if (universe_.suspects.contains(subject)) return true;
  for (const auto& [hash, made] : universe_.model.all())
    if (made.log.hex() == subject) return universe_.suspects.contains(made.device.hex());
  return false;
}

// An alarm has a cause, or it is one too many.
void Process::notice(const std::vector<Action>& actions, std::size_t from) const {
  universe_.clock_was_held |= at_hub() && clock_is_held();
  for (std::size_t i = from; i < actions.size(); ++i) {
    const auto* n = std::get_if<Notice>(&actions[i]);
    if (n == nullptr) continue;
    universe_.trace.line(universe_.now_ms, name_ + " says " + std::string(sync::name(n->code)));
    // At a site as the hub's answer says it, perhaps some time ago.
    if (n->code == OutcomeCode::held_clock && (at_hub() ? clock_is_held() : universe_.clock_was_held)) continue;
    if (at_hub() && n->code == OutcomeCode::clock_suspect && wall_ms() < meta_u64(*store_, meta::kHubTime)) continue;
    if (n->code == OutcomeCode::restored && (set_back || branched)) continue;
    if (n->code == OutcomeCode::clone && (set_back || universe_.set_back.contains(n->subject))) continue;
    if (at_hub() && of_a_suspect(n->subject)) continue;
    // The log of a machine that was copied, or set back whole, has two histories.
    if (branched && (n->code == OutcomeCode::fork || n->code == OutcomeCode::bad_changeset ||
                     n->code == OutcomeCode::held_gap || n->code == OutcomeCode::clone))
      continue;
    const bool of_a_stream = n->code == OutcomeCode::bad_signature || n->code == OutcomeCode::hub_rollback;
    if (hub_is_dishonest && of_a_stream) continue;
    throw Violation("alarm", name_ + " says " + std::string(sync::name(n->code)) + " of " + n->subject + " at " +
                                 std::to_string(n->seq));
  }
}

}  // namespace tram::simulation
