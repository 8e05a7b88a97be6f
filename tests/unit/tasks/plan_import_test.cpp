#include "tasks/plan_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using testing::at;
using testing::file;
using testing::on;

Directory hung_yen() {
  return *parse_organisations(file("hung-yen/organisations.csv"), {}).value;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

Imported<Plan> hung_yen_plan(const std::string& tasks) {
  return parse_plan(file("hung-yen/document.csv"), tasks, hung_yen(), Zone::open);
}

constexpr std::string_view kHeader = "ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope\n";

TEST(PlanImport, ReadsTheWholeHungYenPlan) {
  const auto read = hung_yen_plan(file("hung-yen/tasks.csv"));
  ASSERT_TRUE(read.value) << read.problems.front().message;
  const Plan& plan = *read.value;
  EXPECT_EQ(plan.tasks.size(), 44U);
  EXPECT_EQ(plan.assignments(), 86U);
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(plan.document.number, "406");
  EXPECT_EQ(plan.document.symbol, "KH/TU");
  EXPECT_EQ(plan.document.issued_on, on("2025-04-04"));
  EXPECT_EQ(plan.document.follow_up_body, "hy.btc");
  EXPECT_EQ(plan.document.confidentiality, Secrecy::normal);

  const auto task = [&](std::string_view ref) {
    return *std::find_if(plan.tasks.begin(), plan.tasks.end(), [&](const TaskRow& t) { return t.ref == ref; });
  };
  EXPECT_EQ(task("II.1").lead.size(), 16U);
  EXPECT_EQ(task("II.1").condition, kOnRequest);
  EXPECT_NE(task("III.2.1.d").title, task("III.2.1.đ").title) << "two tasks";
  EXPECT_EQ(task("III.2.1.d").priority, Priority::urgent);
  EXPECT_EQ(task("II.4").scope, Scope::local);
  const auto reports =
      occurrences(*task("III.2.3").recurrence, {on("2025-04-04"), on("2025-10-31")}, testing::calendar_a());
  EXPECT_EQ(reports->size(), 29U);
  EXPECT_EQ(last_good_moment(task("II.4").deadline, testing::calendar_a()).due, at("2025-09-03"));
}

TEST(PlanImport, ReadsTheSamePlanInEveryDressOfASpreadsheet) {
  std::string tasks = file("hung-yen/tasks.csv");
  std::string crlf = "\xEF\xBB\xBF";
  for (const char c : tasks) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const auto read = hung_yen_plan(crlf);
  ASSERT_TRUE(read.value);
  EXPECT_EQ(read.value->assignments(), 86U);
}

TEST(PlanImport, ColumnsStandInAnyOrderAndStartMayBeMissing) {
  const auto read = hung_yen_plan(
      "scope;priority;condition;recurrence;deadline;coordinating;lead;title;ref\n"
      "sector;key;;;+30d after Nghị quyết có hiệu lực;hy.vp;hy.btc hy.ubnd;Việc;1\n");
  ASSERT_TRUE(read.value) << read.problems.front().message;
  EXPECT_EQ(read.value->tasks[0].lead.size(), 2U);
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_EQ(read.warnings[0].code, errc::open_event);
}

TEST(PlanImport, NamesTheRowAndColumnOfEveryBadCell) {
  struct Case {
    const char* row;
    errc code;
    const char* column;
  };
  for (const Case& c : {
           Case{"1,T,hy.btc,,,soon,,,key,local", errc::bad_deadline, "deadline"},
           Case{"1,T,hy.btc,,,,daily,,key,local", errc::bad_recurrence, "recurrence"},
           Case{"1,T,hy.btc,,tomorrow,,,,key,local", errc::bad_date, "start"},
           Case{"1,T,hy.nobody,,,,,,key,local", errc::unknown_body, "lead"},
           Case{"1,T,hy.btc,hy.nobody,,,,,key,local", errc::unknown_body, "coordinating"},
           Case{"1,T,hy.btc hy.btc,,,,,,key,local", errc::duplicate_body, "lead"},
           Case{"1,T,,,,,,,key,local", errc::missing_value, "lead"},
           Case{"1,,hy.btc,,,,,,key,local", errc::missing_value, "title"},
           Case{",T,hy.btc,,,,,,key,local", errc::missing_value, "ref"},
           Case{" 1,T,hy.btc,,,,,,key,local", errc::bad_ref, "ref"},
           Case{"1,T,hy.btc,,,,,,high,local", errc::bad_priority, "priority"},
           Case{"1,T,hy.btc,,,,,,key,district", errc::bad_scope, "scope"},
           Case{"1,=T,hy.btc,,,,,,key,local", errc::formula_cell, "title"},
           Case{"0,T,hy.btc,,,,,,key,local", errc::duplicate_ref, "ref"},
           Case{"1,T,hy.btc,,,with:9,,,key,local", errc::unknown_ref, "deadline"},
           Case{"1,T,hy.btc,,,with:1,,,key,local", errc::cycle, "deadline"},
       }) {
    const auto read = hung_yen_plan(std::string(kHeader) + "0,T,hy.btc,,,,,,key,local\n" + c.row + "\n");
    EXPECT_FALSE(read.value) << c.row;
    ASSERT_EQ(read.problems.size(), 1U) << c.row;
    EXPECT_EQ(name_of(read.problems[0].code), name_of(c.code)) << c.row;
    EXPECT_EQ(read.problems[0].row, 3U) << c.row;
    EXPECT_EQ(read.problems[0].column, c.column) << c.row;
  }
}

TEST(PlanImport, CollectsAllProblemsOfAllRows) {
  const auto read =
      hung_yen_plan(std::string(kHeader) + "1,=T,hy.nobody,,x,soon,daily,,high,district\n1,T,hy.btc,,,x,,,key,local\n");
  std::vector<std::string> seen;
  for (const ImportProblem& p : read.problems) seen.push_back(std::to_string(p.row) + ' ' + p.column);
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre("2 title", "2 lead", "2 start", "2 deadline", "2 recurrence",
                                                    "2 priority", "2 scope", "3 ref", "3 deadline"));
}

