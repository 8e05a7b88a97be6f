// What a route makes of refusals and of bodies: statuses, codes, and the strictness of the JSON reader.
#include <gtest/gtest.h>

#include "station/serve/answer.h"
#include "station/serve/json_body.h"
#include "station/serve/pages.h"
#include "station/serve/practice_mark.h"
#include "station/serve/serve.h"

namespace tram::station {
namespace {

namespace json = boost::json;

std::string code_of(const Reply& reply) {
  return std::string(json::parse(reply.body).as_object().at("error").as_object().at("code").as_string());
}

TEST(Answer, GivesTheJsonOfTheWork) {
  const Reply reply = answer([] { return json::value(json::object{{"id", "x"}}); });
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.body, R"({"id":"x"})");
}

TEST(PracticeMark, StandsInEveryObjectAndInNothingElse) {
  const auto body_of = [](std::string type, std::string body) {
    return marked(Reply{.content_type = std::move(type), .body = std::move(body), .headers = {}}).body;
  };
  EXPECT_EQ(body_of("application/json", R"({"id":"x"})"), R"({"practice":true,"id":"x"})");
  EXPECT_EQ(body_of("application/json", "{}"), R"({"practice":true})");
  EXPECT_EQ(body_of("application/json", "[1]"), "[1]");
  EXPECT_EQ(body_of("application/octet-stream", "{}"), "{}");
}

TEST(Answer, TurnsARefusalIntoItsStatusCodeAndSentences) {
  struct Case {
    ActRefused refused;
    int status;
  };
  const Case cases[] = {
      {wrong_usage("w"), 400},
      {refused("role_missing", "m"), 403},
      {refused("same_person", "m"), 403},
      {refused("not_ours", "m"), 403},
      {refused("account_disabled", "m"), 403},
      {refused("unknown_task", "m"), 404},
      {refused("unknown_draft", "m"), 404},
      {wrong_state("decided_already", "m"), 409},
      {refused("bad_value", "m"), 422},
      {ActRefused(sync::OutcomeCode::tampered), 422},
      {{exit_status::kUnreachable, "hub_unreachable", "m"}, 503},
      {{exit_status::kFailed, "no_space", "m"}, 507},
      {{exit_status::kFailed, "io_failed", "m"}, 500},
  };
  for (const Case& c : cases) {
    const Reply reply = answer([&]() -> json::value { throw c.refused; });
    EXPECT_EQ(reply.status, c.status) << c.refused.code;
    EXPECT_EQ(code_of(reply), c.refused.code);
    EXPECT_NE(reply.body.find(c.refused.message), std::string::npos) << c.refused.code;
  }
}

TEST(Answer, LeavesOtherExceptionsToTheServer) {
  EXPECT_THROW(answer([]() -> json::value { throw std::runtime_error("inside"); }), std::runtime_error);
}

TEST(JsonBody, ReadsWhatTheRouteKnows) {
  const JsonBody body(R"( {"progress": 40, "note": "xong \u0111i\u1ec3m 1"} )", {"progress", "state", "note"});
  EXPECT_EQ(body.integer("progress", 0, 100), 40);
  EXPECT_EQ(body.text("note", 100), "xong điểm 1");
}

std::string nested(std::size_t levels) {
  return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
}

std::string refusal_of_body(const std::string& text) {
  try {
    (void)JsonBody(text, {"a", "b"});
  } catch (const ActRefused& refused) {
    EXPECT_EQ(http_status(refused), 400);
    EXPECT_EQ(refused.code, "bad_json");
    return refused.message;
  }
  return "";
}

TEST(JsonBody, RefusesWhatIsNotOneStrictObject) {
  const std::string cases[] = {"",
                               "{",
                               "[]",
                               "\"a\"",
                               "{} {}",
                               R"({"a":1,})",
                               "{'a':1}",
                               "{\"a\":NaN}",
                               "{/**/}",
                               "{\"a\":1.5}",
                               R"({"a":[1e2]})",
                               R"({"a":1,"a":2})",
                               "{\"a\":\"\xff\"}",
                               nested(17)};
  for (const std::string& text : cases) EXPECT_NE(refusal_of_body(text), "") << text;
  EXPECT_EQ(refusal_of_body("{}"), "");
  EXPECT_EQ(refusal_of_body(nested(15)), "");
}

TEST(JsonBody, FindsADoubledMemberBelowAndBehindAnEscape) {
  EXPECT_NE(refusal_of_body(R"({"a":{"x":1,"\u0078":2}})").find("x stands twice"), std::string::npos);
  EXPECT_EQ(refusal_of_body(R"({"a":{"x":1},"b":{"x":2}})"), "");
}

TEST(JsonBody, NamesTheMemberThatIsNotKnown) {
  EXPECT_NE(refusal_of_body(R"({"a":1,"org":"X1"})").find("org"), std::string::npos);
  const std::string message = refusal_of_body("{\"" + std::string(5000, 'q') + "\":1}");
  EXPECT_LT(message.size(), 200u);
}

TEST(JsonBody, NamesTheMemberThatDoesNotFit) {
  const JsonBody body(R"({"a":"12345","b":101})", {"a", "b"});
  EXPECT_EQ(body.text("a", 5), "12345");
  EXPECT_EQ(body.integer("b", 0, 101), 101);
  EXPECT_THROW((void)body.text("a", 4), ActRefused);
  EXPECT_THROW((void)body.text("b", 100), ActRefused);
  EXPECT_THROW((void)body.integer("a", 0, 100), ActRefused);
  EXPECT_THROW((void)body.integer("b", 0, 100), ActRefused);
  try {
    (void)body.text("reason", 10);
    ADD_FAILURE();
  } catch (const ActRefused& refused) {
    EXPECT_NE(refused.message.find("reason"), std::string::npos);
  }
}

TEST(ListenAddress, ReadsHostAndPort) {
  struct Case {
    const char* text;
    const char* address;
    std::uint16_t port;
    const char* shown;
  };
  const Case cases[] = {{"127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"},
                        {"[::1]:0", "::1", 0, "[::1]:0"},
                        {"localhost:65535", "127.0.0.1", 65535, "127.0.0.1:65535"}};
  for (const Case& c : cases) {
    const ListenAddress read = listen_address(c.text);
    EXPECT_EQ(read.address, c.address) << c.text;
    EXPECT_EQ(read.port, c.port) << c.text;
    EXPECT_EQ(shown_address(read.address, read.port), c.shown);
  }
  for (const char* text : {"", "8080", ":8080", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
                           "::1:80", "[::1:80", "[]:80"})
    EXPECT_THROW((void)listen_address(text), ActRefused) << text;
}

TEST(Pages, ServesTheIndexFreshAndTheRestForGood) {
  const auto index = embedded_page("/");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->content_type, "text/html");
  EXPECT_FALSE(index->immutable);
  // Every file that the index names is there.
  std::size_t named = 0;
  for (std::size_t at = index->content.find("\"/"); at != std::string_view::npos;
       at = index->content.find("\"/", at + 1)) {
    const std::size_t end = index->content.find('"', at + 1);
    const std::string_view path = index->content.substr(at + 1, end - at - 1);
    const auto file = embedded_page(path);
    ASSERT_TRUE(file) << path;
    EXPECT_TRUE(file->immutable) << path;
    EXPECT_NE(file->content_type, "application/octet-stream") << path;
    ++named;
  }
  EXPECT_GT(named, 0u);
  for (const char* path : {"", "/assets/", "/assets/none.js", "/../index.html", "index.html"})
    EXPECT_FALSE(embedded_page(path)) << path;
}

}  // namespace
}  // namespace tram::station
