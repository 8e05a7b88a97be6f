#include "tasks/deadline.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::on;

std::string shown(const std::optional<Moment>& moment) {
  return moment ? format_moment(*moment).substr(0, 19) : "-";
}

TEST(Deadline, R4_HasTheLastGoodMomentOfTheTable) {
  struct Case {
    const char *text, *due, *written;
  };
  const WorkingTime a = calendar_a();
  for (const Case& c : {
           Case{"", "-", "-"},
           Case{"2025-06-30", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"2025-08-31", "2025-09-03T23:59:59", "2025-08-31T23:59:59"},  // a Sunday before National Day
           Case{"2025-05-01", "2025-05-05T23:59:59", "2025-05-01T23:59:59"},
           Case{"before:2025-07-01", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"2025-06-30T10:00", "2025-06-30T10:00:00", "2025-06-30T10:00:00"},
           Case{"2025-04-30T10:00", "2025-05-05T10:00:00", "2025-04-30T10:00:00"},
           Case{"before:2025-06-30T10:00", "2025-06-30T09:59:59", "2025-06-30T09:59:59"},
           Case{"2025-06", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"2025-Q2", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"2025-Q1", "2025-03-31T23:59:59", "2025-03-31T23:59:59"},
           Case{"2025", "2025-12-31T23:59:59", "2025-12-31T23:59:59"},
           Case{"before:2025-Q3", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"before:2025-07", "2025-06-30T23:59:59", "2025-06-30T23:59:59"},
           Case{"before:2026", "2025-12-31T23:59:59", "2025-12-31T23:59:59"},
           Case{"expected:2025-06-30", "-", "2025-06-30T23:59:59"},
       }) {
    const auto deadline = parse_deadline(c.text);
    ASSERT_TRUE(deadline) << c.text;
    const Due due = last_good_moment(*deadline, a);
    EXPECT_EQ(shown(due.due), c.due) << c.text;
    EXPECT_EQ(shown(due.written), c.written) << c.text;
    EXPECT_FALSE(due.provisional) << c.text;
  }
}

TEST(Deadline, R4_IsOpenUntilItsEventHappened) {
  struct Case {
    const char *text, *event_on, *due;
  };
  const WorkingTime a = calendar_a();
  for (const Case& c : {
           Case{"+30d after the resolution takes effect", "2025-06-01", "2025-07-01T23:59:59"},
           Case{"+5wd after Nghị quyết có hiệu lực", "2026-02-12", "2026-02-26T23:59:59"},
           Case{"+1m after X", "2025-01-31", "2025-02-28T23:59:59"},
           Case{"+3y after X", "2023-05-01", "2026-05-04T23:59:59"},  // Labour Day is off; the next day is Monday 4/5
       }) {
    const auto deadline = parse_deadline(c.text);
    ASSERT_TRUE(deadline) << c.text;
    EXPECT_EQ(last_good_moment(*deadline, a).state, DueState::open);
    EXPECT_EQ(last_good_moment(*deadline, a).due, std::nullopt);
    EXPECT_EQ(shown(last_good_moment(*deadline, a, {.event_on = on(c.event_on)}).due), c.due) << c.text;
  }
}

TEST(Deadline, R45_OnADayOffItMovesAndTheWrittenDateStays) {
  const Deadline deadline = parse_deadline("2025-08-31").value();
  const Due moved = last_good_moment(deadline, calendar_a());
  EXPECT_EQ(moved.due, at("2025-09-03"));
  EXPECT_EQ(moved.written, at("2025-08-31"));
  Policy written_day;
  written_day.deadline_day_off = DayOffRule::written_day;
  EXPECT_EQ(last_good_moment(deadline, calendar_a(), {}, written_day).due, at("2025-08-31")) << "O4 is a setting";
  Policy that_day;
  that_day.deadline_before = BeforeMeaning::that_day;
  EXPECT_EQ(last_good_moment(parse_deadline("before:2025-07-01").value(), calendar_a(), {}, that_day).due,
            at("2025-07-01"))
      << "and so is O5";
}

TEST(Deadline, R48_BesideAConditionIsOnlyPlanned) {
  const Due due = last_good_moment(parse_deadline("2025-06-30").value(), calendar_a(), {.waits = true});
  EXPECT_EQ(due.state, DueState::planned);
  EXPECT_EQ(due.due, std::nullopt);
  EXPECT_EQ(shown(due.written), "2025-06-30T23:59:59");
}

TEST(Deadline, TogetherWithAnotherTaskHasItsDate) {
  const auto deadline = parse_deadline("with:III.2.1.đ").value();
  EXPECT_EQ(last_good_moment(deadline, calendar_a()).state, DueState::open);
  const Due due = last_good_moment(deadline, calendar_a(),
                                   {.companion_due = at("2025-09-03"), .companion_written = at("2025-08-31")});
  EXPECT_EQ(due.due, at("2025-09-03"));
  EXPECT_EQ(due.written, at("2025-08-31"));
}

TEST(Deadline, IsProvisionalInAYearThatTheCalendarDoesNotKnow) {
  EXPECT_TRUE(last_good_moment(parse_deadline("2027-06-30").value(), calendar_a()).provisional);
}

TEST(Deadline, EncodesBothWaysWithTheWordsOfTheSource) {
  for (const char* text : {"", "2025-06-30", "before:2025-06-30", "2025-06-30T10:00", "before:2025-06-30T10:00",
                           "2025-06", "2025-Q4", "2025", "expected:2025-06-30", "+30d after X Y", "+5wd after X",
                           "+2m after X", "+3y after X", "with:III.2.1.đ"}) {
    const auto deadline = parse_deadline(text);
    ASSERT_TRUE(deadline) << text;
    EXPECT_EQ(encode(*deadline), text);
    EXPECT_EQ(decode_deadline(text).value(), *deadline);
  }
  Deadline spoken = parse_deadline("before:2025-06-30").value();
  spoken.words = "trước ngày 30/6/2025";
  EXPECT_EQ(encode(spoken), "before:2025-06-30\ntrước ngày 30/6/2025");
  EXPECT_EQ(decode_deadline(encode(spoken)).value(), spoken);
}

TEST(Deadline, KeepsWordsThatAreNotCanonical) {
  const auto deadline = parse_deadline("+30d after   X").value();
  EXPECT_EQ(canonical_text(deadline), "+30d after X");
  EXPECT_EQ(deadline.words, "+30d after   X");
  EXPECT_EQ(decode_deadline(encode(deadline)).value(), deadline);
}

TEST(Deadline, RefusesEveryOtherForm) {
  for (const char* text : {"soon",
                           "30/6/2025",
                           "2025-02-30",
                           "2025-Q5",
                           "2025-13",
                           "before:",
                           "before:soon",
                           "+30 after X",
                           "+30d",
                           "+30d after ",
                           "+0d after X",
                           "+030d after X",
                           "+-3d after X",
                           "+99999999999d after X",
                           "+4000wd after X",
                           "with:",
                           "expected:2025-06",
                           "2025-06-30T25:00",
                           "=1+1",
                           "2025-06-30\nx"})
    EXPECT_EQ(parse_deadline(text).error(), make_error_code(errc::bad_deadline)) << text;
  for (const char* text : {" 2025-06-30", "2025-06-30\n", "+30d after  X", "2025-06-30\na\nb"})
    EXPECT_TRUE(decode_deadline(text).has_error()) << text;
}

}  // namespace
}  // namespace tram::tasks
