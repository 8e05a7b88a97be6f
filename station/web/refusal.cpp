#include "station/web/refusal.h"

namespace tram::station {
namespace {

constexpr std::string_view kAskInBrowser = "Open the address that the program printed in a browser on this PC.";
constexpr std::string_view kReload = "Reload the page and try again.";
constexpr std::string_view kSmaller = "Send less at once.";
constexpr std::string_view kHttp = "Send a plain HTTP/1.1 request as the API page describes it.";

// In the order of the enum; a test compares the count.
constexpr std::array<Refusal, kRefusals> kTable = {{
    {"header_too_large", 431, "The request header is larger than 8 KiB.", kSmaller},
    {"target_too_long", 414, "The address is longer than 2 KiB.", kSmaller},
    {"too_many_fields", 431, "The request has more than 64 header fields.", kSmaller},
    {"bad_request_line", 400, "The request line is malformed.", kHttp},
    {"bad_version", 400, "Only HTTP/1.1 is spoken here.", kHttp},
    {"bad_field", 400, "A header field is malformed.", kHttp},
    {"duplicate_field", 400, "A header field that may stand once is there twice.", kHttp},
    {"chunked_body", 411, "The body must have a stated length.", "Send Content-Length and no Transfer-Encoding."},
    {"transfer_encoding", 501, "Transfer codings are not supported.", "Send Content-Length and no Transfer-Encoding."},
    {"bad_content_length", 400, "Content-Length must be digits only.", kHttp},
    {"length_required", 411, "The request needs a Content-Length.", "Send Content-Length, 0 for an empty body."},
    {"body_not_allowed", 400, "GET and HEAD have no body.", kHttp},
    {"upgrade_not_offered", 400, "No other protocol is offered here.", "Send the request without Upgrade."},
    {"unknown_method", 501, "The method is not GET, HEAD, POST, PUT or DELETE.", kHttp},
    {"unknown_expectation", 417, "The expectation cannot be met.", "Send the request without Expect."},
    {"bad_target", 400, "The address is malformed.", kHttp},
    {"no_host", 400, "The request names no host.", kHttp},
    {"wrong_host", 421, "", ""},
    {"wrong_origin", 403, "The request comes from another page.", kReload},
    {"cross_site", 403, "The request comes from another site.", kAskInBrowser},
    {"no_such_page", 404, "There is nothing at this address.", "Go back to the first page."},
    {"wrong_method", 405, "This address does not take this method.", "See /api/v1/openapi.json."},
    {"loopback_only", 403, "This address answers on this PC only.", "Ask from the PC itself."},
    {"sign_in_needed", 401, "Nobody is signed in, or the session has ended.", "Sign in."},
    {"not_permitted", 403, "Your roles do not allow this.", "Ask your administrator which role it needs."},
    {"login_not_fresh", 403, "This needs a login not older than 5 minutes.", "Sign in again."},
    {"csrf_missing", 403, "The request carries no X-Tram-CSRF token.", kReload},
    {"csrf_wrong", 403, "The X-Tram-CSRF token is not that of this session.", kReload},
    {"wrong_content_type", 415, "The body has a type that this address does not take.",
     "Send Content-Type: application/json."},
    {"too_many_requests", 429, "Too many requests from this address.", "Wait a second and try again."},
    {"body_too_large", 413, "The body is larger than this address takes.", kSmaller},
    {"slow_tls", 408, "", ""},
    {"slow_header", 408, "", ""},
    {"slow_body", 408, "", ""},
    {"table_full", 503, "", ""},
}};

}  // namespace

const Refusal& describe(Refused refused) {
  return kTable[static_cast<std::size_t>(refused)];
}

std::string RefusalCount::metrics() const {
  std::string text = "# TYPE tram_gate_refused_total counter\n";
  for (std::size_t i = 0; i < kRefusals; ++i) {
    text += "tram_gate_refused_total{code=\"";
    text += kTable[i].code;
    text += "\"} " + std::to_string(of(static_cast<Refused>(i))) + "\n";
  }
  return text;
}

}  // namespace tram::station
