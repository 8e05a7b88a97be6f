// Sessions, cookies, throttles and tables, with the time as a parameter (reliability design 5.2 step 1, 5.4, 5.5).
#include <gtest/gtest.h>

#include <future>

#include "crypto/password.h"
#include "station/web/body_pace.h"
#include "station/web/connection_table.h"
#include "station/web/login_throttle.h"
#include "station/web/password_pool.h"
#include "station/web/request_rate.h"
#include "station/web/session.h"

namespace tram::station {
namespace {

using namespace std::chrono_literals;
const MonoTime kStart{1h};

class SessionTest : public testing::Test {
 protected:
  SessionTest() { crypto::initialise(); }
  Account account(Role role, std::uint8_t person = 1) const {
    return {.person = {person}, .name = "an", .roles = role_bit(role), .org = "X1"};
  }
  crypto::SystemEntropy entropy;
  SessionTable table{entropy};
};

TEST_F(SessionTest, TokensAre43CharactersAndAllDifferent) {
  const std::string a = table.open_pre_session(kStart), b = table.open_pre_session(kStart);
  EXPECT_EQ(a.size(), 43u);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
}

TEST_F(SessionTest, SigningInReplacesTheTokenTheBrowserCameWith) {
  const std::string before = table.open_pre_session(kStart);
  const auto id = table.use(before, kStart)->id;
  const std::string after = table.sign_in(account(Role::viewer), id, kStart);
  EXPECT_NE(after, before);
  EXPECT_FALSE(table.use(before, kStart));
  EXPECT_TRUE(table.use(after, kStart)->session);
}

TEST_F(SessionTest, EndsWhenIdleAndAfterTwelveHours) {
  const std::string viewer = table.sign_in(account(Role::viewer), {}, kStart);
  const std::string admin = table.sign_in(account(Role::site_admin, 2), {}, kStart);
  EXPECT_TRUE(table.use(viewer, kStart + 15min));
  EXPECT_TRUE(table.use(admin, kStart + 15min));
  EXPECT_FALSE(table.use(admin, kStart + 31min));
  for (auto at = 30min; at <= 12h; at += 30min) EXPECT_TRUE(table.use(viewer, kStart + at)) << at.count();
  EXPECT_FALSE(table.use(viewer, kStart + 12h + 1s));
  const std::string idle = table.sign_in(account(Role::viewer), {}, kStart);
  EXPECT_FALSE(table.use(idle, kStart + 30min + 1s));
  EXPECT_FALSE(table.use(idle, kStart));
}

TEST_F(SessionTest, ASixthSessionDropsTheOldestOfThatPerson) {
  std::vector<std::string> tokens;
  const std::string other = table.sign_in(account(Role::viewer, 9), {}, kStart);
  for (int i = 0; i < 6; ++i) tokens.push_back(table.sign_in(account(Role::viewer), {}, kStart));
  EXPECT_FALSE(table.use(tokens[0], kStart));
  for (std::size_t i = 1; i < 6; ++i) EXPECT_TRUE(table.use(tokens[i], kStart)) << i;
  EXPECT_TRUE(table.use(other, kStart));
}

TEST_F(SessionTest, PreSessionsAreBounded) {
  const std::string first = table.open_pre_session(kStart);
  for (std::size_t i = 0; i < kPreSessions; ++i) table.open_pre_session(kStart);
  EXPECT_EQ(table.size(), kPreSessions);
  EXPECT_FALSE(table.use(first, kStart));
}

TEST_F(SessionTest, EndsAllOfAPerson) {
  const std::string a = table.sign_in(account(Role::viewer), {}, kStart),
                    b = table.sign_in(account(Role::viewer), {}, kStart);
  const std::string other = table.sign_in(account(Role::viewer, 9), {}, kStart);
  table.end_all({1});
  EXPECT_FALSE(table.use(a, kStart));
  EXPECT_FALSE(table.use(b, kStart));
  EXPECT_TRUE(table.use(other, kStart));
}

TEST_F(SessionTest, TheCsrfTokenIsOfOneSession) {
  const auto a = table.use(table.open_pre_session(kStart), kStart)->id,
             b = table.use(table.open_pre_session(kStart), kStart)->id;
  EXPECT_TRUE(table.csrf_matches(a, table.csrf_token(a)));
  EXPECT_FALSE(table.csrf_matches(a, table.csrf_token(b)));
  EXPECT_FALSE(table.csrf_matches(a, ""));
  SessionTable restarted(entropy);
  EXPECT_FALSE(restarted.csrf_matches(a, table.csrf_token(a)));
}

TEST(SessionCookie, IsLockedToTheHostAsFarAsTheTransportAllows) {
  EXPECT_EQ(SessionCookie::of(true, 8443).set("T"), "__Host-tram=T; Path=/; Secure; HttpOnly; SameSite=Strict");
  const auto plain = SessionCookie::of(false, 8080);
  EXPECT_EQ(plain.set("T"), "tram_sid_8080=T; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(plain.token_in("a=b; tram_sid_8080=T; c"), "T");
  EXPECT_EQ(plain.token_in("tram_sid_808=T; tram_sid_80800=U"), std::nullopt);
  EXPECT_EQ(plain.token_in("tram_sid_8080=T;tram_sid_8080=U"), std::nullopt);
  EXPECT_EQ(plain.token_in(""), std::nullopt);
}

TEST(LoginThrottle, GivesFiveFreeThenDoublesUpToFiveMinutes) {
  LoginThrottle throttle;
  MonoTime now = kStart;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("an", "1", now), 0s) << i;
  for (const auto wait : {2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s}) {
    EXPECT_EQ(throttle.begin("an", "1", now), wait);
    EXPECT_GT(throttle.begin("an", "1", now + wait - 1ms), 0s) << wait.count();
    now += wait;
    EXPECT_EQ(throttle.begin("an", "1", now), 0s) << wait.count();
  }
  EXPECT_EQ(throttle.begin("binh", "1", now), 0s);
  EXPECT_EQ(throttle.begin("an", "2", now), 0s);
  throttle.succeeded("an", "1");
  EXPECT_EQ(throttle.begin("an", "1", now), 0s);
}

TEST(LoginThrottle, BoundsAnAddressAndEverybody) {
  LoginThrottle address;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(address.begin("n" + std::to_string(i), "1", kStart), 0s);
  EXPECT_EQ(address.begin("other", "1", kStart + 1min), 14min);
  EXPECT_EQ(address.begin("other", "1", kStart + 15min), 0s);
  LoginThrottle all;
  for (int i = 0; i < 60; ++i) EXPECT_EQ(all.begin("n", std::to_string(i), kStart), 0s);
  EXPECT_EQ(all.begin("n", "new", kStart), 60s);
  EXPECT_EQ(all.begin("n", "new", kStart + 60s), 0s);
}

TEST(RequestRate, CountsASubscribersWholeNetworkAsOne) {
  EXPECT_EQ(address_group("2001:db8:1:2::1"), address_group("2001:db8:1:2:ffff::9"));
  EXPECT_NE(address_group("2001:db8:1:2::1"), address_group("2001:db8:1:3::1"));
  EXPECT_EQ(address_group("10.0.0.1"), "10.0.0.1");
}

TEST(ConnectionTable, LetsTheNewOneInAndClosesTheOneThatDoesLeast) {
  Limits limits;
  limits.connections = 3;
  ConnectionTable table(limits);
  for (std::uint64_t id = 1; id <= 3; ++id) table.enter(id, std::to_string(id), kStart);
  table.phase(1, ConnectionPhase::working, kStart);
  table.phase(2, ConnectionPhase::idle, kStart);
  EXPECT_EQ(table.enter(4, "4", kStart).evicted, 3u);  // no header yet
  table.phase(4, ConnectionPhase::writing, kStart);
  EXPECT_EQ(table.enter(5, "5", kStart).evicted, 2u);  // idle
  table.phase(5, ConnectionPhase::working, kStart);
  EXPECT_FALSE(table.enter(6, "6", kStart + 2s).enters);  // nobody is stalled
  EXPECT_EQ(table.enter(7, "7", kStart + 4s).evicted, 4u);
  EXPECT_EQ(table.size(), 3u);
}

TEST(ConnectionTable, OneAddressGivesWayWithinItself) {
  Limits limits;
  limits.connections_per_address = 2;
  ConnectionTable table(limits);
  table.enter(1, "other", kStart);
  table.enter(2, "a", kStart + 1s);
  table.enter(3, "a", kStart + 2s);
  EXPECT_EQ(table.enter(4, "a", kStart + 3s).evicted, 2u);
}

TEST(BodyPace, WantsAMinimumInEachWindowAfterTheFirst) {
  const Limits limits;
  BodyPace pace(limits, kStart);
  EXPECT_GE(pace.deadline(), kStart + 10s);
  pace.received(1, kStart + 11s);
  EXPECT_EQ(pace.deadline(), kStart + 21s);
  pace.received(limits.body_window_bytes - 1, kStart + 20s);
  EXPECT_EQ(pace.deadline(), kStart + 21s);
  pace.received(1, kStart + 20s);
  EXPECT_EQ(pace.deadline(), kStart + 30s);  // the deadline of the whole body
}

TEST(PasswordPool, RefusesWhenTooManyWait) {
  crypto::initialise();
  Limits limits;
  limits.password_checks_at_once = 1;
  limits.password_checks_waiting = 1;
  const std::string stored = crypto::hash_password("right", {.passes = 1, .memory_bytes = 8192}).value();
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::promise<bool> first, second;
  PasswordPool pool(limits);
  EXPECT_TRUE(pool.check(stored, "right", [&](bool matches) {
    first.set_value(matches);
    gone.wait();
  }));
  EXPECT_TRUE(first.get_future().get());
  EXPECT_TRUE(pool.check(stored, "wrong", [&](bool matches) { second.set_value(matches); }));
  EXPECT_FALSE(pool.check(stored, "right", [](bool) {}));
  go.set_value();
  EXPECT_FALSE(second.get_future().get());
}

}  // namespace
}  // namespace tram::station
