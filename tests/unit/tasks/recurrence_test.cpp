#include "tasks/recurrence.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::calendar_a;
using testing::on;

std::vector<Occurrence> all_of(const char* text, const char* from = "2025-01-01", const char* to = "2025-12-31") {
  return occurrences(parse_recurrence(text).value(), {on(from), on(to)}, calendar_a()).value();
}

TEST(Recurrence, HungYenReportsOnTwentyNineWednesdaysAtTen) {
  const auto list = all_of("weekly:wed:10:00 from 2025-04-16 to 2025-10-31");
  ASSERT_EQ(list.size(), 29U);
  EXPECT_EQ(list.front().written, at("2025-04-16T10:00"));
  EXPECT_EQ(list.back().written, at("2025-10-29T10:00"));
  for (const Occurrence& o : list) {
    if (date_of(o.written) == on("2025-04-30"))
      EXPECT_EQ(format_moment(o.due), "2025-05-05T10:00:00+07:00") << "30/4, 1/5 and 2/5 are off, then a weekend";
    else
      EXPECT_EQ(o.due, o.written);
  }
}

TEST(Recurrence, CountsPeriodsOfTheYear) {
  struct Case {
    const char* text;
    std::vector<const char*> written;
  };
  for (const Case& c : {
           Case{"quarterly", {"2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"}},
           Case{"half-yearly", {"2025-06-30", "2025-12-31"}},
           Case{"yearly", {"2025-12-31"}},
           Case{"yearly from 2024-02-01 to 2026-12-30", {"2024-12-31", "2025-12-31"}},
           Case{"monthly:31 from 2025-01-15 to 2025-03-30", {"2025-01-31", "2025-02-28"}},
           Case{"monthly:25 from 2025-01-25 to 2025-02-25", {"2025-01-25", "2025-02-25"}},
           Case{"weekly:sun from 2025-01-01 to 2025-01-12", {"2025-01-05", "2025-01-12"}},
       }) {
    const auto list = all_of(c.text);
    ASSERT_EQ(list.size(), c.written.size()) << c.text;
    for (std::size_t i = 0; i < list.size(); ++i) EXPECT_EQ(list[i].written, at(c.written[i])) << c.text;
  }
  EXPECT_EQ(all_of("monthly").size(), 12U);
  EXPECT_EQ(all_of("monthly", "2025-04-04", "2025-06-29").size(), 2U) << "the term bounds it where it has no span";
}

TEST(Recurrence, EncodesBothWaysAndKeepsItsWords) {
  for (const char* text : {"weekly:wed:10:00 from 2025-04-16 to 2025-10-31", "weekly:fri", "monthly", "monthly:25",
                           "quarterly", "half-yearly", "yearly from 2025-01-01 to 2030-12-31"}) {
    const auto recurrence = parse_recurrence(text).value();
    EXPECT_EQ(encode(recurrence), text);
    EXPECT_EQ(decode_recurrence(text).value(), recurrence);
  }
  const auto spaced = parse_recurrence("monthly:05   from 2025-01-01 to 2025-02-01").value();
  EXPECT_EQ(spaced.words, "monthly:05   from 2025-01-01 to 2025-02-01");
  EXPECT_EQ(decode_recurrence(encode(spaced)).value(), spaced);
}

TEST(Recurrence, RefusesEveryOtherForm) {
  for (const char* text :
       {"", "daily", "weekly", "weekly:", "weekly:mit", "weekly:wed:", "weekly:wed:24:00", "weekly:wed10:00",
        "monthly:", "monthly:0", "monthly:32", "monthly:2x", "quarterly:5", "monthly from 2025-01-01",
        "monthly from 2025-02-01 to 2025-01-01", "monthly to 2025-01-01 from 2025-02-01", "monthly x y"})
    EXPECT_EQ(parse_recurrence(text).error(), make_error_code(errc::bad_recurrence)) << text;
}

TEST(Recurrence, RefusesALifetimeOfWeeks) {
  const auto weekly = parse_recurrence("weekly:mon from 1900-01-01 to 2299-12-31").value();
  EXPECT_EQ(occurrences(weekly, {on("2025-01-01"), on("2025-01-01")}, calendar_a()).error(),
            make_error_code(errc::too_many_occurrences));
}

}  // namespace
}  // namespace tram::tasks
