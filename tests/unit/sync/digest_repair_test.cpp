// Data that differ after the same history (sync design 6): folded anew at the site, then at the hub, and an alert only
// when that did not help.
#include <gtest/gtest.h>

#include "sync/digest.h"
#include "sync/limits.h"
#include "world.h"

namespace tram::sync::test {
namespace {

class DigestRepair : public ::testing::Test {
 protected:
  DigestRepair() : home(w.new_case(w.a().organisation)) { w.settle(); }
  // A field comes out wrong, with its sums.
  void slip(Party& p) {
    p.with([&](Store& s) {
      HomeRow row = *s.home(home);
      FieldRow field = *s.field(home, kTitle, Layer::confirmed);
      field.value = Value::text("slipped");
      const Hash before = row.digest;
      put_confirmed_field(s, field, row.digest);
      s.put_home(row);
      count_home(s, kZone, home, before, row.digest);
    });
  }
  // One exchange with site a; counts who alerts somebody.
  void meet() {
    const Taken heard = w.hub_takes(w.a().device, w.request(w.a()));
    at_hub += w.last.notices(OutcomeCode::digest_differs) ? 1 : 0;
    w.site_takes(w.a(), w.reply(w.a().device, heard.have, heard.notices));
    at_site += w.last.notices(OutcomeCode::digest_differs) ? 1 : 0;
  }
  World w;
  const RecordId home;
  int at_hub = 0, at_site = 0;
};

TEST_F(DigestRepair, TheSiteFoldsItsHomesAnewAndNobodyIsAlarmed) {
  slip(w.a());
  for (int i = 0; i < 4; ++i) meet();
  EXPECT_EQ(at_hub + at_site, 0);
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("made"));
  w.expect_converged();
}

TEST_F(DigestRepair, TheHubFoldsItsOwnWhenTheSitesAreRight) {
  slip(w.hub());
  for (int i = 0; i < 8; ++i) meet();
  EXPECT_EQ(at_hub, 0);
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("made"));
  w.expect_converged();
}

TEST_F(DigestRepair, WhatStillDiffersThenIsSaidAtBothEnds) {
  for (int i = 0; i < 8; ++i) {
    slip(w.a());
    meet();
  }
  EXPECT_GT(at_hub, 0);
  EXPECT_GT(at_site, 0);
  for (int i = 0; i < 4; ++i) meet();  // it slips no more: but nothing is folded a second time without news
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("made"));
}

TEST_F(DigestRepair, EveryLaterDifferenceIsRepairedToo) {
  for (int incident = 0; incident < 3; ++incident) {
    slip(w.a());
    for (int i = 0; i < 5; ++i) meet();
    EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("made"));
  }
  EXPECT_EQ(at_hub + at_site, 0);
}

TEST_F(DigestRepair, AStepFoldsABoundedNumberOfHomes) {
  for (std::size_t i = 0; i < limits::kRetriedAtOnce + 3; ++i) (void)w.new_case(w.a().organisation);
  w.settle();
  slip(w.a());
  std::set<RecordId> folded;
  w.a().before_version = [&](const VersionRow& v) {
    if (v.layer == Layer::confirmed) folded.insert(v.home);
  };
  meet();
  EXPECT_EQ(folded.size(), limits::kRetriedAtOnce);
  for (int i = 0; i < 4; ++i) meet();
  EXPECT_EQ(folded.size(), limits::kRetriedAtOnce + 4);
  EXPECT_EQ(at_hub + at_site, 0);
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
