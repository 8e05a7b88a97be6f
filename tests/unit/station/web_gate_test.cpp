// The gate without sockets: every step with its table of what passes and what does not (reliability design 5.2).
#include <gtest/gtest.h>

#include "station/web/gate.h"

namespace tram::station {
namespace {

const MonoTime kStart{std::chrono::hours(1)};
const SocketEnds kEnds{.local_address = "127.0.0.1", .local_port = 8080, .remote_address = "127.0.0.1"};

Reply done(const AdmittedRequest&) {
  return {};
}

Route route(Method method, std::string pattern, Permission permission, RouteKind kind = RouteKind::page_api) {
  return {.method = method,
          .pattern = std::move(pattern),
          .permission = permission,
          .kind = kind,
          .summary = "a route",
          .handle = done,
          .handle_later = {}};
}

class GateTest : public testing::Test {
 protected:
  GateTest() {
    crypto::initialise();
    sessions.emplace(entropy);
    token =
        sessions->sign_in({.person = {7}, .name = "an", .roles = role_bit(Role::approver), .org = "X1"}, {}, kStart);
    csrf = sessions->csrf_token(sessions->use(token, kStart)->id);
    gate.emplace(table, *sessions, entropy, limits, std::vector<std::string>{"Tram.Office.Lan"});
  }

  // 0: admitted; else the status of the refusal.
  int status(const std::string& block, const SocketEnds& ends = kEnds, MonoTime now = kStart) {
    auto verdict = gate->admit(block, ends, now);
    const auto* turned = std::get_if<Gate::Turned>(&verdict);
    return turned ? describe(turned->why).status : 0;
  }
  std::string post(const std::string& extra, const std::string& path = "/api/v1/approve") const {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 2\r\n" + extra + "\r\n";
  }
  std::string cookie() const { return "Cookie: other=1; tram_sid_8080=" + token + "\r\n"; }
  std::string proper() const { return cookie() + "X-Tram-CSRF: " + csrf + "\r\n"; }

