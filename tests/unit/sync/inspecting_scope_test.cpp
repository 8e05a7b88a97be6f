// Bodies that the directory adds to scopes (sync design 7; docs/adr/0016): who inspects sees what was handed over in
// its branch, also what was there before it began.
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class Inspecting : public ::testing::Test {
 protected:
  // c becomes a body that inspects the branch under `top`, or ends.
  void inspect(const OrganisationId& top, bool still = true) {
    Organisation o =
        *w.hub().with([&](Store& s) { return w.hub().engine->directory(s).organisation(w.c().organisation); });
    o.parts = static_cast<std::uint16_t>(still ? o.parts | kInspecting : o.parts & ~unsigned{kInspecting});
    o.parent = top;
    w.add_directory(o);
  }
  bool sees(const RecordId& home) {
    const bool open = !w.c().with([&](Store& s) { return s.scope(home); }).empty() &&
                      !w.c().with([&](Store& s) { return s.scope(home); }).back().to_seq;
    const auto rows = w.hub().with([&](Store& s) { return s.scope(home); });
    const bool at_hub = std::any_of(rows.begin(), rows.end(), [&](const ScopeRow& row) {
      return row.organisation == w.c().organisation && !row.to_seq;
    });
    EXPECT_EQ(open, at_hub);
    return open;
  }
  ~Inspecting() override {
    w.settle();
    w.expect_converged();
  }
  World w;
};

TEST_F(Inspecting, ABodySeesWhatWasHandedOverInItsBranchAndNothingElse) {
  inspect(w.a().organisation);
  const RecordId of_a = w.new_case(w.a().organisation), of_b = w.new_case(w.b().organisation);
  const RecordId not_yet = w.new_case(w.a().organisation, false);
  w.settle();
  EXPECT_TRUE(sees(of_a));
  EXPECT_FALSE(sees(of_b));
  EXPECT_FALSE(sees(not_yet)) << "not before the hand-over";
  EXPECT_TRUE(w.c().field(of_a, kTitle));
  w.hub().write(not_yet, {happens(not_yet, kHandedOver)});
  w.hub().write(of_b, {give(of_b, kFollowing, w.a().organisation)});
  w.settle();
  EXPECT_TRUE(sees(not_yet));
  EXPECT_TRUE(sees(of_b)) << "a follows it now";
  // Its own work counts there, and not elsewhere.
  const RecordId foreign = w.new_case(w.b().organisation);
  w.settle();
  w.c().role = Role::operator_;
  const Hash seen = w.c().write(of_a, {note(of_a, "seen on the spot")});
  w.settle();
  EXPECT_EQ(name(w.hub().verdict(seen).verdict), "admitted");
  EXPECT_FALSE(sees(foreign));
  w.hub().write(of_a, {give(of_a, kImplementing, w.b().organisation)});
  w.settle();
  EXPECT_FALSE(sees(of_a)) << "it is no more of this branch";
}

TEST_F(Inspecting, ABodyThatBeginsGetsWhatIsThereAndOneThatEndsHearsNoMore) {
  std::vector<RecordId> cases;
  for (int i = 0; i < 5; ++i) cases.push_back(w.new_case(i % 2 == 0 ? w.a().organisation : w.b().organisation));
  w.settle();
  for (const RecordId& home : cases) EXPECT_FALSE(sees(home));
  inspect(OrganisationId{});  // under nobody: the whole zone
  w.settle();
  for (const RecordId& home : cases) EXPECT_TRUE(sees(home));
  inspect(w.a().organisation);
  w.settle();
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(sees(cases[i]), i % 2 == 0) << i;
  inspect(w.a().organisation, false);
  w.settle();
  for (const RecordId& home : cases) EXPECT_FALSE(sees(home));
}

}  // namespace
}  // namespace tram::sync::test
