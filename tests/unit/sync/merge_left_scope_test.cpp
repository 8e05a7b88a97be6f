// What a body does on a home after it lost it, and what that must not do to anybody's state (sync design 7; S-F1,
// S-F2).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

class MergeLeftScope : public ::testing::Test {
 protected:
  MergeLeftScope() : home(w.new_case(w.a().organisation)) { w.settle(); }
  void give_to(Party& p) { w.hub().write(home, {give(home, kImplementing, p.organisation)}); }

  World w;
  const RecordId home;
};

TEST_F(MergeLeftScope, AQuarantinedChangesetDoesNotHideTheReceiptsThatAComingBackBodyMissed) {
  give_to(w.b());
  w.settle();
  w.hub().write(home, {set(home, kTitle, Value::text("while a was out"))});
  const Hash late = w.a().write(home, {note(home, "after leaving")});
  w.settle();
  ASSERT_EQ(w.hub().verdict(late).reason, Reason::out_of_scope);
  give_to(w.a());
  w.settle();
  ASSERT_TRUE(w.a().field(home, kTitle));
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("while a was out"));
  w.expect_converged();
}

TEST_F(MergeLeftScope, AQuarantinedChangesetOfAnotherBodyIsNoConcurrentWork) {
  give_to(w.b());
  w.settle();
  const Hash late = w.a().write(home, {note(home, "after leaving")});
  const Hash title = w.b().write(home, {set(home, kTitle, Value::text("by b"))});
  w.exchange(w.a());
  ASSERT_EQ(w.hub().verdict(late).reason, Reason::out_of_scope);
  w.settle();
  EXPECT_EQ(name(w.hub().outcome(title)), "applied");
  EXPECT_EQ(name(w.b().outcome(title)), "applied");
}

TEST_F(MergeLeftScope, WorkWithAReceiptNoLongerCountsAsWaiting) {
  const Hash late = w.a().write(home, {note(home, "before a heard of it")});
  give_to(w.b());
  w.settle();
  EXPECT_EQ(w.hub().verdict(late).verdict, Verdict::admitted);
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u);
}

}  // namespace
}  // namespace tram::sync::test
