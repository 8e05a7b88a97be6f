// Scenarios S-D (sync design 14): an exchange that breaks off, or is refused in part.
#include <gtest/gtest.h>

#include <random>

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

// A satellite line in virtual time: packets of 1,400 bytes at 64 kbit/s, each tenth lost and sent again a round trip
// later, as TCP does. Loss costs time and never a request.
class SlowLine {
 public:
  // Carries that many bytes; milliseconds until the last one is there.
  std::uint64_t carry(std::size_t bytes) {
    std::uint64_t spent = kRoundTripMs / 2;
    for (std::size_t packets = (bytes + kPacket - 1) / kPacket; packets > 0;) {
      spent += packets * kPacket * 8 / kBitsPerMs;
      std::size_t lost = 0;
      for (std::size_t i = 0; i < packets; ++i) lost += random_() % 10 == 0 ? 1 : 0;
      if (lost > 0) spent += kRoundTripMs;
      packets = lost;
    }
    return spent;
  }

 private:
  static constexpr std::uint64_t kRoundTripMs = 1'200, kBitsPerMs = 64;
  static constexpr std::size_t kPacket = 1'400;
  std::mt19937_64 random_{14};
};

std::size_t bytes_of(const std::vector<Frame>& frames) {
  std::size_t bytes = 0;
  for (const Frame& f : frames) bytes += 8 + f.bytes.size();
  return bytes;
}

TEST_F(Scenario, S_D14_ASlowAndLossyLineNeedsNoMoreRequestsThanItsBytes) {
  constexpr std::size_t kUp = 256u << 10, kDown = 512u << 10;
  constexpr std::uint64_t kPatienceMs = 120'000;  // without one finished segment (sync design 6)
  constexpr int kEach = 30;
  const auto waiting = [](Party& p) {
    return p.with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); });
  };
  for (int i = 0; i < kEach; ++i)
    for (Party* p : {&w.a(), &w.b()})
      p->write(home, {note(home, p->code + std::to_string(i) + std::string(40'000, 'x'))});
  while (waiting(w.b()) != 0) w.exchange(w.b());
  SlowLine line;
  std::size_t up = 0, down = 0, requests = 0;
  const std::uint64_t began = w.now_ms;
  for (bool more = true; more; ++requests) {
    ASSERT_LT(requests, 40u);
    const Actions prepared = w.a().step(Prepare{kUp});
    const auto* send = prepared.find<Send>();
    std::uint64_t spent = line.carry(bytes_of(send->frames));
    EXPECT_LT(spent, kPatienceMs);
    w.now_ms += spent;
    const Taken heard = w.hub_takes(w.a().device, send->frames);
    const Actions made = w.hub().step(MakeReply{w.a().device, heard.have, kDown, heard.notices});
    const auto& frames = made.find<Reply>()->frames;
    for (const Frame& f : frames) EXPECT_LT(line.carry(8 + f.bytes.size()), kPatienceMs);
    w.now_ms += line.carry(bytes_of(frames));
    more = w.site_takes(w.a(), frames).more || send->more;
    up += bytes_of(send->frames);
    down += bytes_of(frames);
  }
  EXPECT_LE(requests, std::max(up / kUp, down / kDown) + 2);
  EXPECT_GT(up, 1'000'000u);
  EXPECT_LT(w.now_ms - began, (up + down) * 8 / 64 * 3 / 2) << "the line is used";
  EXPECT_EQ(waiting(w.a()), 0u);
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 2u * kEach);
}

}  // namespace
}  // namespace tram::sync::test
