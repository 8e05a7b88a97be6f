#include "tasks/outcome.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::on;

TEST(Outcome, R6_HasTheSevenClasses) {
  struct Case {
    const char *name, *completed, *limit, *now;
    bool begun, behind;
  };
  for (const Case& c : {
           Case{"not_started_in_time", "", "2025-06-30", "2025-06-30", false, false},
           Case{"not_started_in_time", "", "", "2099-01-01", false, true},
           Case{"in_progress_on_time", "", "2025-06-30", "2025-06-29", true, false},
           Case{"in_progress_on_time", "", "", "2099-01-01", true, false},
           Case{"in_progress_late", "", "2025-06-30", "2025-06-30", true, true},
           Case{"done_on_time", "2025-06-30", "2025-06-30", "2025-07-03T10:00", true, false},
           Case{"done_on_time", "2030-01-01", "", "2030-01-02", true, true},
           Case{"done_on_time", "2025-06-30T10:00", "2025-06-30T10:00", "2025-07-01", true, false},
           Case{"done_late", "2025-06-30T10:01", "2025-06-30T10:00", "2025-07-01", true, false},
           Case{"done_late", "2025-07-01", "2025-06-30", "2025-07-01", true, false},
           Case{"not_done_overdue", "", "2025-06-30", "2025-07-01T00:00", true, true},
           Case{"not_started_overdue", "", "2025-06-30", "2025-07-01T00:00", false, false},
       }) {
    OutcomeFacts facts{.begun = c.begun, .behind = c.behind, .completed = {}, .last_good_moment = {}};
    if (*c.completed != 0) facts.completed = parse_date_or_hour(c.completed).value();
    if (*c.limit != 0) facts.last_good_moment = at(c.limit);
    EXPECT_EQ(name_of(outcome_of(facts, at(c.now))), c.name);
    EXPECT_EQ(outcome_named(c.name), outcome_of(facts, at(c.now)));
  }
  EXPECT_EQ(outcome_named("done"), std::nullopt);
}

}  // namespace
}  // namespace tram::tasks
