// Scenarios S-H (sync design 14): a hub that is killed.
#include <gtest/gtest.h>

#include "scenario.h"

namespace tram::sync::test {
namespace {

// Killed in the middle of taking a request, between receipt and response, in the middle of answering, and between the
// batches of a long answer. No entry is lost, none stands twice.
TEST_F(Scenario, S_H6_AHubKilledAnywhereLosesAndDoublesNothing) {
  std::vector<Hash> saved;
  for (int i = 0; i < 5; ++i) saved.push_back(w.a().write(home, {note(home, "from a " + std::to_string(i))}));
  const auto request = w.request(w.a());
  const auto before = receipt_numbers();
  w.hub().dies_in(Incoming{w.a().device, request, false});
  EXPECT_EQ(receipt_numbers(), before) << "nothing was half done";
  EXPECT_EQ(w.hub_takes(w.a().device, request).receipted, 5u);
  w.hub().restart();
  const auto after = receipt_numbers();
  EXPECT_EQ(after.size(), before.size() + 5);
  EXPECT_EQ(w.hub_takes(w.a().device, request).receipted, 0u) << "the retry";
  EXPECT_EQ(receipt_numbers(), after);
  w.hub().dies_in(MakeReply{w.a().device, std::nullopt, 1u << 20});
  // Batches of about one entry each; the hub dies after every one.
  std::size_t batches = 0;
  for (bool more = true; more && batches < 100; ++batches) {
    const Taken heard = w.hub_takes(w.a().device, w.request(w.a()));
    const Actions done = w.hub().step(MakeReply{w.a().device, heard.have, 150});
    w.hub().restart();
    w.site_takes(w.a(), done.find<Reply>()->frames);
    more = done.find<Reply>()->more;
  }
  EXPECT_GE(batches, 5u);
  EXPECT_EQ(receipt_numbers(), after);
  for (const Hash& c : saved) EXPECT_TRUE(w.a().receipt(c));
  EXPECT_EQ(w.hub().field(home, kNotes)->heads.size(), 5u);
  // A save of the hub's own people dies with it and is not acknowledged; the next one takes its number.
  w.hub().dies_in(LocalSave{home, {note(home, "lost")}, w.hub().person, w.hub().role, false});
  EXPECT_EQ(receipt_numbers(), after);
  const Hash kept = w.hub().write(home, {note(home, "kept")});
  EXPECT_EQ(w.hub().receipt(kept)->hub_seq, after.back() + 1);
}

}  // namespace
}  // namespace tram::sync::test
