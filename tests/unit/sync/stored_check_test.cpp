// The running program checks all that is stored every week, a few at each step (sync design 12.5, S-A11).
#include "sync/stored_check.h"

#include <gtest/gtest.h>

#include <set>

#include "scenario.h"
#include "sync/waiting_list.h"

namespace tram::sync::test {
namespace {

class StoredCheck : public Scenario {
 protected:
  // As `serve` does it: what is next, and the engine looks at it.
  std::size_t step(Party& p) {
    const auto next = p.with([&](Store& s) { return next_to_check(s, w.now_ms); });
    for (const Hash& hash : next) seen.insert(hash);
    if (!next.empty()) found |= p.step(Mend{next}).notices(OutcomeCode::bad_changeset);
    return next.size();
  }
  bool due(Party& p) {
    return p.with([&](Store& s) { return check_is_due(s, w.now_ms); });
  }
  std::set<Hash> seen;
  bool found = false;
};

TEST_F(StoredCheck, S_A11_AFlippedBitIsFoundAndFetchedAgainWithoutAPerson) {
  std::vector<Hash> all;
  for (std::size_t i = 0; i < kCheckedAtOnce + 20; ++i)
    all.push_back(w.b().write(home, {note(home, std::to_string(i))}));
  w.settle();
  for (Party* p : {&w.a(), &w.hub()}) {
    seen.clear();
    found = false;
    const Hash bad = all[kCheckedAtOnce + 5];
    const auto whole = p->with([&](Store& s) { return s.changeset(bad)->bytes; });
    p->with([&](Store& s) {
      ChangesetRow row = *s.changeset(bad);
      row.bytes.body[20] ^= 1;
      s.put_changeset(row);
    });
    EXPECT_TRUE(due(*p));
    int steps = 0;
    while (due(*p)) {
      EXPECT_LE(step(*p), kCheckedAtOnce + 1);
      if (++steps == 1) p->restart();  // it goes on where it stood
      ASSERT_LT(steps, 10);
    }
    EXPECT_GE(steps, 2);
    for (const Hash& hash : all) EXPECT_TRUE(seen.contains(hash));
    EXPECT_TRUE(found);
    w.settle();
    EXPECT_EQ(p->with([&](Store& s) { return s.changeset(bad)->bytes; }), whole);
  }
}

TEST_F(StoredCheck, ItComesAgainAfterAWeek) {
  while (due(w.a())) step(w.a());
  EXPECT_EQ(step(w.a()), 0u);
  const std::uint64_t last = w.a().with([](Store& s) { return last_check_ms(s); });
  const std::uint64_t now = w.now_ms;
  EXPECT_LE(last, now);
  w.now_ms = last + kCheckEveryMs - 1;
  EXPECT_FALSE(due(w.a()));
  w.now_ms += 1;
  EXPECT_TRUE(due(w.a()));
  EXPECT_GT(step(w.a()), 0u);
  w.now_ms = now;
}

}  // namespace
}  // namespace tram::sync::test
