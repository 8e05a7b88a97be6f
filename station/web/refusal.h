// Every way in which the gate turns a request away: the code that metrics and audit rows carry, the status, and the
// text a person reads. Codes are stable; nothing of the request is ever repeated in a refusal.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tram::station {

enum class Refused : std::uint8_t {
  // size (step 3)
  header_too_large,
  target_too_long,
  too_many_fields,
  // framing (step 4)
  bad_request_line,
  bad_version,
  bad_field,
  duplicate_field,
  chunked_body,
  transfer_encoding,
  bad_content_length,
  length_required,
  body_not_allowed,
  upgrade,
  unknown_method,
  unknown_expectation,
  bad_target,
  // host (step 5), origin (step 6)
  no_host,
  wrong_host,
  wrong_origin,
  cross_site,
  // session, role, permission (step 7)
  no_such_page,
  wrong_method,
  not_loopback,
  sign_in_needed,
  not_permitted,
  login_not_fresh,
  // CSRF token, rates, body (step 8)
  csrf_missing,
  csrf_wrong,
  wrong_content_type,
  too_many_requests,
  body_too_large,
  // by the clock or the connection table; no answer is written
  slow_tls,
  slow_header,
  slow_body,
  table_full,
};
constexpr std::size_t kRefusals = static_cast<std::size_t>(Refused::table_full) + 1;

struct Refusal {
  std::string_view code;
  int status;
  std::string_view message;
  std::string_view next;
};
const Refusal& describe(Refused refused);

// Nothing means: passes.
using Verdict = std::optional<Refused>;

// tram_gate_refused_total{code}. Counted on the loop, read by whoever writes /metrics.
class RefusalCount {
 public:
  void add(Refused refused) { counts_[static_cast<std::size_t>(refused)].fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t of(Refused refused) const {
    return counts_[static_cast<std::size_t>(refused)].load(std::memory_order_relaxed);
  }
  // Prometheus text, every code from the start so that a rate has a zero to begin with.
  std::string metrics() const;

 private:
  std::array<std::atomic<std::uint64_t>, kRefusals> counts_{};
};

}  // namespace tram::station
