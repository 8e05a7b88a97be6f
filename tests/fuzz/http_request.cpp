// Z6: the framing of a request. The input is what a client sends, cut into pieces by its first bytes. The scanner and
// the gate say the same for any cut, and what the gate admits a second parser (Beast) reads with the same method,
// target and length: one request is one request (promise B3).
#include <boost/beast/http.hpp>

#include "station/web/gate.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;
namespace http = boost::beast::http;

const MonoTime kNow{std::chrono::hours(1)};
const SocketEnds kEnds{.local_address = "127.0.0.1", .local_port = 8080, .remote_address = "127.0.0.1"};

class FixedEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), std::uint8_t{7}); }
};

Route route(Method method, std::string pattern, RouteKind kind = RouteKind::page_api) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = Permission::open,
          .content_type = kind == RouteKind::exchange ? "application/octet-stream" : "application/json",
          .kind = kind,
          .handle = [](const AdmittedRequest&) { return Reply{}; },
          .handle_later = {}};
}

const RouteTable& table() {
  static const RouteTable routes({route(Method::get, "/api/v1/tasks/{id}"), route(Method::get, "/{rest...}"),
                                  route(Method::post, "/sync/1/exchange", RouteKind::exchange),
                                  route(Method::put, "/sync/1/part/{id}", RouteKind::exchange),
                                  route(Method::get, "/metrics", RouteKind::metrics)});
  return routes;
}

struct Scanned {
  HeaderScanner::State state = HeaderScanner::State::more;
  std::size_t size = 0;
  Refused why = Refused::bad_request_line;
  bool operator==(const Scanned&) const = default;
};

Scanned scan(std::string_view bytes, std::size_t limit, ByteView cuts) {
  HeaderScanner scanner;
  Scanned out;
  for (std::size_t end = 0, cut = 0; end < bytes.size() && out.state == HeaderScanner::State::more; ++cut) {
    end = std::min(bytes.size(), cuts.empty() ? bytes.size() : end + 1 + cuts[cut % cuts.size()]);
    out.state = scanner.scan(bytes.substr(0, end), limit);
  }
  if (out.state == HeaderScanner::State::complete) out.size = scanner.size();
  if (out.state == HeaderScanner::State::refused) out.why = scanner.why();
  return out;
}

// Beast's own opinion of a block that the gate admitted.
void check_with_second_parser(std::string_view block, const Framing& framing, const RawRequest& raw) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  boost::system::error_code ec;
  parser.put(boost::asio::buffer(block.data(), block.size()), ec);
  hold(!ec || ec == http::error::need_more, "what the gate admits is HTTP to a second parser");
  if (!parser.is_header_done()) return hold(false, "the second parser sees the end of the header");
  const auto& request = parser.get();
  hold(request.version() == 11 && request.method_string() == raw.method && request.target() == raw.target,
       "both read one request line");
  hold(!parser.chunked(), "no admitted body is chunked");
  hold(parser.content_length().value_or(0) == framing.content_length, "both read one length");
  hold(!parser.upgrade(), "nothing is upgraded");
}

void check_block(std::string_view block, const Limits& limits) {
  RawRequest raw;
  const Verdict tokens = tokenise(block, limits, raw);
  Framing framing;
  const Verdict framed = tokens ? tokens : check_framing(raw, limits, framing);
  FixedEntropy entropy;
  SessionTable sessions(entropy);
  Gate gate(table(), sessions, entropy, limits, {"tram.office.lan"});
  auto verdict = gate.admit(block, kEnds, kNow);
  if (const auto* turned = std::get_if<Gate::Turned>(&verdict)) {
    if (framed) hold(turned->why == *framed, "framing comes before everything else");
    hold(describe(turned->why).status >= 400, "a refusal has a status");
    return;
  }
  hold(!framed, "what framing refuses is never admitted");
  const auto& admission = std::get<Gate::Admission>(verdict);
  hold(admission.content_length <= admission.route->body_limit || framing.method == Method::get ||
           framing.method == Method::head,
       "the limit holds before the body is read");
  hold(framing.path.starts_with('/') && framing.path.find("/../") == std::string::npos &&
           !framing.path.ends_with("/..") && framing.path.find('\0') == std::string::npos,
       "no admitted path climbs");
  hold(raw.count("Host") == 1 && raw.count("Transfer-Encoding") == 0, "one host, no coding");
  check_with_second_parser(block, framing, raw);
}

void run(ByteView input) {
  static const Limits limits = [] {
    Limits l = node_limits();
    l.request_burst = 1'000'000;
    return l;
  }();
  Draw draw(input);
  const ByteView cuts = draw.bytes(4);
  const std::string_view bytes = as_text(draw.rest());
  const Scanned whole = scan(bytes, limits.header_bytes, {});
  hold(scan(bytes, limits.header_bytes, cuts) == whole, "the scanner says the same for any cut");
  const std::uint8_t one = 0;
  hold(scan(bytes, limits.header_bytes, {&one, 1}) == whole, "and byte by byte");
  if (whole.state != HeaderScanner::State::complete) return;
  hold(whole.size <= limits.header_bytes, "a header keeps its bound");
  check_block(bytes.substr(0, whole.size), limits);
}

void seeds(const AddSeed& add) {
  const std::pair<std::string_view, std::string_view> all[] = {
      {"get", "GET /api/v1/tasks/7?x=1&y=%C3%A1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"},
      {"exchange",
       "POST /sync/1/exchange HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/octet-stream\r\n"
       "Content-Length: 3\r\n\r\nabc"},
      {"put",
       "PUT /sync/1/part/9 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/octet-stream\r\n"
       "Content-Length: 0\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"},
      {"post_page",
       "POST /api/v1/tasks/7 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nOrigin: http://127.0.0.1:8080\r\n"
       "Content-Length: 2\r\n\r\n{}"},
      {"both_lengths",
       "POST /sync/1/exchange HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
       "\r\n0\r\n\r\n"},
      {"two_lengths",
       "POST /sync/1/exchange HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
      {"list_length", "POST /sync/1/exchange HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 3, 3\r\n\r\nabc"},
      {"plus_length", "POST /sync/1/exchange HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: +3\r\n\r\nabc"},
      {"fold", "GET / HTTP/1.1\r\nHost: localhost:8080\r\nX-A: 1\r\n 2\r\n\r\n"},
      {"blank_name", "GET / HTTP/1.1\r\nHost : localhost:8080\r\n\r\n"},
      {"bare_lf", "GET / HTTP/1.1\nHost: localhost:8080\n\n"},
      {"get_body", "GET / HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 5\r\n\r\nhello"},
      {"old_version", "GET / HTTP/1.0\r\nHost: localhost:8080\r\n\r\n"},
      {"absolute", "GET http://localhost:8080/ HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"},
      {"climbs", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"},
      {"upgrade", "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"},
      {"metrics", "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nSec-Fetch-Site: cross-site\r\n\r\n"}};
  const std::uint8_t cuts[] = {3, 0, 20, 7};
  for (const auto& [name, text] : all) add(name, joined({cuts, as_bytes(text)}));
}

}  // namespace

const Target http_request{"http_request", 32u << 10,
                          "station/web/raw_request.cpp station/web/gate.cpp station/web/gate_framing.cpp", run, seeds};

}  // namespace tram::fuzz
