// The hub's routes: those of docs/api.md and no others, and the addresses of devices.
#include "hub/web/routes.h"

#include <gtest/gtest.h>

#include "../station/api_document.h"
#include "../station/store_folder.h"
#include "hub/directory_office.h"
#include "station/people.h"

namespace tram::hub {
namespace {

namespace json = boost::json;
using station::ExchangeResult;

class HubWeb : public ::testing::Test {
 protected:
  HubWeb() {
    crypto::initialise();
    const station::StationPlace place{folder_.path(), std::nullopt};
    set_up_hub(place, "Văn phòng", sync::ZoneKind::practice);
    station_ = Station::open(station::Program::hub, place);
    station::add_user(*station_, nullptr, "chi", "hub_office", "", kPassword);
    station::add_user(*station_, nullptr, "dung", "auditor", "", kPassword);
    news_.emplace(*station_, desk_thread_);
    served_.emplace(*station_, hub_routes(*station_, count_, *news_));
  }

  static std::string code_of(const station::HttpAnswer& answer) {
    return std::string(json::parse(answer.body).as_object().at("error").as_object().at("code").as_string());
  }

  static constexpr const char* kPassword = "a good long password";
  static constexpr const char* kBytes = "Content-Type: application/octet-stream\r\n";
  station::test::Folder folder_;
  std::unique_ptr<Station> station_;
  std::shared_ptr<station::ExchangeCount> count_ = std::make_shared<station::ExchangeCount>();
  station::ApplicationThread desk_thread_;
  std::optional<NewsDesk> news_;
  std::optional<station::test::ServedStation> served_;
};

TEST_F(HubWeb, AnswersTheRoutesOfTheDocumentAndNoOthers) {
  const auto documented = station::test::documented_routes("hub");
  ASSERT_GT(documented.size(), 5u);
  const auto answer = served_->ask("GET", "/api/v1/openapi.json");
  ASSERT_EQ(answer.status, 200);
  const json::object openapi = json::parse(answer.body).as_object();
  EXPECT_EQ(station::test::routes_of(openapi, "/api/v1/"), documented);
  EXPECT_EQ(
      station::test::routes_of(openapi, "/sync/"),
      (std::set<std::string>{"GET /sync/1/keys", "GET /sync/1/wait", "POST /sync/1/enrol", "POST /sync/1/exchange"}));
}

TEST_F(HubWeb, AsksForASessionOnEveryRouteOfPersons) {
  for (const std::string& route : station::test::documented_routes("hub")) {
    const std::string path = route.substr(route.find(' ') + 1);
    if (path.starts_with("/api/v1/session")) continue;
    EXPECT_EQ(served_->ask(route.substr(0, route.find(' ')), path).status, 401) << route;
  }
}

TEST_F(HubWeb, ShowsItsStateToThoseWhoMayReadIt) {
  const std::string chi = served_->sign_in("chi", kPassword);
  ASSERT_NE(chi, "");
  const auto status = served_->ask("GET", "/api/v1/status", chi);
  ASSERT_EQ(status.status, 200) << status.body;
  const json::object o = json::parse(status.body).as_object();
  for (const char* number : {"tasks", "assignments", "conflicts", "proposals", "quarantined"})
    EXPECT_EQ(o.at(number), json::value(0)) << number;
  EXPECT_TRUE(o.at("sites").is_array());
  EXPECT_EQ(served_->ask("GET", "/api/v1/tasks", chi).status, 200);
  const auto bodies = served_->ask("GET", "/api/v1/organisations", chi);
  ASSERT_EQ(bodies.status, 200);
  const json::array items = json::parse(bodies.body).as_object().at("items").as_array();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].as_object().at("kind"), json::value("hub"));
  const std::string dung = served_->sign_in("dung", kPassword);
  EXPECT_EQ(served_->ask("GET", "/api/v1/tasks", dung).status, 403);
}

TEST_F(HubWeb, GivesItsKeysToAnybody) {
  const auto answer = served_->ask("GET", "/sync/1/keys");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/octet-stream");
  EXPECT_TRUE(sync::decode_key_file(as_bytes(answer.body)));
}

TEST_F(HubWeb, RefusesWhatIsNoContainerAndCountsIt) {
  for (const char* path : {"/sync/1/exchange", "/sync/1/enrol"}) {
    const auto answer = served_->ask("POST", path, kBytes, "not a container at all");
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(code_of(answer), "not_tram") << path;
  }
  EXPECT_EQ(count_->of(ExchangeResult::refused), 1u);
  EXPECT_EQ(count_->of(ExchangeResult::done), 0u);
  EXPECT_NE(count_->metrics().find("tram_exchange_total{result=\"refused\"} 1\n"), std::string::npos);
}

TEST_F(HubWeb, AnswersAWaitAtOnceWhenThereIsNewsAndRefusesUnknownTickets) {
  const auto wait = [&](const std::string& ticket) {
    return served_->ask("GET", "/sync/1/wait", "Tram-Wait: " + ticket + "\r\n");
  };
  for (const std::string& ticket : {std::string(32, 'a'), std::string("short"), std::string()}) {
    const auto answer = wait(ticket);
    EXPECT_EQ(answer.status, 403) << ticket;
    EXPECT_EQ(code_of(answer), "ticket_unknown");
  }
  const sync::DeviceId device = sync::DeviceId::from(ByteArray<16>{7});
  const sync::WaitTicket ticket = news_->issue(device);
  sync::StreamRow moved;
  moved.id = sync::device_stream(station_->zone(), device);
  moved.kind = sync::StreamKind::device;
  moved.owner = device.bytes;
  moved.seq = 1;
  station_->transact([&] { station_->store().put_stream(moved); });
  const auto answer = wait(to_hex(ticket.bytes));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.empty()) << "it says only that there is something";
  const sync::WaitTicket newer = news_->issue(device);
  EXPECT_EQ(wait(to_hex(ticket.bytes)).status, 403) << "a device has one ticket";
  moved.seq = 2;
  station_->transact([&] { station_->store().put_stream(moved); });
  EXPECT_EQ(wait(to_hex(newer.bytes)).status, 200);
}

TEST_F(HubWeb, TakesExchangesAsBytesAlone) {
  EXPECT_EQ(served_->ask("POST", "/sync/1/exchange", "Content-Type: application/json\r\n", "{}").status, 415);
}

}  // namespace
}  // namespace tram::hub
