// What every back end of sync::Store has to do. A back end is a type with
//   sync::Store& store();                                             reads, outside of a transaction
//   Result<void> transact(const std::function<void(sync::Store&)>&);  one step of the engine
// on an empty database; it joins with INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreContract, BackEnd),
// and the same for StoreRecordsContract of store_contract_records.h.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "store_rows.h"

namespace tram::station::test {

template <class BackEnd>
class StoreContract : public ::testing::Test {
 protected:
  Store& store() { return back_end_.store(); }
  void write(const std::function<void(Store&)>& step) { ASSERT_TRUE(back_end_.transact(step).has_value()); }
  BackEnd back_end_;
};
TYPED_TEST_SUITE_P(StoreContract);

using IntList = std::vector<int>;

TYPED_TEST_P(StoreContract, KeepsNamedValuesAndReplacesThem) {
  EXPECT_FALSE(this->store().meta("device"));
  this->write([](Store& s) {
    s.put_meta("device", Bytes{1, 2});
    s.put_meta("empty", {});
    s.put_meta("device", Bytes{3});
  });
  EXPECT_EQ(this->store().meta("device"), (Bytes{3}));
  EXPECT_EQ(this->store().meta("empty"), Bytes{});
}

TYPED_TEST_P(StoreContract, KeepsLogsInOrderOfTheirIds) {
  this->write([](Store& s) {
    s.put_log(log_row(3));
    s.put_log(log_row(200));
    s.put_log(log_row(1));
  });
  EXPECT_EQ(firsts(this->store().logs(), &LogRow::log), (IntList{1, 3, 200}));
  EXPECT_EQ(content(this->store().log(id<LogId>(3)).value()), content(log_row(3)));
  EXPECT_FALSE(this->store().log(id<LogId>(4)));
}

TYPED_TEST_P(StoreContract, OwnLogIsTheOpenOneOfThisDevice) {
  this->write([](Store& s) {
    s.put_log(log_row(1));
    s.put_log(log_row(2, true));
  });
  EXPECT_EQ(this->store().own_log().value().log, id<LogId>(2));
  this->write([](Store& s) {
    auto closed = log_row(2, true);
    closed.closed = true;
    s.put_log(closed);
  });
  EXPECT_FALSE(this->store().own_log());
}

TYPED_TEST_P(StoreContract, FindsChangesetsByHashAndByPlace) {
  auto row = changeset_row(1, 10, 5);
  row.state = ChangesetState::receipted;
  row.hub_seq = 77;
  row.hub_epoch = 2;
  row.sent = true;
  this->write([&](Store& s) { s.put_changeset(row); });
  EXPECT_EQ(content(this->store().changeset(hash_of(1)).value()), content(row));
  EXPECT_EQ(content(this->store().changeset_at(id<LogId>(10), 5).value()), content(row));
  EXPECT_FALSE(this->store().changeset(hash_of(2)));
  EXPECT_FALSE(this->store().changeset_at(id<LogId>(10), 4));
  row.hub_seq = 78;
  this->write([&](Store& s) { s.put_changeset(row); });
  EXPECT_EQ(this->store().changeset(hash_of(1)).value().hub_seq, 78u);
}

TYPED_TEST_P(StoreContract, KeepsAForkBesideTheLog) {
  auto fork = changeset_row(2, 10, 5);
  fork.state = ChangesetState::fork;
  this->write([&](Store& s) {
    s.put_changeset(fork);
    s.put_changeset(changeset_row(1, 10, 5));
  });
  EXPECT_EQ(this->store().changeset_at(id<LogId>(10), 5).value().hash, hash_of(1));
  EXPECT_EQ(this->store().changeset(hash_of(2)).value().state, ChangesetState::fork);
  int visited = 0;
  this->store().each_changeset(id<LogId>(10), 0, [&](const ChangesetRow& row) {
    EXPECT_EQ(row.hash, hash_of(1));
    return ++visited < 10;
  });
  EXPECT_EQ(visited, 1);
  this->write([](Store& s) { s.delete_changeset(hash_of(1)); });
  EXPECT_FALSE(this->store().changeset(hash_of(1)));
  EXPECT_FALSE(this->store().changeset_at(id<LogId>(10), 5));
  EXPECT_TRUE(this->store().changeset(hash_of(2)));
}

TYPED_TEST_P(StoreContract, VisitsALogInOrderUntilToldToStop) {
  this->write([](Store& s) {
    for (const auto seq : numbers({4, 1, 3, 2})) s.put_changeset(changeset_row(seq, 10, seq));
    s.put_changeset(changeset_row(9, 11, 2));
  });
  std::vector<std::uint64_t> seen;
  const auto collect_to = [&](std::uint64_t last) {
    return [&seen, last](const ChangesetRow& row) {
      seen.push_back(row.seq);
      return row.seq != last;
    };
  };
  this->store().each_changeset(id<LogId>(10), 2, collect_to(100));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{2, 3, 4}));
  seen.clear();
  this->store().each_changeset(id<LogId>(10), 1, collect_to(2));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2}));
  seen.clear();
  this->store().each_changeset(id<LogId>(10), std::numeric_limits<std::uint64_t>::max(), collect_to(100));
  EXPECT_TRUE(seen.empty());
}