TEST(PlanImport, ComparesRefsExactlyAfterNfc) {
  // "đ" and "d" differ; "é" composed and decomposed are one.
  EXPECT_TRUE(hung_yen_plan(std::string(kHeader) + "d,T,hy.btc,,,,,,key,local\nđ,T,hy.btc,,,,,,key,local\n").value);
  const auto read =
      hung_yen_plan(std::string(kHeader) + "\xC3\xA9,T,hy.btc,,,,,,key,local\ne\xCC\x81,T,hy.btc,,,,,,key,local\n");
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].code, errc::duplicate_ref);
}

TEST(PlanImport, WarnsOfWhatAPersonShouldLookAt) {
  struct Case {
    const char* row;
    errc code;
  };
  for (const Case& c : {
           Case{"1,T,hy.btc,,,2025-06-30,,on request,key,local", errc::planned_deadline},
           Case{"1,T,hy.btc,hy.btc,,,,,key,local", errc::lead_coordinates_too},
           Case{"1,T,hy.btc,,2025-07-01,2025-06-30,,,key,local", errc::start_after_deadline},
       }) {
    const auto read = hung_yen_plan(std::string(kHeader) + c.row + "\n");
    ASSERT_TRUE(read.value) << c.row;
    ASSERT_EQ(read.warnings.size(), 1U) << c.row;
    EXPECT_EQ(read.warnings[0].code, c.code) << c.row;
    EXPECT_EQ(read.warnings[0].row, 2U);
  }
}

