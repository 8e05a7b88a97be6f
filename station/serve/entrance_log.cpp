#include "station/serve/entrance_log.h"

#include "station/program_log.h"
#include "station/store/accounts.h"
#include "tasks/text.h"

namespace tram::station {
namespace {

constexpr std::size_t kNameKept = 64;  // escaped it takes at most four times as much

std::string_view word(LoginOutcome outcome) {
  switch (outcome) {
    case LoginOutcome::signed_in:
      return "signed_in";
    case LoginOutcome::wrong:
      return "wrong";
    case LoginOutcome::throttled:
      return "throttled";
    case LoginOutcome::busy:
      return "busy";
    case LoginOutcome::signed_out:
      return "signed_out";
  }
  return "wrong";
}

}  // namespace

bool EntranceLog::sampled(std::atomic<std::int64_t>& last_second) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return last_second.exchange(second) != second;
}

void EntranceLog::note(const Actor& actor, std::string action, std::string object, std::string result,
                       std::string details) {
  try {
    station_.transact_on_reserve([&] { station_.audit(actor, action, object, result, details); });
  } catch (const std::exception& error) {
    log_failure("audit", "not_written", error.what());
  }
}

void EntranceLog::note_login(std::string_view name, std::string_view address, LoginOutcome outcome) {
  // Before a password is checked anybody may cause these as often as he likes.
  const bool at_will = outcome == LoginOutcome::throttled || outcome == LoginOutcome::busy;
  if (at_will && !sampled(last_turned_away_)) return;
  Actor actor;
  if (outcome == LoginOutcome::signed_in || outcome == LoginOutcome::signed_out)
    if (const auto row = AccountTable(station_.connection()).get(tasks::to_nfc(name)))
      actor = {row->person, row->name, row->roles};
  note(actor, outcome == LoginOutcome::signed_out ? "sign_out" : "sign_in", std::string(name.substr(0, kNameKept)),
       std::string(word(outcome)), std::string(address));
}

void EntranceLog::note_refused(Refused refused, std::string_view address) {
  if (!sampled(last_refused_)) return;
  const std::string code(describe(refused).code);
  application_.post(
      [this, code, address = std::string(address)] { note({}, "gate_refused", code, "refused", address); });
}

}  // namespace tram::station
