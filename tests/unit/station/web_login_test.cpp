// Signing in and out over loopback: sessions, CSRF tokens, and what a guesser meets (reliability design 5.4, 5.5).
#include <boost/json.hpp>

#include "web_station.h"

namespace tram::station {
namespace {

namespace json = boost::json;

std::string cookie_of(const HttpAnswer& answer) {
  const std::string set = answer.header("set-cookie");
  return set.substr(0, set.find(';'));
}
std::string csrf_of(const HttpAnswer& answer) {
  return std::string(json::parse(answer.body).as_object().at("csrf").as_string());
}
std::string code_of(const HttpAnswer& answer) {
  return std::string(json::parse(answer.body).as_object().at("error").as_object().at("code").as_string());
}

// A browser as far as the server sees: keeps the cookie, sends the token.
struct Browser {
  explicit Browser(WebStation& at) : station(at), client(at.port) { take(client.ask(at.get("/api/v1/session"))); }
  HttpAnswer take(HttpAnswer answer) {
    if (!cookie_of(answer).empty()) cookie = cookie_of(answer);
    if (answer.status == 200 && answer.body.find("\"csrf\"") != std::string::npos) csrf = csrf_of(answer);
    return answer;
  }
  std::string credentials() const { return "Cookie: " + cookie + "\r\nX-Tram-CSRF: " + csrf + "\r\n"; }
  HttpAnswer get(const std::string& path) { return client.ask(station.get(path, "Cookie: " + cookie + "\r\n")); }
  HttpAnswer post(const std::string& path, const std::string& body) {
    return take(client.ask(station.post(path, body, credentials())));
  }
  HttpAnswer sign_in(const std::string& name = "an", const std::string& password = "correct horse") {
    return post("/api/v1/session", R"({"name":")" + name + R"(","password":")" + password + R"("})");
  }
  WebStation& station;
  LoopbackClient client;
  std::string cookie, csrf;
};

TEST(WebLogin, SignsInAndOut) {
  WebStation station;
  Browser browser(station);
  const auto before = json::parse(browser.get("/api/v1/session").body).as_object();
  EXPECT_FALSE(before.at("signed_in").as_bool());
  EXPECT_TRUE(before.at("user").is_null());
  EXPECT_EQ(before.at("program"), "node");
  EXPECT_EQ(before.at("site").as_object().at("name"), "Xã Một");

  const auto signed_in = browser.sign_in();
  ASSERT_EQ(signed_in.status, 200) << signed_in.body;
  const auto user = json::parse(signed_in.body).as_object().at("user").as_object();
  EXPECT_EQ(json::serialize(user), R"({"name":"an","roles":["operator","approver"],"org":"X1"})");
  EXPECT_EQ(browser.post("/api/v1/echo", R"({"a":1})").body, R"({"a":1})");

  const std::string old_cookie = browser.cookie, old_csrf = browser.csrf;
  const auto out = browser.post("/api/v1/session/end", "{}");
  EXPECT_EQ(out.status, 200);
  EXPECT_FALSE(json::parse(out.body).as_object().at("signed_in").as_bool());
  browser.cookie = old_cookie;
  browser.csrf = old_csrf;
  EXPECT_EQ(browser.post("/api/v1/echo", "{}").status, 401);
}

TEST(WebLogin, NeverKeepsATokenThatWasThereBeforeTheLogin) {
  WebStation station;
  Browser attacker(station);
  const std::string planted = attacker.cookie;
  Browser victim(station);
  victim.cookie = planted;  // fixed in the victim's browser by the attacker
  victim.csrf = attacker.csrf;
  ASSERT_EQ(victim.sign_in().status, 200);
  EXPECT_NE(victim.cookie, planted);
  EXPECT_EQ(victim.post("/api/v1/echo", "1").status, 200);
  EXPECT_EQ(attacker.post("/api/v1/echo", "1").status, 401);
}

TEST(WebLogin, ASixthLoginEndsTheFirst) {
  WebStation station;
  std::vector<std::unique_ptr<Browser>> browsers;
  for (int i = 0; i < 6; ++i) {
    browsers.push_back(std::make_unique<Browser>(station));
    ASSERT_EQ(browsers.back()->sign_in().status, 200);
  }
  EXPECT_EQ(browsers[0]->post("/api/v1/echo", "1").status, 401);
  EXPECT_EQ(browsers[1]->post("/api/v1/echo", "1").status, 200);
  EXPECT_EQ(browsers[5]->post("/api/v1/echo", "1").status, 200);
}

TEST(WebLogin, WantsTheCsrfTokenOfTheSession) {
  WebStation station;
  Browser browser(station);
  ASSERT_EQ(browser.sign_in().status, 200);
  const auto ask = [&](const std::string& extra) {
    return LoopbackClient(station.port)
        .ask(station.post("/api/v1/echo", "{}", "Cookie: " + browser.cookie + "\r\n" + extra));
  };
  EXPECT_EQ(code_of(ask("")), "csrf_missing");
  EXPECT_EQ(code_of(ask("X-Tram-CSRF: " + std::string(64, '0') + "\r\n")), "csrf_wrong");
  EXPECT_EQ(ask("X-Tram-CSRF: " + browser.csrf + "\r\n").status, 200);
  // The login form too: a page of another site cannot sign somebody in.
  const std::string login = R"({"name":"an","password":"correct horse"})";
  EXPECT_EQ(code_of(LoopbackClient(station.port).ask(station.post("/api/v1/session", login))), "csrf_missing");
}

TEST(WebLogin, AnswersWrongNameAndWrongPasswordAlike) {
  WebStation station;
  Browser browser(station);
  const std::string cookie = browser.cookie;
  const auto wrong = browser.sign_in("an", "wrong");
  EXPECT_EQ(wrong.status, 401);
  for (const auto& [name, password] : std::vector<std::pair<std::string, std::string>>{{"nobody", "correct horse"},
                                                                                       {"gone", "correct horse"},
                                                                                       {"an", std::string(600, 'a')},
                                                                                       {"nobody", "nobody"}}) {
    const auto answer = browser.sign_in(name, password);
    EXPECT_EQ(answer.status, 401) << name;
    EXPECT_EQ(answer.body, wrong.body) << name;
  }
  EXPECT_EQ(browser.cookie, cookie);
  EXPECT_EQ(browser.post("/api/v1/session", "[]").status, 400);
  EXPECT_EQ(browser.post("/api/v1/session", R"({"name":1,"password":"x"})").status, 400);
}

TEST(WebLogin, MakesAGuesserWait) {
  std::vector<LoginOutcome> seen;
  WebStation station({}, [&](ServerConfig& config) {
    config.on_login = [&](std::string_view, std::string_view, LoginOutcome outcome) { seen.push_back(outcome); };
  });
  Browser browser(station);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(browser.sign_in("an", "guess").status, 401) << i;
  const auto sixth = browser.sign_in("an", "correct horse");
  EXPECT_EQ(sixth.status, 429);
  EXPECT_EQ(code_of(sixth), "login_wait");
  EXPECT_EQ(sixth.header("retry-after"), "2");
  EXPECT_EQ(seen, (std::vector<LoginOutcome>{LoginOutcome::wrong, LoginOutcome::wrong, LoginOutcome::wrong,
                                             LoginOutcome::wrong, LoginOutcome::wrong, LoginOutcome::throttled}));
}

}  // namespace
}  // namespace tram::station
