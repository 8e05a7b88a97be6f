// A field with more values beside each other than one operation can name (64).
#include <gtest/gtest.h>

#include "sync/limits.h"
#include "world.h"

namespace tram::sync::test {
namespace {

constexpr int kMany = 70;

TEST(ManyHeads, AWriteWinsOverAllOfThemAndSaysWhatIsLeft) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  for (int i = 0; i < kMany; ++i) w.forger_a().push(home, {set(home, kTitle, Value::text("v" + std::to_string(i)))});
  w.settle();
  const std::size_t before = w.a().field(home, kTitle)->heads.size();
  ASSERT_GT(before, limits::kSupersedes);
  w.a().clock_offset_ms = -3'600'000;  // its clock is slow: it wins by what it has seen, not by its clock
  const Actions done = w.a().save(home, {set(home, kTitle, Value::text("resolved"))});
  EXPECT_TRUE(done.notices(OutcomeCode::over_limit)) << "some are left";
  w.settle();
  const auto field = w.a().field(home, kTitle);
  EXPECT_EQ(field->heads.size(), before - limits::kSupersedes + 1);
  const Actions again = w.a().save(home, {set(home, kTitle, Value::text("resolved"))});
  EXPECT_FALSE(again.notices(OutcomeCode::over_limit));
  w.settle();
  EXPECT_EQ(w.hub().field(home, kTitle)->heads.size(), 1u);
  EXPECT_EQ(w.hub().field(home, kTitle)->value, Value::text("resolved"));
  w.expect_converged();
}

TEST(ManyHeads, AnElementThatWasAddedManyTimesIsRemoved) {
  World w;
  const RecordId home = w.new_case(w.a().organisation);
  w.settle();
  for (int i = 0; i < kMany; ++i) w.forger_a().push(home, {add(home, kTags, Value::text("tag"))});
  w.settle();
  ASSERT_EQ(w.a().field(home, kTags)->heads.size(), static_cast<std::size_t>(kMany));
  w.a().write(home, {remove(home, kTags, Value::text("tag"))});
  w.settle();
  EXPECT_TRUE(w.hub().field(home, kTags)->heads.empty());
  w.expect_converged();
}

}  // namespace
}  // namespace tram::sync::test
