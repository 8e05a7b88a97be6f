#include "tasks/classification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/succession.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::on;

TaskRow task() {
  TaskRow t;
  t.ref = "II.1";
  t.lead = {"a", "b"};
  t.coordinating = {"c"};
  t.deadline = parse_deadline("2025-06-30").value();
  t.scope = Scope::province;
  t.priority = Priority::urgent;
  return t;
}

TEST(Classification, R1_EveryTaskIsClassifiedByTheSevenAxes) {
  const Classified c = classify(task(), "a", Secrecy::confidential, Outcome::done_late);
  EXPECT_EQ(c.term, TermClass::with_deadline);
  EXPECT_EQ(c.body, "a");
  EXPECT_EQ(c.scope, Scope::province);
  EXPECT_EQ(c.priority, Priority::urgent);
  EXPECT_EQ(c.outcome, Outcome::done_late);
  EXPECT_EQ(c.confidentiality, Secrecy::confidential);
  EXPECT_EQ(c.list_version, kClassListVersion);
  TaskRow open = task();
  open.deadline = {};
  EXPECT_EQ(classify(open, "a", Secrecy::normal, Outcome::done_late).term, TermClass::without);
}

TEST(Classification, R3_EveryAxisCutsAloneAndTogether) {
  const Classified c = classify(task(), "a", Secrecy::normal, Outcome::done_late);
  EXPECT_TRUE(matches({}, c));
  const Cut wrong[] = {{.term = TermClass::without},
                       {.body = "b"},
                       {.scope = Scope::local},
                       {.priority = Priority::key},
                       {.outcome = Outcome::done_on_time},
                       {.confidentiality = Secrecy::top_secret},
                       {.other = "x"}};
  for (const Cut& cut : wrong) EXPECT_FALSE(matches(cut, c));
  EXPECT_TRUE(matches({.body = "a", .scope = Scope::province, .outcome = Outcome::done_late}, c));
  EXPECT_FALSE(matches({.body = "a", .scope = Scope::province, .outcome = Outcome::done_on_time}, c));
}

TEST(Classification, R2_TheCodeHasItsVietnameseMark) {
  EXPECT_EQ(mark_of(0), "Thường");
  EXPECT_EQ(mark_of(1), "Mật");
  EXPECT_EQ(mark_of(2), "Tối mật");
  EXPECT_EQ(mark_of(3), "Tuyệt mật");
  EXPECT_EQ(mark_of(4), "");
  EXPECT_EQ(mark_of(-1), "");
}

TEST(Classification, R9_ClassThreeIsHeldNowhere) {
  for (const Zone zone : {Zone::open, Zone::closed, Zone::practice}) EXPECT_FALSE(zone_holds(zone, 3));
}

TEST(Classification, R8_ClassOneAndTwoAreHeldInTheClosedZoneAlone) {
  for (const int code : {1, 2}) {
    EXPECT_TRUE(zone_holds(Zone::closed, code));
    EXPECT_FALSE(zone_holds(Zone::open, code));
    EXPECT_FALSE(zone_holds(Zone::practice, code));
  }
  EXPECT_FALSE(zone_holds(Zone::closed, 0));
  EXPECT_TRUE(zone_holds(Zone::open, 0));
}

TEST(Classification, R54_OpenAndClosedZonesShareNoClass) {
  for (int code = -1; code <= 4; ++code) {
    EXPECT_FALSE(zone_holds(Zone::open, code) && zone_holds(Zone::closed, code)) << code;
    EXPECT_EQ(zone_holds(Zone::open, code), code == 0);
    EXPECT_EQ(zone_holds(Zone::practice, code), code == 0);
  }
}

TEST(Classification, R5_LeadBodiesReportAndCoordinatingBodiesSee) {
  EXPECT_TRUE(reports_execution("b", task()));
  EXPECT_FALSE(reports_execution("c", task()));
  EXPECT_TRUE(sees_task("c", task()));
  EXPECT_TRUE(sees_task("a", task()));
  EXPECT_FALSE(sees_task("d", task()));
}

TEST(Classification, R59_ATaskWithoutAFollowUpBodyIsOnTheErrorList) {
  const std::vector<Followed> all = {{"1", "x"}, {"2", ""}};
  EXPECT_THAT(without_follow_up(all, ""), ElementsAre("2"));
  EXPECT_THAT(without_follow_up(all, "y"), IsEmpty()) << "the document names one";
}

TEST(Classification, R63_TheOfficeHasFourLists) {
  using enum OfficeList;
  EXPECT_THAT(office_lists({.outcome = Outcome::not_started_overdue}), ElementsAre(due_and_not_done));
  EXPECT_THAT(office_lists({.outcome = Outcome::done_on_time, .execution = Execution::done_wrongly}),
              ElementsAre(done_wrongly));
  EXPECT_THAT(office_lists({.difficulty_open = true, .due_soon = true}), ElementsAre(new_problem, at_risk));
  EXPECT_THAT(office_lists({.outcome = Outcome::in_progress_late}), ElementsAre(at_risk));
  EXPECT_THAT(office_lists({.outcome = Outcome::done_on_time, .due_soon = true}), IsEmpty());
}

BodyLives lives() {
  BodyLives all;
  all["district"] = {{}, on("2025-06-30"), {"commune.1"}};
  all["commune.1"] = {on("2025-07-01"), {}, {}};
  all["split"] = {{}, on("2025-06-30"), {"commune.1", "commune.2"}};
  all["commune.2"] = {on("2025-07-01"), {}, {}};
  all["gone"] = {{}, on("2025-06-30"), {}};
  all["older"] = {{}, on("2025-01-31"), {"district"}};
  all["ring.1"] = {{}, on("2025-01-31"), {"ring.2"}};
  all["ring.2"] = {{}, on("2025-01-31"), {"ring.1"}};
  return all;
}

TEST(Succession, R58_ABodyLivesFromOneDateToAnother) {
  const BodyLife life{on("2025-02-01"), on("2025-06-30"), {}};
  EXPECT_FALSE(exists_on(life, on("2025-01-31")));
  EXPECT_TRUE(exists_on(life, on("2025-02-01")));
  EXPECT_TRUE(exists_on(life, on("2025-06-30")));
  EXPECT_FALSE(exists_on(life, on("2025-07-01")));
}

TEST(Succession, R58_SuccessorsStandInThroughTheirOwn) {
  EXPECT_THAT(standing_in_for("district", lives(), on("2025-06-30")), ElementsAre("district"));
  EXPECT_THAT(standing_in_for("older", lives(), on("2025-07-01")), ElementsAre("commune.1"));
  EXPECT_THAT(standing_in_for("split", lives(), on("2025-07-01")), ElementsAre("commune.1", "commune.2"));
  EXPECT_THAT(standing_in_for("ring.1", lives(), on("2025-07-01")), IsEmpty());
}

TEST(Succession, R58_OpenTasksAreRehomedAndTheRestIsListed) {
  const std::vector<OpenAssignment> open = {{"1", "district"}, {"2", "split"}, {"3", "gone"}, {"4", "commune.2"}};
  const Rehomed r = rehome(open, lives(), on("2025-07-01"));
  EXPECT_THAT(r.to_one, ElementsAre(Rehoming{"1", "commune.1"}));
  EXPECT_THAT(r.to_decide, ElementsAre("2", "3"));
}

}  // namespace
}  // namespace tram::tasks
