// Scenarios S-I (sync design 14): releases that know more or less than others (section 10).
#include <gtest/gtest.h>

#include <algorithm>

#include "scenario.h"

namespace tram::sync::test {
namespace {

constexpr std::uint16_t kColour = 60;  // a field of a later release

// The release before: no priority, and nothing could be archived.
Schema older_schema() {
  const Schema now = synthetic_schema();
  Schema older;
  for (const auto& [number, type] : now.types()) older.add_type(number, type.first, type.second);
  for (const auto& [at, field] : now.fields())
    if (at != std::pair{kCase, kPriority}) older.add(field);
  for (const auto& [at, event] : now.events())
    if (event.event != kArchived) older.add(event);
  for (const AutomaticEvent& a : now.automatic()) older.add(a);
  return older;
}

Schema later_schema() {
  Schema later = synthetic_schema();
  later.add(FieldSpec{kCase, kColour, FieldKind::reg, kRelationAll, ValueKind::text, ScopePart::none, "colour"});
  return later;
}

// a runs the release before and edits a case that holds a field it does not know.
TEST_F(Scenario, S_I1_UnknownNewerFieldsSurviveAnOlderNodesEdits) {
  w.a().run_release(older_schema());
  w.hub().write(home, {set(home, kPriority, Value::integer(5)), set(home, kTitle, Value::text("by the hub"))});
  w.settle();
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("by the hub")) << "what it knows is applied";
  EXPECT_FALSE(w.a().disputed(home));
  w.a().write(home, {set(home, kTitle, Value::text("by the older node")), note(home, "and a note")});
  w.settle();
  for (Party* p : {&w.hub(), &w.b()}) {
    EXPECT_EQ(p->field(home, kPriority)->value, Value::integer(5)) << p->code;
    EXPECT_EQ(p->field(home, kTitle)->value, Value::text("by the older node")) << p->code;
  }
  w.a().run_release(synthetic_schema());
  ASSERT_TRUE(w.a().field(home, kPriority)) << "folded after the upgrade";
  EXPECT_EQ(w.a().field(home, kPriority)->value, Value::integer(5));
}

// a receives an event and a field that its release does not know.
TEST_F(Scenario, S_I2_ANewerOperationIsKeptAndAppliedAfterTheUpgrade) {
  w.a().run_release(older_schema());
  const Hash archived = w.hub().write(home, {happens(home, kArchived)});
  const Hash first = w.hub().write(home, {set(home, kPriority, Value::integer(1))});
  const Hash second = w.hub().write(home, {set(home, kPriority, Value::integer(2))});
  w.exchange(w.a());
  EXPECT_TRUE(w.last.notices(OutcomeCode::too_new)) << "update needed";
  for (const Hash& c : {archived, first, second}) {
    const auto kept = w.a().with([&](Store& s) { return s.changeset(c); });
    const auto original = w.hub().with([&](Store& s) { return s.changeset(c); });
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->bytes, original->bytes) << "as it came";
    EXPECT_TRUE(w.a().version(c)) << "indexed";
  }
  EXPECT_FALSE(w.a().disputed(home));
  w.a().run_release(synthetic_schema());
  EXPECT_EQ(w.a().field(home, kState)->event, kArchived);
  ASSERT_TRUE(w.a().field(home, kPriority));
  EXPECT_EQ(w.a().field(home, kPriority)->heads, std::vector{version_id(second, 0)});
  EXPECT_EQ(to_hex(digest(w.a(), w.a().organisation)), to_hex(digest(w.hub(), w.a().organisation)));
}

// A field is added while many cases exist: its default is applied on reading, and nothing is sent for it.
TEST_F(Scenario, S_I4_ANewFieldMakesNoChangesets) {
  const auto homes = shared_cases(100);
  const auto size_of = [](const std::vector<Frame>& frames) {
    std::size_t size = 0;
    for (const Frame& f : frames) size += f.bytes.size();
    return size;
  };
  const auto idle = [&] {
    const Taken heard = w.hub_takes(w.a().device, w.request(w.a()));
    const auto frames = w.reply(w.a().device, heard.have);
    w.site_takes(w.a(), frames);
    return size_of(frames);
  };
  idle();
  const auto before = receipt_numbers();
  const std::uint64_t head = w.a().log().head_seq;
  const Hash digest_before = digest(w.a(), w.a().organisation);
  const std::size_t idle_before = idle();
  for (Party* p : {&w.hub(), &w.a(), &w.b(), &w.c()}) p->run_release(later_schema());
  w.add_directory(synthetic_policy(later_schema()));
  idle();  // brings the policy
  EXPECT_NEAR(static_cast<double>(idle()), static_cast<double>(idle_before), 4.0) << "bytes of numbers that grew";
  EXPECT_EQ(receipt_numbers(), before);
  EXPECT_EQ(w.a().log().head_seq, head);
  EXPECT_EQ(digest(w.a(), w.a().organisation), digest_before);
  EXPECT_FALSE(w.a().field(homes[0], kColour)) << "the default is the reader's";
  w.settle();
  w.a().write(homes[0], {set(homes[0], kColour, Value::text("red"))});
  w.settle();
  EXPECT_EQ(w.b().field(homes[0], kColour)->value, Value::text("red"));
}

}  // namespace
}  // namespace tram::sync::test