  Limits limits;
  crypto::SystemEntropy entropy;
  std::optional<SessionTable> sessions;
  RouteTable table{{route(Method::get, "/api/v1/session", Permission::open),
                    route(Method::get, "/api/v1/tasks/{id}", Permission::read_records),
                    route(Method::get, "/api/v1/tasks/late", Permission::open),
                    route(Method::post, "/api/v1/approve", Permission::approve),
                    route(Method::post, "/api/v1/bundles", Permission::bundles),
                    route(Method::post, "/api/v1/drafts", Permission::draft),
                    route(Method::post, "/sync/1/exchange", Permission::open, RouteKind::exchange),
                    route(Method::get, "/metrics", Permission::open, RouteKind::metrics)}};
  std::optional<Gate> gate;
  std::string token, csrf;
};

constexpr const char* kOrigin = "Origin: http://127.0.0.1:8080\r\n";
constexpr const char* kJson = "Content-Type: application/json\r\n";

TEST_F(GateTest, LetsOnlyTheSocketsOwnAddressAndListedNamesPass) {
  const std::vector<std::pair<std::string, int>> cases = {{"127.0.0.1:8080", 0},
                                                          {"localhost:8080", 0},
                                                          {"LocalHost:8080", 0},
                                                          {"tram.office.lan:8080", 0},
                                                          {"127.0.0.1", 421},
                                                          {"127.0.0.1:80", 421},
                                                          {"127.0.0.1:08080", 421},
                                                          {"127.0.0.1:8080:8080", 421},
                                                          {"127.1:8080", 421},
                                                          {"0x7f000001:8080", 421},
                                                          {"2130706433:8080", 421},
                                                          {"127.0.0.2:8080", 421},
                                                          {"[::1]:8080", 421},
                                                          {"[::ffff:127.0.0.1]:8080", 421},
                                                          {"localhost.:8080", 421},
                                                          {"evil@127.0.0.1:8080", 421},
                                                          {"127.0.0.1:8080@evil", 421},
                                                          {"127.0.0.1%00:8080", 421},
                                                          {"rebound.example:8080", 421},
                                                          {"127.0.0.1.nip.io:8080", 421},
                                                          {"localhost:8080, evil", 421},
                                                          {"http://localhost:8080", 421},
                                                          {"", 421},
                                                          {":8080", 421},
                                                          {"tram.office.lan.evil:8080", 421}};
  for (const auto& [host, want] : cases)
    EXPECT_EQ(status("GET /api/v1/session HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), want) << host;
}

TEST_F(GateTest, KnowsAnAddressOfIpv6ByItsCanonicalText) {
  const SocketEnds ends{.local_address = "::1", .local_port = 8080, .remote_address = "::1"};
  for (const auto& [host, want] : std::vector<std::pair<std::string, int>>{{"[::1]:8080", 0},
                                                                           {"[0:0:0:0:0:0:0:1]:8080", 421},
                                                                           {"::1:8080", 421},
                                                                           {"127.0.0.1:8080", 421},
                                                                           {"[::1", 421}})
    EXPECT_EQ(status("GET /api/v1/session HTTP/1.1\r\nHost: " + host + "\r\n\r\n", ends), want) << host;
}

TEST(Gate, LeavesTheUsualPortOutOfTheOrigin) {
  const SocketEnds ends{.local_address = "10.0.0.5", .local_port = 443, .remote_address = "10.0.0.9", .tls = true};
  for (const char* host : {"10.0.0.5", "10.0.0.5:443"}) {
    RawRequest raw{.method = "GET", .target = "/", .fields = {{"Host", host}}};
    std::string origin;
    EXPECT_FALSE(check_host(raw, ends, {}, origin));
    EXPECT_EQ(origin, "https://10.0.0.5");
  }
}

TEST_F(GateTest, TakesChangesFromItsOwnPagesOnly) {
  const std::vector<std::pair<std::string, int>> cases = {
      {kOrigin, 0},
      {std::string(kOrigin) + "Sec-Fetch-Site: same-origin\r\n", 0},
      {"", 403},
      {"Origin: null\r\n", 403},
      {"Origin: \r\n", 403},
      {"Origin: http://localhost:8080\r\n", 403},
      {"Origin: https://127.0.0.1:8080\r\n", 403},
      {"Origin: http://127.0.0.1\r\n", 403},
      {"Origin: http://127.0.0.1:8080/\r\n", 403},
      {"Origin: http://127.0.0.1:8080.evil\r\n", 403},
      {"Origin: http://127.0.0.1:8081\r\n", 403},
      {"Origin: http://rebound.example:8080\r\n", 403},
      {std::string(kOrigin) + "Sec-Fetch-Site: none\r\n", 403},
      {std::string(kOrigin) + "Sec-Fetch-Site: same-site\r\n", 403},
      {std::string(kOrigin) + "Sec-Fetch-Site: cross-site\r\n", 403},
      {std::string(kOrigin) + kOrigin, 400}};
  for (const auto& [origin, want] : cases) EXPECT_EQ(status(post(origin + kJson + proper())), want) << origin;
}

TEST_F(GateTest, OpensPagesDirectlyButNotForOtherSites) {
  const std::string head = "GET /api/v1/session HTTP/1.1\r\nHost: localhost:8080\r\n";
  EXPECT_EQ(status(head + "Sec-Fetch-Site: none\r\n\r\n"), 0);
  EXPECT_EQ(status(head + "Sec-Fetch-Site: same-origin\r\n\r\n"), 0);
  EXPECT_EQ(status(head + "Sec-Fetch-Site: cross-site\r\n\r\n"), 403);
}

TEST_F(GateTest, NeedsSessionRoleTokenAndType) {
  const std::string changed = csrf.substr(1) + (csrf[0] == '0' ? '1' : '0');
  struct Case {
    const char* what;
    std::string block;
    int want;
  };
  const std::string from = std::string(kOrigin);
  const std::vector<Case> cases = {
      {"all there", post(from + kJson + proper()), 0},
      {"charset", post(from + "Content-Type: application/json; charset=utf-8\r\n" + proper()), 0},
      {"no cookie", post(from + kJson + "X-Tram-CSRF: " + csrf + "\r\n"), 401},
      {"foreign cookie", post(from + kJson + "Cookie: tram_sid_8081=" + token + "\r\n"), 401},
      {"two cookies", post(from + kJson + "Cookie: tram_sid_8080=" + token + "; tram_sid_8080=x\r\n"), 401},
      {"no token", post(from + kJson + cookie()), 403},
      {"empty token", post(from + kJson + cookie() + "X-Tram-CSRF: \r\n"), 403},
      {"wrong token", post(from + kJson + cookie() + "X-Tram-CSRF: " + changed + "\r\n"), 403},
      {"other role", post(from + kJson + proper(), "/api/v1/drafts"), 403},
      {"form", post(from + "Content-Type: application/x-www-form-urlencoded\r\n" + proper()), 415},
      {"multipart", post(from + "Content-Type: multipart/form-data; boundary=x\r\n" + proper()), 415},
      {"text", post(from + "Content-Type: text/plain\r\n" + proper()), 415},
      {"no type", post(from + proper()), 415},
      {"unknown path", post(from + kJson + proper(), "/api/v1/nothing"), 404},
      {"other method", post(from + kJson + proper(), "/api/v1/session"), 405}};
  for (const auto& c : cases) EXPECT_EQ(status(c.block), c.want) << c.what;
}

TEST_F(GateTest, AsksForAFreshLoginWhereTheTableDoes) {
  const std::string block = post(std::string(kOrigin) + kJson + proper(), "/api/v1/bundles");
  EXPECT_EQ(status(block, kEnds, kStart + std::chrono::minutes(5)), 0);
  const auto late = gate->admit(block, kEnds, kStart + std::chrono::minutes(6));
  ASSERT_TRUE(std::holds_alternative<Gate::Turned>(late));
  EXPECT_EQ(std::get<Gate::Turned>(late).why, Refused::login_not_fresh);
}

TEST_F(GateTest, LetsDevicesInWithoutCookieOriginAndToken) {
  EXPECT_EQ(status(post("Content-Type: application/json\r\n", "/sync/1/exchange")), 0);
  EXPECT_EQ(status("POST /sync/1/exchange HTTP/1.1\r\nHost: evil:8080\r\nContent-Length: 0\r\n\r\n"), 421);
}

TEST_F(GateTest, ShowsMetricsOnThisPcOnly) {
  const std::string block = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
  EXPECT_EQ(status(block), 0);
  SocketEnds far = kEnds;
  far.remote_address = "10.0.0.9";
  EXPECT_EQ(status(block, far), 403);
}

TEST_F(GateTest, HandsTheHandlerDecodedPartsAndThePerson) {
  auto verdict = gate->admit(
      "GET /api/v1/tasks/a%20b?org=X%201&q=m+n&flag HTTP/1.1\r\nHost: localhost:8080\r\n" + cookie() + "\r\n", kEnds,
      kStart);
  ASSERT_TRUE(std::holds_alternative<Gate::Admission>(verdict));
  const auto request = Gate::complete(std::move(std::get<Gate::Admission>(verdict)), {});
  EXPECT_EQ(request.path_parameter("id"), "a b");
  EXPECT_EQ(request.query("org"), "X 1");
  EXPECT_EQ(request.query("q"), "m n");
  EXPECT_EQ(request.query("flag"), "");
  EXPECT_FALSE(request.query("none"));
  ASSERT_NE(request.session(), nullptr);
  EXPECT_EQ(request.session()->name, "an");
  EXPECT_EQ(request.session()->org, "X1");
  EXPECT_TRUE(request.session()->login_is_fresh);
}

TEST_F(GateTest, LimitsTheRatePerAddress) {
  const std::string block = "GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
  for (int i = 0; i < 60; ++i) ASSERT_EQ(status(block), 0) << i;
  EXPECT_EQ(status(block), 429);
  SocketEnds other = kEnds;
  other.remote_address = "127.0.0.7";
  EXPECT_EQ(status(block, other), 0);
  EXPECT_EQ(status(block, kEnds, kStart + std::chrono::milliseconds(50)), 0);
  EXPECT_EQ(status(block, kEnds, kStart + std::chrono::milliseconds(50)), 429);
}

TEST(GateTarget, IsDecodedOnceAndStaysInside) {
  const std::vector<std::pair<std::string, const char*>> cases = {{"/", "/"},
                                                                  {"/a/b", "/a/b"},
                                                                  {"/a%20b", "/a b"},
                                                                  {"/%252e%252e", "/%2e%2e"},
                                                                  {"/a+b", "/a+b"},
                                                                  {"//a", nullptr},
                                                                  {"/a/../b", nullptr},
                                                                  {"/%2e%2e/b", nullptr},
                                                                  {"/a/.%2e", nullptr},
                                                                  {"/./a", nullptr},
                                                                  {"/%00", nullptr},
                                                                  {"/a%0d%0a", nullptr},
                                                                  {"/%2fa", nullptr},
                                                                  {"/a%2Fb", nullptr},
                                                                  {"/a%5cb", nullptr},
                                                                  {"/a\\b", nullptr},
                                                                  {"/%", nullptr},
                                                                  {"/%4", nullptr},
                                                                  {"/%zz", nullptr},
                                                                  {"*", nullptr},
                                                                  {"http://h/", nullptr},
                                                                  {"a/b", nullptr},
                                                                  {"/a#b", nullptr},
                                                                  {"/?a=1&a=2", nullptr},
                                                                  {"/?a=%00", nullptr},
                                                                  {"/\xc3\xa9", nullptr}};
  for (const auto& [target, want] : cases) {
    Framing framing;
    const auto refused = decode_target(target, Limits{}, framing);
    EXPECT_EQ(refused.has_value(), want == nullptr) << target;
    if (want) {
      EXPECT_EQ(framing.path, want) << target;
    }
  }
}

TEST(GateSize, HasABoundForEachPart) {
  const Limits limits;
  RawRequest raw;
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 64; ++i) many += "A" + std::to_string(i) + ": b\r\n";
  EXPECT_FALSE(tokenise(many + "\r\n", limits, raw));
  EXPECT_EQ(tokenise(many + "B: c\r\n\r\n", limits, raw), Refused::too_many_fields);
  EXPECT_FALSE(tokenise("GET /" + std::string(2047, 'a') + " HTTP/1.1\r\n\r\n", limits, raw));
  EXPECT_EQ(tokenise("GET /" + std::string(2048, 'a') + " HTTP/1.1\r\n\r\n", limits, raw), Refused::target_too_long);
  HeaderScanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nA: " + std::string(9000, 'a'), 8192), HeaderScanner::State::refused);
  EXPECT_EQ(scanner.why(), Refused::header_too_large);
}

TEST(GateScan, ComesToTheSameVerdictForAnySplit) {
  for (const std::string text :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", "GET / HTTP/1.1\nHost: a\n\n", "\r\nGET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"}) {
    HeaderScanner whole;
    const auto want = whole.scan(text, 8192);
    HeaderScanner pieces;
    auto got = HeaderScanner::State::more;
    for (std::size_t n = 1; n <= text.size() && got == HeaderScanner::State::more; ++n)
      got = pieces.scan(std::string_view(text).substr(0, n), 8192);
    EXPECT_EQ(got, want) << text;
    EXPECT_EQ(pieces.size(), whole.size()) << text;
  }
}

// A route without a permission does not compile; one with it does.
template <class R>
concept CompilesWithoutPermission = requires {
  R{.method = Method::get, .pattern = std::string()};
};
template <class R>
concept CompilesWithPermission = requires {
  R{.method = Method::get, .pattern = std::string(), .permission = Permission::draft};
};
static_assert(!CompilesWithoutPermission<Route>);
static_assert(CompilesWithPermission<Route>);
static_assert(!std::is_default_constructible_v<AdmittedRequest>);

TEST_F(GateTest, FindsTheRouteThatSaysMost) {
  EXPECT_EQ(table.find(Method::get, "/api/v1/tasks/late").route->permission, Permission::open);
  EXPECT_EQ(table.find(Method::get, "/api/v1/tasks/7").route->permission, Permission::read_records);
  EXPECT_EQ(table.find(Method::head, "/api/v1/tasks/7").route->pattern, "/api/v1/tasks/{id}");
  EXPECT_EQ(table.find(Method::get, "/api/v1/tasks/").route, nullptr);
  EXPECT_EQ(table.find(Method::get, "/api/v1/tasks/7/8").route, nullptr);
  EXPECT_EQ(table.find(Method::put, "/api/v1/tasks/7").allow, "GET, HEAD");
  const RouteTable pages({route(Method::get, "/static/{path...}", Permission::open)});
  EXPECT_EQ(pages.find(Method::get, "/static/a/b.js").parameters.at("path"), "a/b.js");
  EXPECT_EQ(pages.find(Method::get, "/static/").route, nullptr);
}

TEST(RouteTable, RefusesToContradictItself) {
  const auto twice = [] {
    RouteTable({route(Method::get, "/a/{x}", Permission::open), route(Method::get, "/a/{y}", Permission::draft)});
  };
  EXPECT_THROW(twice(), std::logic_error);
  EXPECT_THROW(RouteTable({route(Method::get, "a", Permission::open)}), std::logic_error);
  EXPECT_THROW(RouteTable({route(Method::post, "/s", Permission::draft, RouteKind::exchange)}), std::logic_error);
}

TEST(Permissions, AreTheTableOfTheDesign) {
  // Copied from reliability design 5.6, not from the code; columns are roles 1-10.
  const std::vector<std::pair<Permission, std::string>> rows = {
      {Permission::read_records, "own own own followed branch own - all - -"},
      {Permission::draft, "- x - - - - - - - -"},
      {Permission::approve, "- - x - - - - hub's_own - -"},
      {Permission::assess, "- - - x - - - - - -"},
      {Permission::flag_findings, "- - - - x - - - - -"},
      {Permission::bundles, "- - x* - - x* - - x* -"},
      {Permission::load_documents, "- - - - - - - x - -"},
      {Permission::accounts, "- - - - - x* - - - x**"},
      {Permission::administer, "- - - - - x* - - x* -"},
      {Permission::read_audit, "- - - - - - x - - x"},
      {Permission::devices_and_keys, "- - - - - - - - - x**"}};
  const std::map<std::string, Grant> words = {
      {"-", Grant::no},          {"own", Grant::own},  {"followed", Grant::followed},
      {"branch", Grant::branch}, {"all", Grant::all},  {"hub's_own", Grant::hubs_own},
      {"x", Grant::yes},         {"x*", Grant::fresh}, {"x**", Grant::two_persons}};
  ASSERT_EQ(rows.size() + 2, kPermissions);
  for (const auto& [permission, row] : rows) {
    std::istringstream cells(row);
    std::string cell;
    for (std::size_t role = 1; cells >> cell; ++role)
      EXPECT_EQ(grant_of(permission, static_cast<Role>(role)), words.at(cell))
          << permission_name(permission) << " of role " << role;
  }
  EXPECT_EQ(role_name(Role::viewer), "viewer");
  EXPECT_EQ(static_cast<int>(*role_of("hub_security")), 10);
  EXPECT_EQ(role_name(static_cast<Role>(6)), "site_admin");
  EXPECT_FALSE(role_of("root"));
}

TEST(Permissions, DenyByDefaultAndTakeTheBestRole) {
  EXPECT_EQ(allowed(0, Permission::read_records, true), Allowed::no);
  EXPECT_EQ(allowed(role_bit(Role::site_admin), Permission::approve, true), Allowed::no);
  EXPECT_EQ(allowed(role_bit(Role::site_admin), Permission::accounts, false), Allowed::needs_fresh_login);
  EXPECT_EQ(allowed(role_bit(Role::site_admin) | role_bit(Role::approver), Permission::approve, false), Allowed::yes);
}

TEST(Refusals, HaveACodeAndAStatusEach) {
  for (std::size_t i = 0; i < kRefusals; ++i) {
    const Refusal& refusal = describe(static_cast<Refused>(i));
    EXPECT_FALSE(refusal.code.empty()) << i;
    EXPECT_GE(refusal.status, 400) << i;
  }
  EXPECT_EQ(describe(Refused::table_full).code, "table_full");
}

}  // namespace
}  // namespace tram::station