TYPED_TEST_P(StoreContract, AVisitorMayWriteAndVisitAgain) {
  this->write([](Store& s) {
    for (const auto seq : numbers({1, 2, 3})) s.put_changeset(changeset_row(seq, 10, seq));
    int inner = 0;
    s.each_changeset(id<LogId>(10), 1, [&](const ChangesetRow& row) {
      auto sent = row;
      sent.sent = true;
      s.put_changeset(sent);
      s.each_changeset(id<LogId>(10), 1, [&](const ChangesetRow&) { return ++inner > 0; });
      return true;
    });
    EXPECT_EQ(inner, 9);
  });
  for (const auto seq : numbers({1, 2, 3})) EXPECT_TRUE(this->store().changeset(hash_of(seq)).value().sent);
}

TYPED_TEST_P(StoreContract, WaitingMeansOwnAndWithoutReceipt) {
  this->write([](Store& s) {
    s.put_log(log_row(10, true));
    s.put_log(log_row(11));
    s.put_changeset(changeset_row(2, 10, 2, 50));
    s.put_changeset(changeset_row(1, 10, 1, 50));
    s.put_changeset(changeset_row(3, 11, 1, 50));  // of another device
    auto sent = changeset_row(4, 10, 3, 49);
    sent.sent = true;
    s.put_changeset(sent);
    auto receipted = changeset_row(5, 10, 4, 48);
    receipted.state = ChangesetState::receipted;
    s.put_changeset(receipted);
  });
  const auto waiting = this->store().waiting_of_home(id<RecordId>(50));
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(content(waiting[0]), content(changeset_row(1, 10, 1, 50)));
  EXPECT_EQ(waiting[1].seq, 2u);
  EXPECT_EQ(this->store().homes_waiting(), (std::vector<RecordId>{id<RecordId>(49), id<RecordId>(50)}));
  EXPECT_EQ(this->store().count_waiting(false), 2u);
  EXPECT_EQ(this->store().count_waiting(true), 1u);
}

TYPED_TEST_P(StoreContract, KeepsReceiptsByEpochAndNumber) {
  this->write([](Store& s) {
    s.put_receipt(receipt_row(2, 1, 7, 10, 50));
    s.put_receipt(receipt_row(1, 9, 7, 10, 50));
    s.put_receipt(receipt_row(1, 8, 8, 11, 50));
    s.put_receipt(receipt_row(1, 5, 9, 11, 51));
  });
  EXPECT_EQ(content(this->store().receipt(1, 9).value()), content(receipt_row(1, 9, 7, 10, 50)));
  EXPECT_FALSE(this->store().receipt(2, 9));
  std::vector<std::uint64_t> order;
  for (const auto& row : this->store().receipts_of_home(id<RecordId>(50))) order.push_back(row.hub_seq);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{8, 9, 1}));
  EXPECT_EQ(this->store().receipt_of_changeset(hash_of(7)).value().hub_epoch, 2u);
  EXPECT_FALSE(this->store().receipt_of_changeset(hash_of(1)));
}

