// What the node makes of replies that are no container: a hub's refusal keeps its code, a stranger's page is the line.
#include "node/link/exchange_run.h"

#include <gtest/gtest.h>

namespace tram::node {
namespace {

station::HubAnswer answered(int status, std::string_view body) {
  station::HubAnswer answer;
  answer.status = status;
  append(answer.body, as_bytes(body));
  return answer;
}

TEST(ExchangeRun, TellsAHubsRefusalFromAStrangersPage) {
  struct Case {
    int status;
    const char* body;
    const char* code;
    int exit;
  };
  using namespace station::exit_status;
  const Case cases[] = {
      {403, R"({"error":{"code":"unknown_sender","message":"m","next":"n"}})", "unknown_sender", kRefused},
      {400, R"({"error":{"code":"tampered"}})", "tampered", kRefused},
      {503, R"({"error":{"code":"stopping","message":"m","next":"n"}})", "stopping", kUnreachable},
      {507, R"({"error":{"code":"no_space","message":"m","next":"n"}})", "no_space", kUnreachable},
      {429, R"({"error":{"code":"too_many_requests"}})", "too_many_requests", kUnreachable},
      {302, "<html>Sign in to the hotel network</html>", "hub_unreachable", kUnreachable},
      {403, "", "hub_unreachable", kUnreachable},
      {403, R"({"error":"no"})", "hub_unreachable", kUnreachable},
      {403, R"({"error":{"code":7}})", "hub_unreachable", kUnreachable},
      {403, R"([[[[[[[[]]]]]]]])", "hub_unreachable", kUnreachable},
  };
  for (const Case& c : cases) {
    const station::ActRefused refused = refusal_in(answered(c.status, c.body));
    EXPECT_EQ(refused.code, c.code) << c.body;
    EXPECT_EQ(refused.exit, c.exit) << c.body;
  }
}

}  // namespace
}  // namespace tram::node
