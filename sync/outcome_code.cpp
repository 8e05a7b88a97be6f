// The table of outcome codes (bundle design 4.2): names, English sentences, next actions and exit classes in one place.
#include "sync/outcome_code.h"

#include <algorithm>
#include <array>

namespace tram::sync {
namespace {

struct Row {
  OutcomeCode code;
  std::string_view name;
  std::string_view sentence;
  std::string_view next;
};

using enum OutcomeCode;
constexpr Row kRows[] = {
    {ok_new, "ok_new", "Received and applied.", "None."},
    {duplicate, "duplicate", "This was already received.", "None; the record is written again."},
    {key_retired, "key_retired", "The sender used an old key of ours.", "Send this site a new directory."},
    {clock_suspect, "clock_suspect", "The sender's clock looks wrong. Order is not affected.", "Set the clock there."},
    {dir_stale, "dir_stale", "The list of sites and keys is old.", "Bring news from the hub."},
    {dir_rollback, "dir_rollback", "The list inside is older than ours; ours stays.", "None."},
    {media_suspicious, "media_suspicious", "This stick carries suspicious files. Tram opened none.",
     "Have the stick cleaned."},
    {scan_limit, "scan_limit", "Too many files; the search stopped. Results so far are kept.",
     "Use a stick for Tram only."},
    {superseded, "superseded", "A newer revision exists.", "Show the newest."},
    {hub_restored, "hub_restored", "The hub was restored; your work is sent again by itself.", "None."},
    {from_revoked, "from_revoked", "Received. This sender has been blocked since.", "None."},
    {media_readonly, "media_readonly", "Received, but no answer could be written.",
     "Read the phone code to the sender."},
    {digest_differs, "digest_differs", "Both sides read the same history, and their data differ.",
     "Report it to the administrator; nothing is lost."},
    {not_tram, "not_tram", "This is not a Tram file.", "Pick another file."},
    {too_new, "too_new", "A newer Tram wrote this; the file was left in place.", "Update Tram here."},
    {too_old, "too_old", "This format is no longer allowed.", "Update Tram there and write it again."},
    {truncated, "truncated", "Only a part of this file is here; the stick was pulled early.",
     "Write it again at the sender."},
    {trailing_data, "trailing_data", "Something was added to the end of this file.", "Write it again at the sender."},
    {damaged_header, "damaged_header", "The file is damaged at its start.", "Write it again, on another stick."},
    {damaged_body, "damaged_body", "The content of the file is damaged.", "Write it again, on another stick."},
    {not_for_us, "not_for_us", "This is for another site, or older than our oldest key.", "Leave it on the stick."},
    {key_gone, "key_gone", "The key for this bundle was destroyed.",
     "The sender exports again; or the escrow key opens it, if one was named."},
    {tampered, "tampered", "The file was altered or damaged after it was written.",
     "Write it again; report it if it recurs."},
    {unknown_sender, "unknown_sender", "The sender is not on our list.", "Get the newest directory; ask the hub."},
    {sender_revoked, "sender_revoked", "The hub has blocked this sender.", "Bring it to the hub."},
    {bad_signature, "bad_signature", "The sender's signature is wrong.", "Report it to the administrator."},
    {wrong_zone, "wrong_zone", "This belongs to another installation.", "Take it to the right PC."},
    {wrong_kind, "wrong_kind", "This sender may not send this.", "Report it to the administrator."},
    {wrong_log, "wrong_log", "The bundle speaks for someone else. Nothing was used.",
     "Report it to the administrator."},
    {class_refused, "class_refused", "Documents of this level are not handled here. Nothing was kept.",
     "Follow the rules for secret papers."},
    {over_limit, "over_limit", "The content is larger than allowed.", "Split it; ask support."},
    {corrupt_content, "corrupt_content", "The content cannot be unpacked.", "Report it with the code."},
    {bad_content, "bad_content", "The content breaks the format.", "Report it with the code."},
    {bad_changeset, "bad_changeset", "A record inside is not genuine. Nothing was used.",
     "Report it to the administrator."},
    {dir_bad, "dir_bad", "The list of sites and keys inside is not valid.", "Report it to the administrator."},
    {root_chain, "root_chain", "The hub's new keys cannot be proved.", "Compare the root fingerprint by phone."},
    {receipt_strange, "receipt_strange", "An answer does not match anything we sent. It was ignored.",
     "Report it if it recurs."},
    {hub_rollback, "hub_rollback", "The hub shows an older state than before.", "Report it; nothing is deleted here."},
    {exchange_mismatch, "exchange_mismatch", "An answer does not match anything we sent. It was ignored.",
     "Report it if it recurs."},
    {enrol_code, "enrol_code", "The code is wrong.", "Check the sheet."},
    {enrol_expired, "enrol_expired", "This invitation is expired.", "Ask for a new one."},
    {enrol_used, "enrol_used", "This invitation is used.", "Ask for a new one."},
    {enrol_site, "enrol_site", "This invitation is for another site.", "Ask for a new one."},
    {enrol_locked, "enrol_locked", "This invitation is locked.", "Ask for a new one."},
    {code_wrong, "code_wrong", "The code does not fit.", "Check it; or wait for the signed answer."},
    {code_locked, "code_locked", "No more tries for this bundle.", "Wait for the signed answer."},
    {sig_format, "sig_format", "The signature file was changed or is not ours.", "Use the original file."},
    {pdf_json_mismatch, "pdf_json_mismatch", "The PDF does not show the signed figures.",
     "Trust neither; ask the sender."},
    {signed_pdf_different, "signed_pdf_different", "The signed PDF is not the report we exported.",
     "Sign the original."},
    {qr_other, "qr_other", "This code belongs to another report.", "Scan the right page."},
    {held_gap, "held_gap", "Earlier content is still missing; this waits for it.",
     "Bring the missing bundle or go online."},
    {held_review, "held_review", "A person must decide about this.", "The administrator reviews it."},
    {fork, "fork", "Two different versions exist. Both are kept.", "The administrator follows the guide."},
    {clone, "clone", "Two machines work under one identity. Nothing is lost.",
     "The administrator keeps one; the other enrols anew."},
    {report_fork, "report_fork", "Two different versions exist. Both are kept.",
     "The administrator follows the guide."},
    {held_clock, "held_clock", "The hub's clock jumped ahead. It writes no receipts until its operator looked.",
     "Set the hub's clock, or confirm it there."},
    {media_error, "media_error", "This stick is faulty or not genuine.", "Use another stick."},
    {media_lost, "media_lost", "The stick was removed too early.", "Insert it again."},
    {no_space, "no_space", "There is not enough free room.", "Free room and repeat."},
    {held_full, "held_full", "Too many bundles of this sender wait.", "Clear the cause."},
    {busy, "busy", "Tram is already reading or writing a stick.", "Wait."},
    {restored, "restored",
     "This PC was restored. Work goes on under a new number; what was saved before is fetched back.",
     "Contact the hub once, by any route."},
    {wrong_passphrase, "wrong_passphrase", "The passphrase is wrong or the keystore is damaged.", "Try again."},
    {keystore_damaged, "keystore_damaged", "The keystore is damaged.",
     "Use the previous generation or the recovery sheet."},
};

const Row* row_of(OutcomeCode code) {
  const auto* found = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.code == code; });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

// A number without a row can only come from a later program; it stays visible as unknown.
std::string_view name(OutcomeCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->name : "unknown";
}

std::string_view sentence(OutcomeCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->sentence : "A newer Tram reports something this one does not know.";
}

std::string_view next_action(OutcomeCode code) {
  const Row* row = row_of(code);
  return row != nullptr ? row->next : "Update Tram here.";
}

int exit_status(OutcomeCode code) {
  const auto number = static_cast<unsigned>(code);
  if (number < 200) return 0;
  if (number < 300) return 3;
  if (number < 400) return 5;
  if (number < 500) return 1;
  return number <= 502 ? 5 : 3;
}

int worst_exit(int a, int b) {
  constexpr std::array order = {1, 3, 5, 0};
  const auto rank = [&](int status) { return std::find(order.begin(), order.end(), status) - order.begin(); };
  return rank(a) <= rank(b) ? a : b;
}

}  // namespace tram::sync
