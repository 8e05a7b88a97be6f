// Second receipts (sync design 1 and 4): what was quarantined is judged again where the home stands now, when somebody
// adopted it or when the base that it missed arrived. Version ids and author stay; what the first receipt admitted or
// made a proposal keeps that verdict.
#include <algorithm>
#include <deque>

#include "sync/adoption.h"
#include "sync/engine_parts.h"
#include "sync/file_rows.h"
#include "sync/fold_again.h"
#include "sync/isolation.h"
#include "sync/limits.h"
#include "sync/waiting_list.h"

namespace tram::sync {
namespace {

bool quarantines(const Receipt& receipt, std::optional<Reason> reason = std::nullopt) {
  return std::any_of(receipt.exceptions.begin(), receipt.exceptions.end(), [&](const ReceiptException& e) {
    return e.verdict == Verdict::quarantined && (!reason || e.reason == *reason);
  });
}

// Leaves a savepoint when a second judgement says what the first one said.
struct Unchanged {};

// The author's anchor counts for the scope only if the first receipt took it as proved.
std::uint64_t proved_anchor(Store& store, const Header& header, const Receipt& first) {
  const auto row = store.receipt(header.anchor.epoch, header.anchor.seq);
  if (!row || row->hub_time_ms != first.lo_ms) return 0;
  const Hash hash = receipt_hash(row->bytes);
  return std::equal(header.anchor.hash.begin(), header.anchor.hash.end(), hash.begin()) ? header.anchor.seq : 0;
}

}  // namespace

std::optional<std::pair<Authored, Receipt>> Engine::Hub::second_receipt(const Hash& changeset) {
  auto row = store_.changeset(changeset);
  const auto stored = store_.receipt_of_changeset(changeset);
  const auto first = stored ? decode_receipt(stored->bytes) : Result<Receipt>(errc::bad_value);
  if (!row || !first || !quarantines(*first)) return std::nullopt;
  const World world = engine_.world(store_);
  const auto work = read_changeset(row->bytes, world, 0);
  if (!work) return std::nullopt;
  Receipt receipt = next_receipt(*row, world);
  receipt.lo_ms = first->lo_ms;
  Order order = order_of(receipt, proved_anchor(store_, work->header, *first));
  order.again = true;
  std::optional<std::vector<ReceiptException>> verdicts;
  try {
    store_.savepoint([&] {
      verdicts = apply_isolated(store_, world, *work, order, nullptr);
      if (verdicts && *verdicts == first->exceptions) throw Unchanged{};
    });
  } catch (const Unchanged&) {
    return std::nullopt;
  }
  if (!verdicts) {
    add_waiting(store_, waiting::kNotJudged, changeset);
    out_.push_back(Notice{OutcomeCode::bad_changeset, row->home.hex(), row->seq});
    return std::nullopt;
  }
  receipt.exceptions = *verdicts;
  (void)note_files(store_, engine_.schema_, *work, &receipt, env_.wall_ms);
  issue(receipt, *row);
  return std::pair(*work, receipt);
}

void Engine::Hub::follow_up(const Authored& work, const Receipt& receipt) {
  const std::string missing = waiting::missing_base(work.header.home);
  std::deque<Hash> adopted;
  const auto note = [&](const Authored& of, const Receipt& verdicts) {
    if (quarantines(verdicts, Reason::missing_base)) wait_for_base(of.header.home, of.hash, verdicts.hub_seq);
    for (const Hash& target : adoptions(of, verdicts)) adopted.push_back(target);
  };
  note(work, receipt);
  // Each turn takes an adoption or finds another verdict than before; a verdict that stands is never given again.
  for (bool moved = true; moved;) {
    moved = false;
    for (; !adopted.empty(); adopted.pop_front())
      if (const auto again = second_receipt(adopted.front())) note(again->first, again->second), moved = true;
    const auto waiting = waiting_list(store_, missing);
    if (waiting.empty() || (waiting.size() == 1 && waiting.front() == work.hash)) break;
    std::vector<Hash> left;
    for (const Hash& hash : waiting) {
      const auto again = hash == work.hash ? std::nullopt : second_receipt(hash);
      if (again) {
        for (const Hash& target : adoptions(again->first, again->second)) adopted.push_back(target);
        moved = true;
      }
      if (!again || quarantines(again->second, Reason::missing_base)) left.push_back(hash);
    }
    if (left != waiting) put_waiting_list(store_, missing, left);
  }
}

// What does not fit any more stays quarantined and listed by its verdict; only nobody judges it again by himself.
void Engine::Hub::wait_for_base(const RecordId& home, const Hash& changeset, std::uint64_t hub_seq) {
  if (!add_waiting(store_, waiting::missing_base(home), changeset, limits::kWaitingForBase))
    out_.push_back(Notice{OutcomeCode::over_limit, home.hex(), hub_seq});
}

void Engine::Hub::retry_not_applied() {
  if (recovering()) return;  // it would be a receipt before the sites were heard
  const auto rows = next_retried(store_);
  if (rows.empty()) return;
  for (const RecordId& home : poisoned_homes(store_, rows))
    fold_home_again(store_, engine_.world(store_), home, env_.wall_ms);
  const auto not_judged = waiting_list(store_, waiting::kNotJudged);
  for (const ChangesetRow& row : rows) {
    const auto header = decode_header(row.bytes.header);
    if (!header) continue;
    if (row.hub_seq == 0) {
      receipt(row, row.state == ChangesetState::fork ? std::optional(Reason::fork) : blocked(*header));
    } else if (std::find(not_judged.begin(), not_judged.end(), row.hash) != not_judged.end()) {
      auto left = waiting_list(store_, waiting::kNotJudged);
      std::erase(left, row.hash);
      put_waiting_list(store_, waiting::kNotJudged, left);
      if (const auto again = second_receipt(row.hash)) follow_up(again->first, again->second);
    }
  }
}

}  // namespace tram::sync
