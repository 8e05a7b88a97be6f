// The web server over loopback: framings, headers of every answer, limits, stop (reliability 5).
#include <boost/json.hpp>
#include <future>

#include "web_station.h"

namespace tram::station {
namespace {

namespace json = boost::json;

TEST(WebServer, TellsTheRealPort) {
  WebStation station;
  ASSERT_EQ(station.listening.size(), 1u);
  EXPECT_EQ(station.listening[0], "127.0.0.1:" + std::to_string(station.port));
  EXPECT_GT(station.port, 0);
}

TEST(WebServer, RefusesAmbiguousFramingsAndCloses) {
  WebStation station;
  const std::string line = "POST /sync/1/exchange HTTP/1.1\r\n", host = station.host;
  const std::string rest = "\r\nGET /healthz HTTP/1.1\r\n" + host + "\r\n";
  const std::vector<std::pair<std::string, int>> cases = {
      {line + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {line + host + "Transfer-Encoding: Chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 411},
      {line + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {line + host + "Transfer-Encoding: chunked, identity\r\n\r\n" + rest, 501},
      {line + host + "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n", 501},
      {line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {line + host + "Transfer-Encoding: xchunked\r\n\r\n" + rest, 501},
      {line + host + "Transfer-Encoding:\r\nContent-Length: 0\r\n\r\n", 501},
      {line + host +
           "Transfer-Encoding: \x0b"
           "chunked\r\n\r\n",
       400},
      {line + host + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {line + host + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {line + host + "Content-Length: 4\r\ncontent-length: 5\r\n\r\nabcde", 400},
      {line + host + "Content-Length: 4, 4\r\n\r\nabcd", 400},
      {line + host + "Content-Length: +4\r\n\r\nabcd", 400},
      {line + host + "Content-Length: -1\r\n\r\n", 400},
      {line + host + "Content-Length: 0x4\r\n\r\nabcd", 400},
      {line + host + "Content-Length: 4 4\r\n\r\nabcd", 400},
      {line + host + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {line + host + "Content-Length:\r\n\r\n", 400},
      {line + host + "Content-Length : 4\r\n\r\nabcd", 400},
      {line + host + "\r\n", 411},
      {line + host + host + "Content-Length: 0\r\n\r\n", 400},
      {line + "Content-Length: 0\r\n\r\n", 400},
      {line + host + "X-A: b\r\n Content-Length: 4\r\n\r\nabcd", 400},
      {line + " " + host + "Content-Length: 0\r\n\r\n", 400},
      {line + host + "Content-Length: 0\r\nX-A\r\n\r\n", 400},
      {line + host + "Content-Length: 0\r\n: x\r\n\r\n", 400},
      {line + host + "Content-Length: 0\r\nX\tA: b\r\n\r\n", 400},
      {line + host + "X-A: b\rContent-Length: 4\r\n\r\nabcd", 400},
      {line + host + "X-A: b\nContent-Length: 4\r\n\r\nabcd", 400},
      {line + host + std::string("X-A: b\0c\r\nContent-Length: 0\r\n\r\n", 31), 400},
      {"GET / HTTP/1.1\n" + host + "\n", 400},
      {"\r\n\r\nGET / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
      {"GET\t/\tHTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.0\r\n" + host + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 400},
      {"GET / http/1.1\r\n" + host + "\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET http://127.0.0.1/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET //evil/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "Content-Length: 4\r\n\r\nabcd", 400},
      {"GET / HTTP/1.1\r\n" + host + "Upgrade: h2c\r\n\r\n", 400},
      {"BREW / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"get / HTTP/1.1\r\n" + host + "\r\n", 501}};
  for (const auto& [bytes, want] : cases) {
    LoopbackClient client(station.port);
    // Bytes after the refused header are a request for whoever reads them as one: nothing may answer them.
    const auto answer = client.ask(bytes);
    EXPECT_EQ(answer.status, want) << bytes;
    EXPECT_EQ(answer.header("connection"), "close") << bytes;
    EXPECT_TRUE(client.closed()) << bytes;
  }
}

TEST(WebServer, PutsTheHeadersOnEveryAnswer) {
  WebStation station({test_route(Method::get, "/api/v1/throws", Permission::open,
                                 [](const AdmittedRequest&) -> Reply { throw std::runtime_error("inside"); }),
                      test_route(Method::get, "/api/v1/splits", Permission::open, [](const AdmittedRequest&) {
                        return Reply{.body = "{}", .headers = {{"X-A", "b\r\nSet-Cookie: c=d"}}};
                      })});
  const std::string get = " HTTP/1.1\r\n" + station.host;
  const std::vector<std::pair<std::string, int>> cases = {
      {station.get("/"), 200},
      {station.get("/api/v1/session"), 200},
      {station.get("/static/app-1a2b.js"), 200},
      {station.get("/static/none"), 404},
      {station.get("/nothing"), 404},
      {"PUT /api/v1/echo" + get + station.origin + "Content-Length: 0\r\n\r\n", 405},
      {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
      {station.get("/api/v1/throws"), 500},
      {station.get("/api/v1/splits"), 500},
      {station.post("/api/v1/echo", "{}"), 401},
      {"POST /api/v1/echo" + get + "Content-Length: 0\r\n\r\n", 403},
      {"nonsense\r\n\r\n", 400},
      {station.get("/" + std::string(3000, 'a')), 414},
      {station.get("/", "A: " + std::string(9000, 'a') + "\r\n"), 431},
      {"HEAD /" + get + "\r\n", 200},
      {station.get("/healthz"), 200},
      {station.get("/metrics"), 200}};
  for (const auto& [bytes, want] : cases) {
    LoopbackClient client(station.port);
    const auto answer = client.ask(bytes);
    SCOPED_TRACE(bytes.substr(0, 60));
    EXPECT_EQ(answer.status, want);
    EXPECT_TRUE(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.header("x-frame-options"), "DENY");
    EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
    EXPECT_EQ(answer.header("cross-origin-opener-policy"), "same-origin");
    EXPECT_EQ(answer.header("cross-origin-resource-policy"), "same-origin");
    EXPECT_FALSE(answer.header("permissions-policy").empty());
    EXPECT_FALSE(answer.header("content-type").empty());
    EXPECT_EQ(answer.header("cache-control"),
              bytes.find("app-1a2b") == std::string::npos ? "no-store" : "public, max-age=31536000, immutable");
    EXPECT_EQ(answer.headers.count("server"), 0u);
    EXPECT_EQ(answer.headers.count("access-control-allow-origin"), 0u);
    if (want != 200 || !bytes.starts_with("GET /api/v1/session")) {
      EXPECT_EQ(answer.headers.count("set-cookie"), 0u);
    }
    if (want == 421) {
      EXPECT_EQ(answer.body, "");
    }
    EXPECT_EQ(answer.body.find("inside"), std::string::npos);
    for (const auto& [name, value] : answer.headers)
      if (name == "content-type" && value.starts_with("text/")) {
        EXPECT_NE(value.find("charset=utf-8"), std::string::npos);
      }
  }
}

TEST(WebServer, CountsEveryRefusal) {
  WebStation station;
  LoopbackClient(station.port).ask("GET / HTTP/1.1\r\nHost: evil\r\n\r\n");
  LoopbackClient(station.port).ask(station.get("/nothing"));
  EXPECT_EQ(station.server->refusals().of(Refused::wrong_host), 1u);
  const auto metrics = LoopbackClient(station.port).ask(station.get("/metrics"));
  EXPECT_NE(metrics.body.find("tram_gate_refused_total{code=\"no_such_page\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("tram_gate_refused_total{code=\"csrf_wrong\"} 0\n"), std::string::npos);
}

TEST(WebServer, TakesAnExchangeWithoutACookie) {
  WebStation station;
  LoopbackClient client(station.port);
  const auto answer = client.ask("POST /sync/1/exchange HTTP/1.1\r\n" + station.host +
                                 "Content-Type: application/octet-stream\r\nContent-Length: 5\r\n\r\nbytes");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "got bytes");
  EXPECT_EQ(answer.header("content-type"), "application/octet-stream");
  EXPECT_EQ(answer.headers.count("set-cookie"), 0u);
}

TEST(WebServer, RefusesABodyThatIsTooLargeBeforeReadingIt) {
  WebStation station;
  LoopbackClient client(station.port);
  const auto answer = client.ask("POST /sync/1/exchange HTTP/1.1\r\n" + station.host +
                                 "Content-Type: application/octet-stream\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(client.closed());
}

TEST(WebServer, ClosesSlowHeadersAndSlowBodies) {
  std::promise<Refused> header_counted, body_counted;
  WebStation station({}, [&](ServerConfig& config) {
    config.on_refused = [&](Refused why, std::string_view) {
      (why == Refused::slow_header ? header_counted : body_counted).set_value(why);
    };
  });
  LoopbackClient header(station.port);
  header.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_TRUE(header.closed());
  EXPECT_EQ(header_counted.get_future().get(), Refused::slow_header);
  LoopbackClient body(station.port);
  body.send("POST /sync/1/exchange HTTP/1.1\r\n" + station.host +
            "Content-Type: application/octet-stream\r\nContent-Length: 5\r\n\r\nby");
  EXPECT_TRUE(body.closed());
  EXPECT_EQ(body_counted.get_future().get(), Refused::slow_body);
}

TEST(WebServer, KeepsAConnectionForWholeRequestsInAnyPieces) {
  WebStation station;
  LoopbackClient client(station.port);
  client.send(station.get("/healthz") + station.get("/readyz") + "GET /hea");
  EXPECT_EQ(client.read().body, "ok");
  EXPECT_EQ(client.read().body, "ready");
  client.send(station.get("/healthz").substr(8));
  EXPECT_EQ(client.read().body, "ok");
  const auto head = client.ask("HEAD / HTTP/1.1\r\n" + station.host + "\r\n");
  EXPECT_EQ(head.header("content-length"), "15");
  const auto last = client.ask(station.get("/healthz", "Connection: close\r\n"));
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(WebServer, SaysContinueOnceTheHeaderIsAdmitted) {
  WebStation station;
  LoopbackClient client(station.port);
  client.send("POST /sync/1/exchange HTTP/1.1\r\n" + station.host +
              "Content-Type: application/octet-stream\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hi");
  EXPECT_EQ(client.read().body, "got hi");
}

TEST(WebServer, ClosesAConnectionAfterItsShareOfRequests) {
  WebStation station({}, [](ServerConfig& config) { config.limits.requests_per_connection = 2; });
  LoopbackClient client(station.port);
  EXPECT_EQ(client.ask(station.get("/healthz")).header("connection"), "");
  EXPECT_EQ(client.ask(station.get("/healthz")).header("connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(WebServer, GivesANewConnectionThePlaceOfOneThatSaysNothing) {
  WebStation station({}, [](ServerConfig& config) {
    config.limits.connections_per_address = 2;
    config.limits.header_time = std::chrono::seconds(5);
  });
  LoopbackClient first(station.port), second(station.port), third(station.port);
  EXPECT_EQ(third.ask(station.get("/healthz")).status, 200);
  EXPECT_TRUE(first.closed());
  EXPECT_EQ(second.ask(station.get("/healthz")).status, 200);
  EXPECT_EQ(station.server->refusals().of(Refused::table_full), 1u);
}

TEST(WebServer, AnswersHealthWhileTheApplicationIsStuck) {
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  WebStation station({}, [](ServerConfig& config) {
    config.healthy = [] { return false; };
    config.not_ready = [] { return std::string("migrating"); };
  });
  ASSERT_TRUE(station.application.post([gone] { gone.wait(); }));
  const auto health = LoopbackClient(station.port).ask(station.get("/healthz"));
  EXPECT_EQ(health.status, 503);
  EXPECT_EQ(LoopbackClient(station.port).ask(station.get("/readyz")).body, "migrating");
  go.set_value();
}

TEST(WebServer, DescribesItselfFromTheRouteTable) {
  WebStation station;
  const auto answer = LoopbackClient(station.port).ask(station.get("/api/v1/openapi.json"));
  const auto document = json::parse(answer.body).as_object();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("info").as_object().at("version"), "1.2");
  const auto& paths = document.at("paths").as_object();
  for (const char* path : {"/api/v1/session", "/api/v1/session/end", "/api/v1/echo", "/sync/1/exchange",
                           "/api/v1/openapi.json", "/healthz", "/metrics"})
    EXPECT_TRUE(paths.contains(path)) << path;
  EXPECT_FALSE(paths.contains("/static/{path...}"));
  EXPECT_TRUE(paths.at("/api/v1/session").as_object().contains("post"));
  EXPECT_TRUE(paths.at("/api/v1/echo").as_object().at("post").as_object().contains("requestBody"));
}

TEST(WebServer, LetsARunningRequestFinishWhenItStops) {
  std::promise<void> running, go;
  WebStation station({test_route(Method::get, "/api/v1/slow", Permission::open,
                                 [&](const AdmittedRequest&) {
                                   running.set_value();
                                   go.get_future().wait();
                                   return Reply{.body = "\"done\"", .headers = {}};
                                 })},
                     [](ServerConfig& config) { config.limits.shutdown_time = std::chrono::seconds(3); });
  LoopbackClient idle(station.port), client(station.port);
  ASSERT_EQ(idle.ask(station.get("/healthz")).status, 200);
  client.send(station.get("/api/v1/slow"));
  running.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { station.server->stop(); });
  EXPECT_TRUE(idle.closed());
  go.set_value();
  const auto answer = client.read();
  EXPECT_EQ(answer.body, "\"done\"");
  EXPECT_EQ(answer.header("connection"), "close");
  stopped.wait();
  EXPECT_FALSE(LoopbackClient(station.port).connected());
}

TEST(WebServer, DoesNotStartOnTheNetworkWithoutACertificate) {
  const auto start = [](const std::string& address, std::optional<TlsFiles> tls = {}) {
    WebStation station;
    ServerConfig config;
    config.addresses = {address};
    config.tls = std::move(tls);
    const auto started = WebServer::start(std::move(config), station.application, station.accounts);
    return started ? Error() : started.error();
  };
  EXPECT_EQ(start("0.0.0.0"), web_errc::needs_tls);
  EXPECT_EQ(start("192.0.2.1"), web_errc::needs_tls);
  EXPECT_EQ(start("::"), web_errc::needs_tls);
  EXPECT_EQ(start("localhost"), web_errc::bad_address);
  EXPECT_EQ(start("127.0.0.1", TlsFiles{"/nonexistent/a", "/nonexistent/b"}), web_errc::bad_certificate);
  EXPECT_FALSE(start("127.0.0.1"));
}

}  // namespace
}  // namespace tram::station
