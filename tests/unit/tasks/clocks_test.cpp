#include "tasks/clocks.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::at;
using testing::kPolicy;

FourTimes all_four() {
  return {at("2026-03-04T10:00"), at("2026-03-04T12:00"), at("2026-03-05T10:00"), at("2026-03-05T13:00")};
}

TEST(Clocks, R41_ATimeIsRecordedOnce) {
  FourTimes times;
  for (const TimeOf which : {TimeOf::handed_over, TimeOf::available, TimeOf::acted, TimeOf::received}) {
    times = recorded(times, which, at("2026-03-04T10:00")).value();
    EXPECT_EQ(recorded(times, which, at("2026-03-04T11:00")).error(), make_error_code(errc::already_recorded));
  }
  EXPECT_TRUE(times.handed_over && times.available && times.acted && times.received);
}

TEST(Clocks, R42_TwoClocksStandSideBySide) {
  const Moment now = at("2026-03-06T10:00");
  EXPECT_EQ(statutory_clock(all_four(), now), seconds{hours{24}});
  EXPECT_EQ(site_clock(all_four(), now), seconds{hours{22}});
  FourTimes open = all_four();
  open.acted = open.received = std::nullopt;
  EXPECT_EQ(statutory_clock(open, now), seconds{hours{48}}) << "it runs on";
  open.available = std::nullopt;
  EXPECT_EQ(site_clock(open, now), std::nullopt) << "it has not begun";
}

TEST(Clocks, R42_TransportIsAFigureOfItsOwn) {
  EXPECT_EQ(transport(all_four()), seconds{hours{2 + 3}});
  EXPECT_EQ(transport({at("2026-03-04T10:00"), at("2026-03-04T12:00"), {}, {}}), seconds{hours{2}});
}

TEST(Clocks, R42_SlowTransportExcusesOnlyByDecision) {
  const Moment due = at("2026-03-05T06:00"), acted = at("2026-03-05T10:00");
  EXPECT_EQ(lateness(due, acted, all_four(), TransportDecision::none, kPolicy), seconds{hours{4}});
  EXPECT_EQ(lateness(due, acted, all_four(), TransportDecision::refused, kPolicy), seconds{hours{4}});
  EXPECT_EQ(lateness(due, acted, all_four(), TransportDecision::excused, kPolicy), seconds{0});
  EXPECT_EQ(lateness(acted, due, all_four(), TransportDecision::none, kPolicy), seconds{0}) << "early is not late";
}

TEST(Clocks, R43_AnActedTimeCountsBetweenTwoProvedMoments) {
  const FourTimes times = all_four();
  struct Case {
    ClockProof proof;
    std::optional<Moment> counts;
  };
  for (const Case& c : {
           Case{{at("2026-03-05T09:00"), at("2026-03-05T13:00")}, times.acted},
           Case{{at("2026-03-05T10:00"), at("2026-03-05T10:00")}, times.acted},
           Case{{at("2026-03-05T10:01"), at("2026-03-05T13:00")}, times.received},
           Case{{at("2026-03-05T09:00"), at("2026-03-05T09:59")}, times.received},
           Case{{at("2026-03-05T09:00"), {}}, times.received},
           Case{{}, times.received},
       })
    EXPECT_EQ(counted_moment(times, c.proof, kPolicy), c.counts);
  Policy receipt;
  receipt.clock_counted = CountedClock::receipt;
  EXPECT_EQ(counted_moment(times, {at("2026-03-05T09:00"), at("2026-03-05T13:00")}, receipt), times.received);
}

}  // namespace
}  // namespace tram::tasks
