// The canonical bytes of calendars, written by hand from docs/formats.md: tests/vectors/tasks/*.calendar. A vector that
// was released never changes.
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::on;

// Every kind of line, every escape, and a season that passes the end of the year.
Calendar every_line() {
  const DayHours summer = {{420, 690}, {810, 1020}};
  const DayHours winter = {{480, 720}, {810, 1050}};
  Calendar c;
  c.id = "vn.hung-yen\\2026";
  c.version = 3;
  c.valid_from = on("2026-01-01");
  c.owner = CalendarOwner::province;
  c.owner_id = "hy.ubnd";
  c.source = "Quyết định 12/QĐ-UBND\ttrang 2\nphụ lục";
  c.years = {2025, 2026, 2028};
  c.seasons = {{{4, 16}, {10, 15}, {summer, summer, summer, summer, summer, {{420, 660}}, {}}},
               {{10, 16}, {4, 15}, {winter, winter, winter, winter, {{480, 720}}, {}, {}}}};
  c.exceptions[on("2026-01-01")] = {DayOff{}, "Tết dương lịch"};
  c.exceptions[on("2026-02-13")] = {PartOfDay{{{480, 600}, {630, 720}}}, "chiều nghỉ"};
  c.exceptions[on("2026-02-16")] = {DayOff{}, "nghỉ \\ Tết"};
  c.exceptions[on("2026-02-28")] = {WorkedAs{4}, "làm bù"};
  c.exceptions[on("2026-03-01")] = {WorkedAs{0}, ""};
  c.exceptions[on("2028-02-29")] = {DayOff{}, ""};
  return c;
}

Calendar smallest() {
  Calendar c;
  c.id = "x";
  c.valid_from = on("2025-07-01");
  return c;
}

TEST(CalendarGolden, IsMadeAndReadByteForByte) {
  const std::pair<const char*, Calendar> cases[] = {{"every_line", every_line()}, {"smallest", smallest()}};
  for (const auto& [name, calendar] : cases) {
    SCOPED_TRACE(name);
    const std::string golden = testing::text_of(std::string("vectors/tasks/") + name + ".calendar");
    ASSERT_FALSE(golden.empty());
    EXPECT_EQ(as_text(encode_calendar(calendar)), golden);
    const auto read = decode_calendar(as_bytes(golden));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, calendar);
  }
}

}  // namespace
}  // namespace tram::tasks