TYPED_TEST_P(StoreContract, KnowsForeignReceiptsBetweenTwoNumbers) {
  this->write([](Store& s) {
    s.put_receipt(receipt_row(1, 5, 1, 10, 50));
    s.put_receipt(receipt_row(1, 8, 2, 11, 50));
    s.put_receipt(receipt_row(1, 6, 3, 11, 51));
    s.put_receipt(receipt_row(2, 3, 4, 11, 53));  // of a later epoch, with a lower number
  });
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const struct {
    std::uint8_t home, not_log;
    HubPlace after, before;
    bool found;
  } cases[] = {
      {50, 10, {1, 5}, {1, 9}, true},     {50, 10, {1, 8}, {1, 20}, false}, {50, 10, {1, 0}, {1, 8}, false},
      {50, 11, {1, 0}, {1, 9}, true},     {50, 11, {1, 5}, {1, 9}, false},  {50, 10, {1, 0}, {1, kMost}, true},
      {52, 10, {1, 0}, {1, 9}, false},    {53, 10, {1, 9}, {2, 9}, true},   {53, 10, {1, 0}, {1, kMost}, false},
      {53, 10, {2, 3}, {3, 1}, false},    {53, 10, {2, 2}, {2, 4}, true},   {50, 10, {0, 0}, {2, 1}, true},
      {50, 10, {1, kMost}, {2, 1}, false}};
  for (const auto& c : cases)
    EXPECT_EQ(this->store().foreign_receipt_between(id<RecordId>(c.home), id<LogId>(c.not_log), c.after, c.before),
              c.found)
        << int{c.home} << ' ' << int{c.not_log} << ' ' << c.after.epoch << ':' << c.after.seq << ' ' << c.before.epoch
        << ':' << c.before.seq;
}

TYPED_TEST_P(StoreContract, KeepsStreamsAndTheirEntriesInOrder) {
  const StreamRow stream{.id = id<StreamId>(1),
                         .kind = StreamKind::device,
                         .owner = id<DeviceId>(2).bytes,
                         .hub_epoch = 3,
                         .seq = 4,
                         .chain = hash_of(5),
                         .signed_head = Bytes(152, 6)};
  auto other = stream;
  other.id = id<StreamId>(0);
  const auto entry = [](std::uint64_t seq) {
    return EntryRow{.stream = id<StreamId>(1),
                    .seq = seq,
                    .type = EntryType::scope_leave,
                    .payload = Bytes(3, static_cast<std::uint8_t>(seq)),
                    .chain = hash_of(8),
                    .changeset = hash_of(9)};
  };
  this->write([&](Store& s) {
    s.put_stream(stream);
    s.put_stream(other);
    for (const std::uint64_t seq : {3, 1, 2}) s.put_entry(entry(seq));
  });
  EXPECT_EQ(content(this->store().stream(id<StreamId>(1)).value()), content(stream));
  EXPECT_FALSE(this->store().stream(id<StreamId>(7)));
  EXPECT_EQ(firsts(this->store().streams(), &StreamRow::id), (IntList{0, 1}));
  EXPECT_EQ(content(this->store().entry(id<StreamId>(1), 2).value()), content(entry(2)));
  EXPECT_FALSE(this->store().entry(id<StreamId>(1), 4));
  std::vector<std::uint64_t> seen;
  this->store().each_entry(id<StreamId>(1), 2, [&](const EntryRow& row) {
    seen.push_back(row.seq);
    return true;
  });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{2, 3}));
  seen.clear();
  this->store().each_entry(id<StreamId>(1), 1, [&](const EntryRow& row) {
    seen.push_back(row.seq);
    return false;
  });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1}));
}

TYPED_TEST_P(StoreContract, KeepsTheDirectoryInOrder) {
  this->write([](Store& s) {
    for (const auto version : numbers({3, 1, 2}))
      s.put_directory({.version = version, .hash = hash_of(version), .bytes = {version}});
  });
  const auto rows = this->store().directory(2);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(content(rows[0]), content(DirectoryRow{.version = 2, .hash = hash_of(2), .bytes = {2}}));
  EXPECT_EQ(rows[1].version, 3u);
}

