// Outcome codes of files and actions (bundle design 4.2). The number is stored and sent; the lower-case name is
// `outcome` and `error.code` in the API; sentences come from the message catalogues.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace tram::sync {

enum class OutcomeCode : std::uint16_t {
  ok_new = 0,
  duplicate = 1,
  key_retired = 101,
  clock_suspect = 102,
  dir_stale = 103,
  dir_rollback = 104,
  media_suspicious = 105,
  scan_limit = 106,
  superseded = 107,
  hub_restored = 108,
  from_revoked = 109,
  media_readonly = 110,
  digest_differs = 111,
  not_tram = 201,
  too_new = 202,
  too_old = 203,
  truncated = 204,
  trailing_data = 205,
  damaged_header = 206,
  damaged_body = 207,
  not_for_us = 208,
  key_gone = 209,
  tampered = 210,
  unknown_sender = 211,
  sender_revoked = 212,
  bad_signature = 213,
  wrong_zone = 214,
  wrong_kind = 215,
  wrong_log = 216,
  class_refused = 217,
  over_limit = 218,
  corrupt_content = 219,
  bad_content = 220,
  bad_changeset = 221,
  dir_bad = 222,
  root_chain = 223,
  receipt_strange = 224,
  hub_rollback = 225,
  exchange_mismatch = 226,
  enrol_code = 231,
  enrol_expired = 232,
  enrol_used = 233,
  enrol_site = 234,
  enrol_locked = 235,
  code_wrong = 236,
  code_locked = 237,
  sig_format = 241,
  pdf_json_mismatch = 242,
  signed_pdf_different = 243,
  qr_other = 244,
  held_gap = 301,
  held_review = 302,
  fork = 303,
  clone = 304,
  report_fork = 305,
  held_clock = 306,
  media_error = 401,
  media_lost = 402,
  no_space = 403,
  held_full = 404,
  busy = 501,
  restored = 502,
  wrong_passphrase = 503,
  keystore_damaged = 504,
};

// "ok_new", "truncated", ...
std::string_view name(OutcomeCode code);
// One English sentence for the person, and the next action (4.2).
std::string_view sentence(OutcomeCode code);
std::string_view next_action(OutcomeCode code);
// 0 below 200, 3 for 2xx, 5 for 3xx and 501-502, 1 for 4xx, 3 for 503-504.
int exit_status(OutcomeCode code);
// The exit of a run over several files: the worst in the order 1, 3, 5, 0.
int worst_exit(int a, int b);

}  // namespace tram::sync
