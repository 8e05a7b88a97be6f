// Scenarios S-D (sync design 14): an exchange that breaks off, or is refused in part.
#include <gtest/gtest.h>

#include "scenario.h"

namespace tram::sync::test {
namespace {

// The response is lost after the hub stored the receipts.
TEST_F(Scenario, S_D1_TheRetryBringsTheSameReceipts) {
  std::vector<Hash> saved;
  for (int i = 0; i < 3; ++i) saved.push_back(w.a().write(home, {note(home, std::to_string(i))}));
  const Taken first = w.hub_takes(w.a().device, w.request(w.a()));
  EXPECT_EQ(first.receipted, 3u);
  (void)w.reply(w.a().device, first.have);  // never arrives
  const auto numbers = receipt_numbers();
  std::vector<Receipt> receipts;
  for (const Hash& c : saved) receipts.push_back(*w.hub().receipt(c));
  EXPECT_EQ(w.exchange(w.a()).receipted, 3u);
  EXPECT_EQ(receipt_numbers(), numbers);
  for (std::size_t i = 0; i < saved.size(); ++i) EXPECT_EQ(*w.a().receipt(saved[i]), receipts[i]);
}

// Uploads are refused, here by a suspension: downloads go on, and the queue is kept.
TEST_F(Scenario, S_D5_ASuspendedSiteStillDownloadsAndKeepsItsQueue) {
  Device entry;
  entry.id = w.a().device;
  entry.site = w.a().organisation;
  entry.identity = w.a().key.public_key;
  entry.state = DeviceState::suspended;
  w.add_directory(entry);
  std::vector<Hash> saved;
  for (int i = 0; i < 3; ++i) saved.push_back(w.a().write(home, {note(home, std::to_string(i))}));
  w.hub().write(home, {set(home, kTitle, Value::text("news"))});
  w.exchange(w.a());
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("news"));
  w.hub().write(home, {set(home, kTitle, Value::text("more news"))});
  w.exchange(w.a());
  EXPECT_EQ(w.a().field(home, kTitle)->value, Value::text("more news"));
  EXPECT_EQ(name(w.hub_takes(w.a().device, w.request(w.a()), true).code), "held_review") << "by stick too";
  for (const Hash& c : saved) EXPECT_FALSE(w.hub().receipt(c));
  EXPECT_EQ(w.a().with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 3u);
  entry.state = DeviceState::active;
  w.add_directory(entry);
  w.settle();
  for (const Hash& c : saved) EXPECT_EQ(w.hub().verdict(c).verdict, Verdict::admitted);
}

}  // namespace
}  // namespace tram::sync::test
