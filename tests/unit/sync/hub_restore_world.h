// A hub and three sites around a backup of the hub (sync design 8): three days of work after it, the hub set back to
// it, the exchanges by which it recovers, and what its order was before.
#pragma once
#include <gtest/gtest.h>

#include "sync/recovery.h"
#include "world.h"

namespace tram::sync::test {

inline constexpr std::uint64_t kHour = 60ull * 60 * 1000;
inline constexpr std::uint64_t kDay = 24 * kHour;
inline constexpr std::size_t kBudget = 1u << 20;

class HubRestore : public ::testing::Test {
 protected:
  HubRestore() : of_a(w.new_case(w.a().organisation)), of_b(w.new_case(w.b().organisation)) { w.settle(); }

  std::vector<Party*> sites() { return {&w.a(), &w.b(), &w.c()}; }
  void back_up() { w.hub().backup(copy()); }
  std::filesystem::path copy() { return backups.path() / "hub"; }
  Actions set_back() {
    w.hub().restore(copy());
    w.hub().step(Start{});
    return w.hub().step(StartRecovery{});
  }
  Recovery recovery() {
    return w.hub().with([&](Store& s) { return recovery_of(s, w.hub().engine->directory(s)); });
  }
  std::uint64_t hub_epoch() {
    return w.hub().with([](Store& s) { return meta_u64(s, meta::kHubEpoch); });
  }
  // One request and one response with these budgets; `answered` false = the response is lost.
  void exchange(Party& site, std::size_t up, std::size_t down, bool answered = true, bool whole = false) {
    const Actions prepared = site.step(Prepare{up, whole});
    const Taken heard = w.hub_takes(site.device, prepared.find<Send>()->frames, whole);
    const Actions made = w.hub().step(MakeReply{site.device, whole ? std::nullopt : heard.have, down});
    if (made.find<RecoveryEnded>()) ended = *made.find<RecoveryEnded>();
    if (answered) w.site_takes(site, made.find<Reply>()->frames, whole);
  }
  void meet_all(int rounds = 3) {
    for (int i = 0; i < rounds; ++i)
      for (Party* site : sites()) exchange(*site, kBudget, 8 * kBudget);
  }

  // Three days of work of everybody: each kind of verdict, a reassignment, a new case, a new body in the directory.
  void three_days() {
    for (int day = 0; day < 3; ++day) {
      w.now_ms += kDay;
      w.a().write(of_a, {note(of_a, "a " + std::to_string(day)), set(of_a, kPercent, Value::integer(10 * day))});
      w.b().write(of_b, {note(of_b, "b " + std::to_string(day)), set(of_b, kTitle, Value::text("by b"))});
      w.hub().write(of_b, {set(of_b, kDeadline, Value::integer(20'000 + day))});
      w.settle();
    }
    denied = w.a().write(of_a, {set(of_a, kDeadline, Value::integer(1))});  // a proposal
    w.hub().write(of_a, {give(of_a, kImplementing, w.b().organisation)});
    w.a().write(of_a, {set(of_a, kPercent, Value::integer(99))});  // a proposal, too: handed over
    later = w.new_case(w.c().organisation);
    w.settle();
    w.c().write(later, {happens(later, kStarted)});
    w.b().write(of_a, {note(of_a, "b has it now")});
    lost_scope = w.forger_a().push(later, {note(later, "not in scope")});  // quarantined whole
    Organisation o;
    o.id = organisation_id(kZone, "new");
    o.code = "new";
    o.parent = w.hub().organisation;
    o.parts = kImplementing;
    w.add_directory(o);
    w.settle();
  }

  struct Order {
    std::map<HubPlace, Bytes> receipts;
    std::map<StreamId, std::vector<Hash>> chains;
    std::map<std::string, std::string> digests;
  };
  Order order() {
    Order found;
    w.hub().with([&](Store& s) {
      for (const StreamRow& stream : s.streams())
        s.each_entry(stream.id, 1, [&](const EntryRow& row) {
          found.chains[stream.id].push_back(row.chain);
          if (const auto r = decode_receipt(row.payload); row.type == EntryType::receipt && r)
            found.receipts[{r->hub_epoch, r->hub_seq}] = row.payload;
          return true;
        });
      for (Party* site : sites()) found.digests[site->code] = to_hex(w.hub().engine->digest(s, site->organisation));
    });
    return found;
  }
  // All of it stands where it stood, and nothing else.
  void expect_same_order(const Order& before) {
    const Order now = order();
    for (const auto& [place, bytes] : before.receipts) {
      const auto at = now.receipts.find(place);
      ASSERT_NE(at, now.receipts.end()) << "receipt " << place.seq;
      EXPECT_EQ(to_hex(at->second), to_hex(bytes));
    }
    for (const auto& [stream, chains] : before.chains) {
      const auto at = now.chains.find(stream);
      ASSERT_NE(at, now.chains.end());
      EXPECT_EQ(at->second.size(), chains.size()) << stream.hex();
      EXPECT_EQ(at->second, chains) << stream.hex();
    }
    EXPECT_EQ(now.digests, before.digests);
  }
  // The new epoch counts on without a hole.
  void expect_gapless(std::uint32_t epoch) {
    w.hub().with([&](Store& s) {
      const std::uint64_t newest = meta_u64(s, meta::kHubSeq);
      std::uint64_t first = 1;
      while (first <= newest && !s.receipt(epoch, first)) ++first;
      for (std::uint64_t seq = first; seq <= newest; ++seq) EXPECT_TRUE(s.receipt(epoch, seq)) << seq;
      EXPECT_LE(first, newest);
      EXPECT_FALSE(s.receipt(epoch - 1, first)) << "a number of two epochs";
    });
  }

  World w;
  const RecordId of_a, of_b;
  RecordId later;
  Hash denied{}, lost_scope{};
  station::test::Folder backups;
  std::optional<RecoveryEnded> ended;
};

}  // namespace tram::sync::test
