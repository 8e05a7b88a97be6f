// The state in which a status event was made is worked out from what the hub admitted, at the hub and at every site
// alike - also where the author's own provisional work said something else until that very step (sync design 3 and 5).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

TEST(MergeBaseState, IgnoresAnEventThatWasAdmittedOnlyProvisionally) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  // Started while a still believed to be the implementing body; the answer to this push is lost on the way.
  const Hash first = w.a().write(home, {happens(home, kStarted)});
  const auto request = w.request(w.a());
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  w.hub_takes(w.a().device, request);
  ASSERT_EQ(w.hub().verdict(first).reason, Reason::handover);
  // Given back; what a does next names its refused event, and both verdicts arrive in one step.
  w.hub().write(home, {give(home, kImplementing, w.a().organisation)});
  const Hash second = w.a().write(home, {happens(home, kStarted)});
  w.settle();
  ASSERT_EQ(w.a().verdict(first).verdict, Verdict::proposal);
  ASSERT_EQ(w.a().verdict(second).verdict, Verdict::admitted);
  const auto at_hub = w.hub().version(second), at_site = w.a().version(second);
  ASSERT_TRUE(at_hub && at_site);
  ASSERT_EQ(at_hub->seen, std::vector{version_id(first, 0)});
  EXPECT_EQ(at_hub->base_event, 0);
  EXPECT_EQ(at_site->base_event, at_hub->base_event);
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
