// Z10: who may speak to the station: Host, Origin, Sec-Fetch-Site, Cookie, token. The input gives one line each; the
// decision of each step equals a small reference that lists what passes, and nothing else does.
#include "station/web/gate.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;

const MonoTime kNow{std::chrono::hours(1)};
const std::vector<std::string> kNames = {"Tram.Office.Lan"};

class FixedEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& b : out) b = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::vector<SocketEnds> all_ends() {
  return {{.local_address = "127.0.0.1", .local_port = 8080, .remote_address = "127.0.0.1"},
          {.local_address = "::1", .local_port = 8080, .remote_address = "::1"},
          {.local_address = "192.168.1.5", .local_port = 443, .remote_address = "192.168.1.9", .tls = true},
          {.local_address = "192.168.1.5", .local_port = 80, .remote_address = "192.168.1.9"}};
}

// Every value of Host that passes at this socket, in lower case.
std::vector<std::string> listed_hosts(const SocketEnds& ends) {
  std::vector<std::string> hosts;
  const bool v6 = ends.local_address.find(':') != std::string::npos;
  for (const std::string& name :
       {v6 ? "[" + ends.local_address + "]" : ends.local_address, std::string("localhost"), lower(kNames.front())}) {
    hosts.push_back(name + ":" + std::to_string(ends.local_port));
    if (ends.local_port == (ends.tls ? 443 : 80)) hosts.push_back(name);
  }
  return hosts;
}

void check_host_and_origin(const RawRequest& raw, const SocketEnds& ends, Method method) {
  std::string origin;
  const Verdict host = check_host(raw, ends, kNames, origin);
  const auto sent = raw.field("Host");
  const auto hosts = listed_hosts(ends);
  const bool listed = sent && std::find(hosts.begin(), hosts.end(), lower(*sent)) != hosts.end();
  hold(!host == listed, "a host passes exactly if it is listed");
  if (host) return;
  hold(lower(origin) == origin && origin.starts_with(ends.tls ? "https://" : "http://"),
       "an origin is written one way");
  const bool reads = method == Method::get || method == Method::head;
  const auto claimed = raw.field("Origin");
  const auto site = raw.field("Sec-Fetch-Site");
  const bool origin_fits = reads || (claimed && *claimed == origin);
  const bool site_fits = !site || *site == "same-origin" || (reads && *site == "none");
  hold(!check_origin(raw, method, origin) == (origin_fits && site_fits), "a change comes from this origin alone");
}

void check_cookie(const RawRequest& raw, const SocketEnds& ends, Method method) {
  FixedEntropy entropy;
  SessionTable sessions(entropy);
  const std::string token = sessions.open_pre_session(kNow);
  const SessionCookie cookie = SessionCookie::of(ends.tls, ends.local_port);
  const std::string field(raw.field("Cookie").value_or(""));
  std::size_t named = 0;
  for (std::string_view left = field; !left.empty();) {
    std::string_view pair = left.substr(0, left.find(';'));
    left.remove_prefix(std::min(pair.size() + 1, left.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    named += pair.starts_with(cookie.name + "=") ? 1u : 0u;
  }
  const auto found = cookie.token_in(field);
  hold(found.has_value() == (named == 1), "one cookie of our name counts, two count as none");
  const auto seen = found ? sessions.use(*found, kNow) : std::nullopt;
  hold(seen.has_value() == (found && *found == token), "only the token that was given out is a session");
  const bool reads = method == Method::get || method == Method::head;
  const auto csrf = raw.field("X-Tram-CSRF");
  const bool proved = seen && csrf && *csrf == sessions.csrf_token(seen->id);
  hold(!check_csrf(raw, method, seen, sessions) == (reads || proved), "a change needs the session's token");
}

// %TOKEN% and %CSRF% stand for what the session table gives out, so that the right ones can be reached.
std::string filled_in(std::string_view text) {
  FixedEntropy entropy;
  SessionTable sessions(entropy);
  const std::string token = sessions.open_pre_session(kNow);
  const std::string csrf = sessions.csrf_token(sessions.use(token, kNow)->id);
  std::string out(text);
  for (const auto& [mark, value] : {std::pair("%TOKEN%", token), std::pair("%CSRF%", csrf)})
    if (const auto at = out.find(mark); at != std::string::npos) out.replace(at, 7 - (mark[1] == 'C' ? 1 : 0), value);
  return out;
}

void run(ByteView input) {
  Draw draw(input);
  const auto ends = all_ends()[draw.below(4)];
  const auto method = static_cast<Method>(draw.below(5));
  std::vector<std::pair<std::string_view, std::string>> lines;
  for (const std::string_view name : {"Host", "Origin", "Sec-Fetch-Site", "Cookie", "X-Tram-CSRF"})
    if (std::string value = filled_in(draw.line()); !value.empty()) lines.emplace_back(name, std::move(value));
  RawRequest raw;
  for (const auto& [name, value] : lines) raw.fields.push_back({name, value});
  check_host_and_origin(raw, ends, method);
  check_cookie(raw, ends, method);

  const std::string target(draw.line());
  Framing framing;
  if (decode_target(target, node_limits(), framing)) return;
  hold(framing.path.starts_with('/') && !framing.path.starts_with("//"), "a path is absolute");
  hold(framing.path.find('\\') == std::string::npos && framing.path.find('\0') == std::string::npos,
       "no separator hides in a path");
  hold(framing.query.size() <= node_limits().query_parameters, "parameters are bounded");
}

void seeds(const AddSeed& add) {
  const auto seed = [&](std::string_view name, std::uint8_t ends, std::uint8_t method, std::string_view lines) {
    add(name, joined({{&ends, 1}, {&method, 1}, as_bytes(lines)}));
  };
  seed("read", 0, 0, "127.0.0.1:8080\n\nnone\na=1; tram_sid_8080=%TOKEN%\n\n/api/v1/tasks/7?x=%20\n");
  seed("change", 0, 2,
       "localhost:8080\nhttp://localhost:8080\nsame-origin\ntram_sid_8080=%TOKEN%\n%CSRF%\n/api/v1/approve\n");
  seed("tls", 2, 3,
       "tram.office.LAN\nhttps://tram.office.lan\nsame-origin\n__Host-tram=%TOKEN%; x=2\n%CSRF%\n/a/%2e/b\n");
  seed("v6", 1, 2, "[::1]:8080\nhttp://[::1]:8080\n\ntram_sid_8080=%TOKEN%; tram_sid_8080=1\n%CSRF%\n/%2f\n");
  seed("plain", 3, 2, "192.168.1.5\nhttp://192.168.1.5\ncross-site\n\n\n/\n");
  std::uint8_t number = 0;
  for (const std::string_view host : {"127.1:8080", "0x7f000001:8080", "2130706433:8080", "localhost.:8080",
                                      "user@127.0.0.1:8080", "127.0.0.1", "127.0.0.1:08080", "evil.example:8080",
                                      "127.0.0.1:8080@evil.example", "[::ffff:127.0.0.1]:8080", "localhost%00:8080"})
    seed("host_" + std::to_string(++number), 0, 2, std::string(host) + "\nnull\n\n\n\n/\n");
}

}  // namespace

const Target http_origin{"http_origin", 4u << 10, "station/web/gate_browser.cpp station/web/session.cpp", run, seeds};

}  // namespace tram::fuzz
