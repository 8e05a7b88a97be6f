#include "tasks/closed_zone.h"

#include <gtest/gtest.h>

#include "tasks/courier.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;

TEST(ClosedZone, R55_ListensOnLoopbackOrInsideOneSeat) {
  struct Case {
    const char* address;
    Reach reach;
  };
  for (const Case& c : {
           Case{"127.0.0.1", Reach::loopback},
           Case{"127.9.8.7", Reach::loopback},
           Case{"::1", Reach::loopback},
           Case{"localhost", Reach::loopback},
           Case{"10.1.2.3", Reach::seat_network},
           Case{"172.16.0.1", Reach::seat_network},
           Case{"172.31.255.1", Reach::seat_network},
           Case{"192.168.7.7", Reach::seat_network},
           Case{"fd12::1", Reach::seat_network},
           Case{"0.0.0.0", Reach::any_network},
           Case{"172.32.0.1", Reach::any_network},
           Case{"192.169.0.1", Reach::any_network},
           Case{"203.0.113.5", Reach::any_network},
           Case{"10.1.2", Reach::any_network},
           Case{"fdhost", Reach::any_network},
           Case{"2001:db8::1", Reach::any_network},
       }) {
    EXPECT_EQ(reach_of(c.address), c.reach) << c.address;
    EXPECT_EQ(may_listen(c.address, Zone::closed), c.reach != Reach::any_network) << c.address;
    EXPECT_TRUE(may_listen(c.address, Zone::open)) << c.address;
  }
}

TEST(ClosedZone, R55_HasNoUpdaterAndNoOutsideTime) {
  for (const Service service : {Service::updater, Service::outside_time, Service::remote_logs}) {
    EXPECT_FALSE(service_runs(service, Zone::closed, true));
    EXPECT_TRUE(service_runs(service, Zone::open, true));
    EXPECT_FALSE(service_runs(service, Zone::open, false));
  }
  EXPECT_TRUE(service_runs(Service::exchange, Zone::closed, false));
}

TEST(ClosedZone, R57_ArtificialIntelligenceIsAbsentThereAndOffInTheOpenOne) {
  EXPECT_FALSE(service_runs(Service::artificial_intelligence, Zone::closed, true));
  EXPECT_FALSE(service_runs(Service::artificial_intelligence, Zone::open, false));
  EXPECT_TRUE(service_runs(Service::artificial_intelligence, Zone::open, true));
}

TEST(ClosedZone, R55_APrintNamesReasonPersonMarkAndCopy) {
  const Print whole{"họp ngày 3/2", "Trần An", "MẬT", 2};
  EXPECT_TRUE(print_is_allowed(whole, Zone::closed));
  for (std::string_view Print::*part : {&Print::reason, &Print::person, &Print::mark}) {
    Print lacking = whole;
    lacking.*part = {};
    EXPECT_FALSE(print_is_allowed(lacking, Zone::closed));
    EXPECT_TRUE(print_is_allowed(lacking, Zone::open));
  }
  Print uncounted = whole;
  uncounted.copy = 0;
  EXPECT_FALSE(print_is_allowed(uncounted, Zone::closed));
}

TEST(Courier, R56_AnEntryNamesBundleZoneBothPersonsAndTheMoment) {
  const CourierEntry whole{"AB12-CD34", "open", "Trần An", "Lê Bình", at("2026-02-03T09:00"), ""};
  EXPECT_TRUE(courier_entry_is_complete(whole, Zone::open));
  EXPECT_FALSE(courier_entry_is_complete(whole, Zone::closed)) << "the closed zone names the medium";
  for (std::string CourierEntry::*part :
       {&CourierEntry::bundle, &CourierEntry::zone, &CourierEntry::handed_by, &CourierEntry::handed_to}) {
    CourierEntry lacking = whole;
    (lacking.*part).clear();
    EXPECT_FALSE(courier_entry_is_complete(lacking, Zone::open));
  }
  CourierEntry timeless = whole;
  timeless.handed_at.reset();
  EXPECT_FALSE(courier_entry_is_complete(timeless, Zone::open));
}

TEST(Courier, R56_TheClosedZoneTakesRegisteredMediaAlone) {
  const std::vector<std::string> registered = {"USB-07"};
  EXPECT_TRUE(medium_is_taken("USB-07", registered, Zone::closed));
  EXPECT_FALSE(medium_is_taken("USB-08", registered, Zone::closed));
  EXPECT_FALSE(medium_is_taken("", registered, Zone::closed));
  EXPECT_TRUE(medium_is_taken("USB-08", registered, Zone::open));
}

TEST(Courier, R56_RegisterAndBundlesAgree) {
  const std::vector<CourierEntry> entries = {{"B", "", "", "", {}, ""}, {"A", "", "", "", {}, ""}};
  const std::vector<std::string> bundles = {"A", "C", "B", "D"};
  EXPECT_EQ(register_difference(entries, bundles), (RegisterDifference{{"C", "D"}, {}}));
  EXPECT_EQ(register_difference(entries, std::vector<std::string>{"A"}), (RegisterDifference{{}, {"B"}}));
  EXPECT_EQ(register_difference(entries, std::vector<std::string>{"A", "B"}), RegisterDifference{});
}

}  // namespace
}  // namespace tram::tasks
