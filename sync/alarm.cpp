// Alarms at both ends (sync design 5, decisions 11): a site that disputes a verdict, or could not apply one, says so to
// the hub with its next requests until an answer came.
#include <algorithm>

#include "sync/dispute.h"
#include "sync/engine_parts.h"
#include "sync/limits.h"

namespace tram::sync {
namespace {

constexpr std::string_view kTell = "tell_hub";
constexpr std::size_t kItem = 2 + 16 + 8;
constexpr std::uint32_t kEpochsChecked = 4;  // a notice names no epoch

}  // namespace

void Engine::Site::alarm(OutcomeCode code, const RecordId& home, std::uint64_t hub_seq) {
  out_.push_back(Notice{code, home.hex(), hub_seq});
  tell_hub(code, home, hub_seq);
}

void Engine::Site::tell_hub(OutcomeCode code, const RecordId& home, std::uint64_t hub_seq) {
  Bytes waiting = store_.meta(kTell).value_or(Bytes{});
  Bytes item;
  append_le(item, static_cast<std::uint16_t>(code));
  tram::append(item, home.view());
  append_le(item, hub_seq);
  if (waiting.size() >= limits::kAlarmsWaiting * kItem) return;  // the hub hears that there is something wrong
  tram::append(waiting, item);
  store_.put_meta(kTell, waiting);
}

std::vector<Frame> Engine::Site::alarms() {
  std::vector<Frame> frames;
  const Bytes waiting = store_.meta(kTell).value_or(Bytes{});
  for (std::size_t at = 0; at + kItem <= waiting.size(); at += kItem) {
    ExchangeNotice notice;
    notice.code = load_le<std::uint16_t>(&waiting[at]);
    std::copy_n(&waiting[at + 2], notice.subject.size(), notice.subject.begin());
    notice.seq = load_le<std::uint64_t>(&waiting[at + 18]);
    frames.push_back(encode_frame(notice));
  }
  return frames;
}

void Engine::Site::alarms_heard() {
  if (const auto waiting = store_.meta(kTell); waiting && !waiting->empty()) store_.put_meta(kTell, {});
}

void Engine::Hub::take_alarm(const Frame& frame, const Device& sender) {
  const auto notice = decode_notice(frame);
  if (!notice) return;
  const auto code = static_cast<OutcomeCode>(notice->code);
  if (code != OutcomeCode::receipt_strange && code != OutcomeCode::bad_changeset) return;
  if (code == OutcomeCode::bad_changeset) check_told(notice->seq, sender);
  const RecordId home{notice->subject};
  const auto row = store_.home(home);
  const auto scope = store_.scope(home);
  const bool theirs =
      std::any_of(scope.begin(), scope.end(), [&](const ScopeRow& s) { return s.organisation == sender.site; });
  if (!row || !theirs) return;  // nothing is said of homes that the sender never saw
  const bool news = code != OutcomeCode::receipt_strange || !row->disputed;
  if (code == OutcomeCode::receipt_strange) mark_disputed(store_, home);
  if (news) out_.push_back(Notice{code, home.hex(), notice->seq});
}

// A site got it damaged: is it so here? Then a site that has it is asked, as after `verify` (repair.cpp).
void Engine::Hub::check_told(std::uint64_t hub_seq, const Device& sender) {
  for (std::uint32_t e = epoch(); e > 0 && e + kEpochsChecked > epoch(); --e) {
    const auto receipt = store_.receipt(e, hub_seq);
    if (!receipt) continue;
    const auto scope = store_.scope(receipt->home);
    const auto log = store_.log(receipt->log);
    const bool theirs =
        (log && log->device == sender.id) ||
        std::any_of(scope.begin(), scope.end(), [&](const auto& s) { return s.organisation == sender.site; });
    if (theirs && !engine_.fetching(store_, receipt->changeset))
      engine_.note_damage(store_, {receipt->changeset}, out_);
  }
}

}  // namespace tram::sync
