#include "tasks/organisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tasks/case_builders.h"

namespace tram::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kHeader = "id,name_vi,name_en,kind,parent\n";

TEST(Organisation, ReadsTheHungYenDirectory) {
  const auto read = parse_organisations(testing::file("hung-yen/organisations.csv"), {});
  ASSERT_TRUE(read.value);
  EXPECT_EQ(read.value->size(), 18U);
  EXPECT_EQ(read.value->at("hy.vp").kind, BodyKind::follow_up);
  EXPECT_EQ(read.value->at("hy.vp").parent, "hy.btv");
  EXPECT_EQ(read.value->at("hy.btv").parent, "");
}

TEST(Organisation, NamesTheRowAndColumnOfABadBody) {
  struct Case {
    const char* rows;
    errc code;
    std::size_t row;
    const char* column;
  };
  for (const Case& c : {
           Case{"x,X,,assigning,\ny,Y,,implementing,z\n", errc::unknown_body, 3, "parent"},
           Case{"x,X,,assigning,x\n", errc::cycle, 2, "parent"},
           Case{"x,X,,assigning,\nx,X,,assigning,\n", errc::duplicate_ref, 3, "id"},
           Case{"x,X,,leading,\n", errc::bad_kind, 2, "kind"},
           Case{"x y,X,,assigning,\n", errc::bad_id, 2, "id"},
           Case{",X,,assigning,\n", errc::bad_id, 2, "id"},
           Case{"x,,,assigning,\n", errc::missing_value, 2, "name_vi"},
           Case{"x,=X,,assigning,\n", errc::formula_cell, 2, "name_vi"},
       }) {
    const auto read = parse_organisations(std::string(kHeader) + c.rows, {});
    EXPECT_FALSE(read.value) << c.rows;
    ASSERT_EQ(read.problems.size(), 1U) << c.rows;
    EXPECT_EQ(name_of(read.problems[0].code), name_of(c.code)) << c.rows;
    EXPECT_EQ(read.problems[0].row, c.row) << c.rows;
    EXPECT_EQ(read.problems[0].column, c.column) << c.rows;
  }
}

TEST(Organisation, FindsACycleThroughTheExistingDirectory) {
  const Directory existing = {{"a", {"a", "A", "", "", "", BodyKind::assigning, ""}},
                              {"b", {"b", "B", "", "", "", BodyKind::implementing, "a"}}};
  const auto read = parse_organisations(std::string(kHeader) + "a,A,,assigning,b\n", existing);
  EXPECT_FALSE(read.value);
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].code, errc::cycle);
  EXPECT_TRUE(parse_organisations(std::string(kHeader) + "c,C,,implementing,b\n", existing).value);
}

TEST(Organisation, BoundsTheDepthOfTheTree) {
  const auto chain = [](std::size_t bodies) {
    std::string csv(kHeader);
    for (std::size_t i = 0; i < bodies; ++i)
      csv += "b" + std::to_string(i) + ",B,,implementing," + (i == 0 ? "" : "b" + std::to_string(i - 1)) + "\n";
    return parse_organisations(csv, {});
  };
  EXPECT_TRUE(chain(kMaxTreeDepth + 1).value);
  ASSERT_EQ(chain(kMaxTreeDepth + 2).problems.size(), 1U);
  EXPECT_EQ(chain(kMaxTreeDepth + 2).problems[0].row, kMaxTreeDepth + 3);
  EXPECT_EQ(chain(15'000).problems.size(), kMaxImportProblems);
}

TEST(Organisation, ComparesWithWhatIsThere) {
  const auto first = parse_organisations(std::string(kHeader) + "a,A,,assigning,\nb,B,,implementing,a\n", {});
  const auto second = parse_organisations(
      std::string(kHeader) + "a,A,,assigning,\nb,B mới,,implementing,a\nc,C,,implementing,a\n", *first.value);
  const DirectoryChange change = compare(*first.value, *second.value);
  EXPECT_THAT(change.added, ElementsAre("c"));
  EXPECT_THAT(change.changed, ElementsAre("b"));
  EXPECT_THAT(change.unchanged, ElementsAre("a"));
  EXPECT_THAT(compare(*first.value, *first.value).changed, IsEmpty());
}

TEST(Organisation, IsOneBodyInEitherSpelling) {
  // "Ủ" composed and as U with hook above: one name after NFC.
  const auto composed = parse_organisations(std::string(kHeader) + "a,\xE1\xBB\xA6y ban,,assigning,\n", {});
  const auto decomposed = parse_organisations(std::string(kHeader) + "a,U\xCC\x89y ban,,assigning,\n", {});
  ASSERT_TRUE(composed.value && decomposed.value);
  EXPECT_EQ(composed.value->at("a").name_vi == decomposed.value->at("a").name_vi, true);
}

}  // namespace
}  // namespace tram::tasks
