// The node's routes: those of docs/api.md and no others, and what they answer on a node that is not enrolled yet.
#include "node/web/routes.h"

#include <gtest/gtest.h>

#include "../station/api_document.h"
#include "../station/store_folder.h"
#include "station/people.h"
#include "station/store/accounts.h"

namespace tram::node {
namespace {

namespace json = boost::json;

class NodeWeb : public ::testing::Test {
 protected:
  NodeWeb() {
    crypto::initialise();
    station_ = Station::create(station::Program::node, {folder_.path(), std::nullopt}, sync::ZoneKind::practice, "X1");
    station::add_user(*station_, nullptr, "an", "operator", "X1", kPassword);
    station::add_user(*station_, nullptr, "binh", "approver", "X1", kPassword);
    served_.emplace(*station_, node_routes({*station_, [this] { ++saved_; },
                                            [this](const station::Respond& respond) {
                                              ++exchanges_;
                                              respond({.body = R"({"pushed":0})", .headers = {}});
                                            }}));
  }

  static std::string code_of(const station::HttpAnswer& answer) {
    return std::string(json::parse(answer.body).as_object().at("error").as_object().at("code").as_string());
  }

  static constexpr const char* kPassword = "a good long password";
  station::test::Folder folder_;
  std::unique_ptr<Station> station_;
  int saved_ = 0;
  int exchanges_ = 0;
  std::optional<station::test::ServedStation> served_;
};

TEST_F(NodeWeb, AnswersTheRoutesOfTheDocumentAndNoOthers) {
  const auto documented = station::test::documented_routes("node");
  ASSERT_GT(documented.size(), 10u);
  const auto answer = served_->ask("GET", "/api/v1/openapi.json");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(station::test::routes_of(json::parse(answer.body).as_object(), "/api/v1/"), documented);
}

TEST_F(NodeWeb, AsksForASessionOnEveryRouteButTheSessionItself) {
  for (const std::string& route : station::test::documented_routes("node")) {
    const std::string method = route.substr(0, route.find(' '));
    const std::string path = route.substr(route.find(' ') + 1);
    if (path.starts_with("/api/v1/session")) continue;
    const auto answer = served_->ask(method, path);
    EXPECT_EQ(answer.status, 401) << route;
  }
}

TEST_F(NodeWeb, ShowsAnEmptyStationBeforeEnrolment) {
  const std::string an = served_->sign_in("an", kPassword);
  ASSERT_NE(an, "");
  const auto status = served_->ask("GET", "/api/v1/status", an);
  ASSERT_EQ(status.status, 200) << status.body;
  EXPECT_EQ(json::parse(status.body).as_object().at("enrolled"), json::value(false));
  const auto tasks = served_->ask("GET", "/api/v1/tasks?org=&outcome=done_late&q=b%C3%A1o&page=2", an);
  ASSERT_EQ(tasks.status, 200) << tasks.body;
  EXPECT_EQ(json::parse(tasks.body).as_object().at("total"), json::value(0));
  EXPECT_EQ(json::parse(tasks.body).as_object().at("pages"), json::value(1));
  for (const char* path : {"/api/v1/approvals", "/api/v1/outbox", "/api/v1/organisations"})
    EXPECT_EQ(served_->ask("GET", path, an).status, 200) << path;
}

TEST_F(NodeWeb, RefusesWhatDoesNotFit) {
  const std::string an = served_->sign_in("an", kPassword);
  const std::string binh = served_->sign_in("binh", kPassword);
  ASSERT_NE(an, "");
  ASSERT_NE(binh, "");
  const std::string id(32, '0');
  struct Case {
    std::string method, path, who, body;
    int status;
    const char* code;
  };
  const Case cases[] = {
      {"GET", "/api/v1/tasks?outcome=never", an, "", 400, "usage"},
      {"GET", "/api/v1/tasks?page=0", an, "", 400, "usage"},
      {"GET", "/api/v1/tasks?page=1x", an, "", 400, "usage"},
      {"GET", "/api/v1/tasks?who=me", an, "", 400, "usage"},
      {"GET", "/api/v1/tasks/xyz", an, "", 404, "unknown_task"},
      {"GET", "/api/v1/tasks/" + id, an, "", 404, "unknown_task"},
      {"POST", "/api/v1/assignments/" + id + "/return", an, R"({"reason":"x","org":"X2"})", 400, "bad_json"},
      {"POST", "/api/v1/assignments/" + id + "/update", an, R"({"progress":101,"state":"done","note":"x"})", 400,
       "bad_json"},
      {"POST", "/api/v1/assignments/xyz/receive", an, "{}", 404, "unknown_assignment"},
      {"POST", "/api/v1/approvals/" + id + "/approve", an, "{}", 403, "not_permitted"},
      {"POST", "/api/v1/assignments/" + id + "/update", binh, "{}", 403, "not_permitted"},
      {"POST", "/api/v1/approvals/" + id + "/approve", binh, "{}", 404, "unknown_draft"},
      {"POST", "/api/v1/approvals/xyz/return", binh, R"({"reason":"x"})", 404, "unknown_draft"},
      {"POST", "/api/v1/sync", an, R"({"hub":"http://127.0.0.1"})", 400, "bad_json"},
  };
  for (const Case& c : cases) {
    const auto answer = served_->ask(c.method, c.path, c.who, c.body);
    EXPECT_EQ(answer.status, c.status) << c.method << " " << c.path << " " << answer.body;
    if (answer.status == c.status) {
      EXPECT_EQ(code_of(answer), c.code) << c.path;
    }
  }
  EXPECT_EQ(saved_, 0);
  EXPECT_EQ(exchanges_, 0);
}

TEST_F(NodeWeb, HandsTheExchangeToTheLink) {
  const std::string an = served_->sign_in("an", kPassword);
  const auto answer = served_->ask("POST", "/api/v1/sync", an, "{}");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(exchanges_, 1);
}

TEST_F(NodeWeb, StopsAnAccountThatWasDisabledAfterItSignedIn) {
  const std::string an = served_->sign_in("an", kPassword);
  station_->transact([&] { ASSERT_TRUE(station::AccountTable(station_->connection()).set_disabled("an", true)); });
  const auto answer = served_->ask("GET", "/api/v1/tasks", an);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(code_of(answer), "account_disabled");
}

}  // namespace
}  // namespace tram::node
