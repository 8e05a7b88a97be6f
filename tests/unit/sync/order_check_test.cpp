// A hub that does not keep its own order is noticed by the sites (sync design 1, 4 and 5; I5).
#include <gtest/gtest.h>

#include "world.h"

namespace tram::sync::test {
namespace {

struct Zone {
  Zone() : home(w.new_case(w.a().organisation)) { w.settle(); }
  // A response with receipts of the hub's own forging: chain and head are right.
  void forged(Party& site, const std::function<void(Receipt&, std::size_t)>& how) {
    const Taken heard = w.hub_takes(site.device, w.request(site));
    auto frames = w.reply(site.device, heard.have, heard.notices);
    const crypto::SigningKey service = key_of(kServiceKey);
    for (Frame& f : frames) {
      if (f.type != FrameType::stream) continue;
      auto segment = decode_stream(f).value();
      StreamHead head = decode_stream_head(segment.head).value();
      const auto before = site.with([&](Store& s) { return s.entry(segment.stream, segment.first_seq - 1); });
      Hash chain = before ? before->chain : first_chain(segment.stream);
      std::size_t at = 0;
      for (CarriedEntry& e : segment.entries) {
        if (e.entry.type == EntryType::receipt) {
          Receipt receipt = decode_receipt(e.entry.payload).value();
          how(receipt, at++);
          e.entry.payload = encode_receipt(receipt);
        }
        chain = next_chain(chain, e.entry);
      }
      head.chain = chain;
      segment.head = encode_stream_head(head);
      segment.signature = crypto::sign(service, "stream-head", {segment.head});
      f = encode_frame(segment);
    }
    w.site_takes(site, frames);
  }
  bool told_hub(Party& site) {
    for (const Frame& f : w.request(site))
      if (f.type == FrameType::notice &&
          decode_notice(f)->code == static_cast<std::uint16_t>(OutcomeCode::receipt_strange))
        return true;
    return false;
  }

  World w;
  const RecordId home;
};

class OrderCheck : public ::testing::Test, protected Zone {};

TEST_F(OrderCheck, WhatGoesBackAlongAStreamIsSaidAtBothEnds) {
  struct Breach {
    const char* what;
    std::function<void(Receipt&)> how;
  };
  const Breach breaches[] = {
      {"a later entry with a lower number", [](Receipt& r) { r.hub_seq -= 2; }},
      {"the same number twice", [](Receipt& r) { r.hub_seq -= 1; }},
      {"a time that falls", [](Receipt& r) { r.hub_time_ms = r.lo_ms = 1; }},
      {"an older directory", [](Receipt& r) { r.directory_version -= 1; }},
      {"an epoch that is over", [](Receipt& r) { r.hub_epoch = 1; }},
      {"an author bound to what came after the receipt", [](Receipt& r) { r.lo_ms = r.hub_time_ms + 1; }},
  };
  for (const Breach& breach : breaches) {
    Zone zone;
    World& z = zone.w;
    z.hub().write(zone.home, {note(zone.home, "first")});
    z.hub().write(zone.home, {note(zone.home, "second")});
    std::size_t seen = 0;
    zone.forged(z.a(), [&](Receipt& r, std::size_t at) {
      if (at == 0) r.hub_epoch = 2;
      if (at == 1) r.hub_epoch = 2, breach.how(r);
      seen = at;
    });
    ASSERT_EQ(seen, 1u);
    EXPECT_TRUE(z.last.notices(OutcomeCode::receipt_strange)) << breach.what;
    EXPECT_TRUE(zone.told_hub(z.a())) << breach.what;
  }
}

// The author knew of that receipt: nothing it wrote counts as older.
TEST_F(OrderCheck, AnAuthorTakenToHaveKnownLessThanItsAnchorProvesIsNoticed) {
  w.hub().write(home, {note(home, "heard by a")});
  w.settle();
  const Hash mine = w.a().write(home, {note(home, "a's")});
  forged(w.a(), [&](Receipt& r, std::size_t) {
    if (r.changeset == mine) r.lo_ms -= 1;
  });
  EXPECT_TRUE(w.last.notices(OutcomeCode::receipt_strange));
}

TEST_F(OrderCheck, AnHonestHubIsNotSuspected) {
  const auto strange = [&](Party& site) {
    w.exchange(site);
    return w.last.notices(OutcomeCode::receipt_strange);
  };
  for (int i = 0; i < 3; ++i) {
    w.hub().write(home, {note(home, "hub's")});
    w.a().write(home, {note(home, "a's")});
    EXPECT_FALSE(strange(w.a()));
    EXPECT_FALSE(strange(w.a()));
  }
  // The history of a home that comes into scope is of before, between what is new.
  const RecordId other = w.new_case(w.c().organisation);
  EXPECT_FALSE(strange(w.c()));
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.hub().write(other, {note(other, "goes on")});
  EXPECT_FALSE(strange(w.c()));
  EXPECT_TRUE(w.c().field(home, kTitle));
  w.c().restart();
  w.hub().write(home, {note(home, "and on")});
  EXPECT_FALSE(strange(w.c()));
}

}  // namespace
}  // namespace tram::sync::test