TEST(PlanImport, RefusesAClassThatHasNoPlaceHereAndNamesNothingOfIt) {
  struct Case {
    const char* word;
    Zone zone;
    errc code;
  };
  for (const Case& c : {
           Case{"3", Zone::open, errc::class_refused},
           Case{"3", Zone::closed, errc::class_refused},
           Case{"absolute_secret", Zone::practice, errc::class_refused},
           Case{"1", Zone::open, errc::class_refused},
           Case{"top_secret", Zone::open, errc::class_refused},
           Case{"normal", Zone::closed, errc::class_refused},
           Case{"Tuyệt mật", Zone::closed, errc::bad_confidentiality},
           Case{"", Zone::open, errc::bad_confidentiality},
       }) {
    // Everything else is wrong as well, and must not be told.
    std::string document =
        replaced(file("hung-yen/document.csv"), "confidentiality,normal", std::string("confidentiality,") + c.word);
    document = replaced(document, "symbol,KH/TU", "MARKER-A,=MARKER-B");
    const auto read = parse_plan(document, "MARKER-C,\xff\n", {}, c.zone);
    EXPECT_FALSE(read.value);
    ASSERT_EQ(read.problems.size(), 1U) << c.word;
    EXPECT_EQ(name_of(read.problems[0].code), name_of(c.code)) << c.word;
    EXPECT_THAT(read.problems[0].message + read.problems[0].column, ::testing::Not(::testing::HasSubstr("MARKER")));
    EXPECT_TRUE(read.warnings.empty());
  }
}

TEST(PlanImport, TheHighestOfTwoClassesCounts) {
  const auto read = parse_plan(file("hung-yen/document.csv") + "confidentiality,3\n", "", hung_yen(), Zone::open);
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].code, errc::class_refused);
}

TEST(PlanImport, TheClosedZoneHasNoPlaceForContent) {
  std::string document =
      replaced(file("hung-yen/document.csv"), "confidentiality,normal", "confidentiality,confidential");
  const auto full =
      parse_plan(document, std::string(kHeader) + "1,T,hy.btc,,,,,,key,local\n", hung_yen(), Zone::closed);
  std::vector<std::string> columns;
  for (const ImportProblem& p : full.problems) {
    EXPECT_EQ(p.code, errc::no_place_in_zone);
    columns.push_back(p.column);
  }
  EXPECT_THAT(columns, ::testing::ElementsAre("summary", "title"));
  document = document.substr(0, document.find("summary,"));
  const auto bare =
      parse_plan(document, std::string(kHeader) + "1,,hy.btc,,,2025-06-30,,,key,local\n", hung_yen(), Zone::closed);
  ASSERT_TRUE(bare.value) << bare.problems.front().message;
  EXPECT_EQ(bare.value->document.confidentiality, Secrecy::confidential);
}

TEST(PlanImport, NamesWhatTheDocumentFileLacks) {
  struct Case {
    const char *what, *with;
    errc code;
    const char* column;
  };
  for (const Case& c : {
           Case{"issued_on,2025-04-04", "issued_on,4/4/2025", errc::bad_date, "issued_on"},
           Case{"number,406", "number,", errc::missing_value, "number"},
           Case{"number,406\n", "", errc::missing_column, "number"},
           Case{"kind,plan", "colour,red", errc::unknown_column, "field"},
           Case{"kind,plan", "number,407", errc::duplicate_column, "number"},
           Case{"issued_by,hy.btv", "issued_by,hy.x", errc::unknown_body, "issued_by"},
           Case{"confidentiality,normal\n", "", errc::missing_column, "confidentiality"},
       }) {
    const auto read = parse_plan(replaced(file("hung-yen/document.csv"), c.what, c.with), file("hung-yen/tasks.csv"),
                                 hung_yen(), Zone::open);
    EXPECT_FALSE(read.value) << c.what;
    ASSERT_EQ(read.problems.size(), 1U) << c.what;
    EXPECT_EQ(name_of(read.problems[0].code), name_of(c.code)) << c.what;
    EXPECT_EQ(read.problems[0].column, c.column) << c.what;
  }
}

TEST(PlanImport, NeverListsMoreThanAHundredProblems) {
  std::string tasks(kHeader);
  for (int i = 0; i < 300; ++i) tasks += std::to_string(i) + ",T,hy.x,,,soon,,,key,local\n";
  EXPECT_EQ(hung_yen_plan(tasks).problems.size(), kMaxImportProblems);
}

}  // namespace
}  // namespace tram::tasks
