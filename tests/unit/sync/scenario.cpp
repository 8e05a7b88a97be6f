#include "scenario.h"

#include <map>

namespace tram::sync::test {

Scenario::Scenario() : home(w.new_case(w.a().organisation)) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
}

Scenario::~Scenario() {
  w.settle();
  w.expect_converged();
  expect_sound();
}

std::vector<RecordId> Scenario::shared_cases(std::size_t count) {
  std::vector<RecordId> homes;
  while (homes.size() < count) {
    homes.push_back(w.new_case(w.a().organisation));
    w.hub().write(homes.back(), {give(homes.back(), kFollowing, w.b().organisation)});
  }
  w.settle();
  return homes;
}

std::vector<std::uint64_t> Scenario::receipt_numbers() {
  return w.hub().with([](Store& s) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = 1; n <= meta_u64(s, meta::kHubSeq); ++n)
      if (s.receipt(1, n)) numbers.push_back(n);
    return numbers;
  });
}

Hash Scenario::digest(Party& party, const OrganisationId& scope) {
  return party.with([&](Store& s) { return party.engine->digest(s, scope); });
}

void Scenario::expect_everywhere(std::uint16_t field, const Value& value, bool conflict) {
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    const auto row = p->field(home, field);
    ASSERT_TRUE(row) << p->code;
    EXPECT_EQ(row->value, value) << p->code;
    EXPECT_EQ(row->conflict, conflict) << p->code;
  }
}

void Scenario::expect_outcome(const Hash& changeset, Outcome outcome, std::uint16_t operation) {
  for (Party* p : {&w.hub(), &w.a(), &w.b()})
    EXPECT_EQ(name(p->outcome(changeset, operation)), name(outcome)) << p->code;
}

std::vector<Frame> Scenario::stream_frames(const std::vector<Frame>& frames, const OrganisationId& organisation) {
  std::vector<Frame> found;
  for (const Frame& f : frames)
    if (f.type == FrameType::stream && decode_stream(f)->stream == organisation_stream(kZone, organisation))
      found.push_back(f);
  return found;
}

// Receipts without a gap, their time never falling, one for each changeset; nothing waits; logs without a hole.
void Scenario::expect_sound() {
  w.hub().with([&](Store& s) {
    std::map<std::string, std::uint64_t> receipts;
    std::uint64_t time = 0;
    for (std::uint64_t n = 1; n <= meta_u64(s, meta::kHubSeq); ++n) {
      const auto row = s.receipt(1, n);
      if (!row) {
        ADD_FAILURE() << "no receipt " << n;
        continue;
      }
      EXPECT_GE(row->hub_time_ms, time) << n;
      time = row->hub_time_ms;
      EXPECT_EQ(++receipts[to_hex(row->changeset)], 1u) << "receipt " << n;
    }
    for (const LogRow& log : s.logs()) {
      std::uint64_t expected = 1;
      s.each_changeset(log.log, 1, [&](const ChangesetRow& row) {
        EXPECT_EQ(row.seq, expected++) << log.log.hex();
        EXPECT_TRUE(receipts.contains(to_hex(row.hash))) << log.log.hex() << ' ' << row.seq;
        return true;
      });
      EXPECT_EQ(log.receipted_seq, expected - 1) << log.log.hex();
    }
  });
  for (Party* p : {&w.a(), &w.b(), &w.c()}) {
    EXPECT_EQ(p->with([](Store& s) { return s.count_waiting(true) + s.count_waiting(false); }), 0u) << p->code;
    EXPECT_EQ(p->log().receipted_seq, p->log().head_seq) << p->code;
  }
}

}  // namespace tram::sync::test