TYPED_TEST_P(StoreContract, CountsTheSideBufferPerLog) {
  this->write([](Store& s) {
    s.put_side({.log = id<LogId>(1), .seq = 9, .bytes = changeset_bytes(1, 100)});
    s.put_side({.log = id<LogId>(1), .seq = 9, .bytes = changeset_bytes(2, 44)});
    s.put_side({.log = id<LogId>(1), .seq = 12, .bytes = changeset_bytes(3, 0)});
    s.put_side({.log = id<LogId>(2), .seq = 9, .bytes = changeset_bytes(4)});
  });
  EXPECT_EQ(this->store().side_size(id<LogId>(1)), (std::pair<std::uint64_t, std::uint64_t>{2, 256 + 44 + 256}));
  EXPECT_EQ(this->store().side(id<LogId>(1), 9).value().bytes, changeset_bytes(2, 44));
  EXPECT_EQ(this->store().side(id<LogId>(1), 12).value().bytes, changeset_bytes(3, 0));
  this->write([](Store& s) { s.delete_side(id<LogId>(1), 9); });
  EXPECT_FALSE(this->store().side(id<LogId>(1), 9));
  EXPECT_EQ(this->store().side_size(id<LogId>(3)), (std::pair<std::uint64_t, std::uint64_t>{0, 0}));
  EXPECT_EQ(this->store().side_logs(), (std::vector<LogId>{id<LogId>(1), id<LogId>(2)}));
  EXPECT_EQ(this->store().side_seqs(id<LogId>(1)), std::vector<std::uint64_t>{12});
  EXPECT_EQ(this->store().side_total(), 256 + 256 + changeset_bytes(4).body.size());
}

TYPED_TEST_P(StoreContract, AFailedStepLeavesNothing) {
  this->write([](Store& s) { s.put_meta("kept", Bytes{1}); });
  EXPECT_THROW((void)this->back_end_.transact([](Store& s) {
    s.put_meta("kept", Bytes{2});
    s.put_home(home_row(1));
    throw std::runtime_error("poison");
  }),
               std::runtime_error);
  EXPECT_EQ(this->store().meta("kept"), Bytes{1});
  EXPECT_TRUE(this->store().homes().empty());
  const auto failed = this->back_end_.transact([](Store& s) {
    s.put_meta("kept", Bytes{3});
    throw StoreFailure("injected", true);
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(this->store().meta("kept"), Bytes{1});
}

TYPED_TEST_P(StoreContract, ASavepointUndoesOnlyItsOwnWork) {
  this->write([](Store& s) {
    s.put_meta("before", Bytes{1});
    EXPECT_THROW(s.savepoint([&] {
      s.put_meta("before", Bytes{2});
      s.put_meta("inside", Bytes{2});
      throw std::runtime_error("poison");
    }),
                 std::runtime_error);
    s.savepoint([&] {
      s.put_meta("outer", Bytes{3});
      EXPECT_THROW(s.savepoint([&] {
        s.put_meta("outer", Bytes{4});
        throw std::runtime_error("poison");
      }),
                   std::runtime_error);
      s.put_meta("after", Bytes{5});
    });
  });
  EXPECT_EQ(this->store().meta("before"), Bytes{1});
  EXPECT_FALSE(this->store().meta("inside"));
  EXPECT_EQ(this->store().meta("outer"), Bytes{3});
  EXPECT_EQ(this->store().meta("after"), Bytes{5});
}

REGISTER_TYPED_TEST_SUITE_P(StoreContract, KeepsNamedValuesAndReplacesThem, KeepsLogsInOrderOfTheirIds,
                            OwnLogIsTheOpenOneOfThisDevice, FindsChangesetsByHashAndByPlace, KeepsAForkBesideTheLog,
                            VisitsALogInOrderUntilToldToStop, AVisitorMayWriteAndVisitAgain,
                            WaitingMeansOwnAndWithoutReceipt, KeepsReceiptsByEpochAndNumber,
                            KnowsForeignReceiptsBetweenTwoNumbers, KeepsStreamsAndTheirEntriesInOrder,
                            KeepsTheDirectoryInOrder, CountsTheSideBufferPerLog, AFailedStepLeavesNothing,
                            ASavepointUndoesOnlyItsOwnWork);

}  // namespace tram::station::test
