// What every back end of sync::Store has to do. A back end is a type with
//   sync::Store& store();                                             reads, outside of a transaction
//   Result<void> transact(const std::function<void(sync::Store&)>&);  one step of the engine
// on an empty database; it joins with INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreContract, BackEnd).
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
  });
  const struct {
    std::uint8_t home, not_log;
    std::uint64_t after, before;
    bool found;
  } cases[] = {
      {50, 10, 5, 9, true},  {50, 10, 8, 20, false}, {50, 10, 0, 8, false},
      {50, 11, 0, 9, true},  {50, 11, 5, 9, false},  {50, 10, 0, std::numeric_limits<std::uint64_t>::max(), true},
      {52, 10, 0, 9, false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(this->store().foreign_receipt_between(id<RecordId>(c.home), id<LogId>(c.not_log), c.after, c.before),
              c.found)
        << int{c.home} << ' ' << int{c.not_log} << ' ' << c.after << ' ' << c.before;
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

TYPED_TEST_P(StoreContract, ProvisionalRecordsFallBackToConfirmedOnes) {
  const auto confirmed = Layer::confirmed;
  const auto provisional = Layer::provisional;
  this->write([&](Store& s) {
    s.put_record(record_row(2, confirmed));
    s.put_record(record_row(2, provisional));
    s.put_record(record_row(1, confirmed));
    s.put_record(record_row(3, provisional));
    s.put_record(record_row(4, confirmed, 8, 49));
  });
  EXPECT_EQ(content(this->store().record(id<RecordId>(2), confirmed).value()), content(record_row(2, confirmed)));
  EXPECT_EQ(content(this->store().record(id<RecordId>(2), provisional).value()), content(record_row(2, provisional)));
  EXPECT_EQ(this->store().record(id<RecordId>(1), provisional).value().layer, confirmed);
  EXPECT_FALSE(this->store().record(id<RecordId>(3), confirmed));
  const auto of_type = this->store().records_of_type(3, provisional);
  EXPECT_EQ(firsts(of_type, &RecordRow::id), (IntList{1, 2, 3}));
  EXPECT_EQ(of_type.at(1).layer, provisional);
  EXPECT_EQ(firsts(this->store().records_of_type(3, confirmed), &RecordRow::id), (IntList{1, 2}));
  EXPECT_EQ(firsts(this->store().records_of_home(id<RecordId>(50), provisional), &RecordRow::id), (IntList{1, 2, 3}));
  EXPECT_EQ(firsts(this->store().records_of_home(id<RecordId>(49), confirmed), &RecordRow::id), (IntList{4}));
}

TYPED_TEST_P(StoreContract, KeepsEveryMemberOfAVersion) {
  auto row = version_row(1, Layer::confirmed, 5);
  row.verdict = Verdict::proposal;
  row.reason = Reason::lost_race;
  row.superseded = true;
  row.concurrent = true;
  row.kind = OperationKind::status_event;
  row.value = Value(Value::Variant(ZonedMoment{.ms = -1, .zone_minutes = 420}));
  auto without = version_row(2, Layer::confirmed, 6);
  without.value = Value();
  without.seen.clear();
  this->write([&](Store& s) {
    s.put_version(row);
    s.put_version(without);
  });
  EXPECT_EQ(content(this->store().version(id<VersionId>(1)).value()), content(row));
  EXPECT_EQ(content(this->store().version(id<VersionId>(2)).value()), content(without));
  EXPECT_FALSE(this->store().version(id<VersionId>(3)));
}

TYPED_TEST_P(StoreContract, AVersionIsTakenFromTheConfirmedLayerFirst) {
  this->write([](Store& s) {
    s.put_version(version_row(1, Layer::provisional, 0));
    s.put_version(version_row(1, Layer::confirmed, 4));
    s.put_version(version_row(2, Layer::provisional, 0));
  });
  EXPECT_EQ(this->store().version(id<VersionId>(1)).value().layer, Layer::confirmed);
  EXPECT_EQ(this->store().version(id<VersionId>(2)).value().layer, Layer::provisional);
}

TYPED_TEST_P(StoreContract, OrdersVersionsByTheHubAndProvisionalOnesLast) {
  this->write([](Store& s) {
    s.put_version(version_row(1, Layer::provisional, 0));
    s.put_version(version_row(2, Layer::confirmed, 9));
    s.put_version(version_row(3, Layer::confirmed, 4, 2));
    s.put_version(version_row(4, Layer::confirmed, 4, 1));
    auto later_epoch = version_row(5, Layer::confirmed, 1);
    later_epoch.hub_epoch = 2;
    s.put_version(later_epoch);
    auto proposal = version_row(6, Layer::confirmed, 5);
    proposal.verdict = Verdict::proposal;
    s.put_version(proposal);
    auto other_field = version_row(7, Layer::confirmed, 6);
    other_field.field = 5;
    s.put_version(other_field);
  });
  const auto record = id<RecordId>(60);
  EXPECT_EQ(firsts(this->store().all_versions(record, 4), &VersionRow::id), (IntList{4, 3, 6, 2, 5, 1}));
  EXPECT_EQ(firsts(this->store().live_versions(record, 4), &VersionRow::id), (IntList{4, 3, 2, 5}));
  EXPECT_EQ(firsts(this->store().versions_of_home(id<RecordId>(50)), &VersionRow::id), (IntList{4, 3, 6, 7, 2, 5, 1}));
  EXPECT_EQ(firsts(this->store().versions_with_verdict(Verdict::proposal), &VersionRow::id), (IntList{6}));
  EXPECT_TRUE(this->store().versions_with_verdict(Verdict::quarantined).empty());
  EXPECT_EQ(firsts(this->store().versions_with_verdict(Verdict::admitted), &VersionRow::id), (IntList{4, 3, 7, 2, 5}));
}

TYPED_TEST_P(StoreContract, RemembersSupersededIdsBeforeTheirVersionComes) {
  this->write([](Store& s) {
    s.put_version(version_row(1, Layer::confirmed, 4));
    s.set_superseded(id<VersionId>(1));
    s.set_superseded(id<VersionId>(2));
    s.set_superseded(id<VersionId>(2));
  });
  EXPECT_TRUE(this->store().version(id<VersionId>(1)).value().superseded);
  EXPECT_TRUE(this->store().superseded(id<VersionId>(2)));
  EXPECT_FALSE(this->store().superseded(id<VersionId>(3)));
  this->write([](Store& s) {
    s.put_version(version_row(2, Layer::confirmed, 3));
    s.put_version(version_row(3, Layer::confirmed, 5));
    s.put_version(version_row(2, Layer::provisional, 0));  // that layer has its own flag
  });
  EXPECT_TRUE(this->store().version(id<VersionId>(2)).value().superseded);
  EXPECT_EQ(firsts(this->store().live_versions(id<RecordId>(60), 4), &VersionRow::id), (IntList{3}));
  EXPECT_FALSE(this->store().all_versions(id<RecordId>(60), 4).back().superseded);
}

TYPED_TEST_P(StoreContract, DeletesTheProvisionalLayerOfOneHome) {
  this->write([](Store& s) {
    for (const auto layer : {Layer::confirmed, Layer::provisional}) {
      s.put_record(record_row(1, layer));
      s.put_version(version_row(1, layer, 0));
      s.put_field(field_row(1, 4, layer, "x"));
    }
    auto elsewhere = field_row(2, 4, Layer::provisional, "kept");
    elsewhere.home = id<RecordId>(49);
    s.put_field(elsewhere);
    s.delete_provisional(id<RecordId>(50));
  });
  EXPECT_EQ(this->store().record(id<RecordId>(1), Layer::provisional).value().layer, Layer::confirmed);
  EXPECT_EQ(this->store().all_versions(id<RecordId>(60), 4).size(), 1u);
  EXPECT_EQ(this->store().field(id<RecordId>(1), 4, Layer::provisional).value().layer, Layer::confirmed);
  EXPECT_TRUE(this->store().field(id<RecordId>(2), 4, Layer::provisional));
}

TYPED_TEST_P(StoreContract, ProvisionalFieldsWin) {
  const auto confirmed = Layer::confirmed;
  const auto provisional = Layer::provisional;
  auto conflict = field_row(2, 4, confirmed, "two values");
  conflict.conflict = true;
  auto hidden = field_row(2, 5, provisional, "not listed");
  hidden.conflict = true;
  this->write([&](Store& s) {
    s.put_field(field_row(1, 5, confirmed, "five"));
    s.put_field(field_row(1, 4, confirmed, "four"));
    s.put_field(field_row(1, 5, provisional, "FIVE"));
    s.put_field(field_row(1, 6, provisional, "SIX"));
    s.put_field(conflict);
    s.put_field(hidden);
  });
  const auto record = id<RecordId>(1);
  EXPECT_EQ(content(this->store().field(record, 5, provisional).value()),
            content(field_row(1, 5, provisional, "FIVE")));
  EXPECT_EQ(this->store().field(record, 5, confirmed).value().value, Value::text("five"));
  EXPECT_EQ(this->store().field(record, 4, provisional).value().value, Value::text("four"));
  EXPECT_FALSE(this->store().field(record, 6, confirmed));
  std::string texts;
  for (const auto& row : this->store().fields(record, provisional))
    texts += *row.value.template get<std::string>() + ' ';
  for (const auto& row : this->store().fields(record, confirmed)) texts += *row.value.template get<std::string>() + ' ';
  EXPECT_EQ(texts, "four FIVE SIX four five ");
  std::vector<std::pair<int, int>> order;
  for (const auto& row : this->store().fields_of_home(id<RecordId>(50)))
    order.emplace_back(row.record.bytes[0], row.field);
  EXPECT_EQ(order, (std::vector<std::pair<int, int>>{{1, 4}, {1, 5}, {2, 4}}));
  const auto conflicts = this->store().conflicts();
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(content(conflicts[0]), content(conflict));
}

TYPED_TEST_P(StoreContract, KeepsHomes) {
  const HomeRow row{.home = id<RecordId>(2),
                    .type = 3,
                    .auth_head = id<VersionId>(4),
                    .hub_epoch = 5,
                    .hub_seq = 6,
                    .disputed = true,
                    .poisoned = true};
  this->write([&](Store& s) {
    s.put_home(home_row(200));
    s.put_home(row);
  });
  EXPECT_EQ(content(this->store().home(id<RecordId>(2)).value()), content(row));
  EXPECT_FALSE(this->store().home(id<RecordId>(3)));
  EXPECT_EQ(firsts(this->store().homes(), &HomeRow::home), (IntList{2, 200}));
}

TYPED_TEST_P(StoreContract, ScopeCountsOnlyOpenRows) {
  const auto row = [](std::uint8_t home, std::uint8_t organisation, std::uint64_t from,
                      std::optional<std::uint64_t> to) {
    return ScopeRow{
        .home = id<RecordId>(home), .organisation = id<OrganisationId>(organisation), .from_seq = from, .to_seq = to};
  };
  this->write([&](Store& s) {
    s.put_scope(row(2, 1, 5, std::nullopt));
    s.put_scope(row(1, 1, 5, 9));
    s.put_scope(row(1, 1, 12, std::nullopt));
    s.put_scope(row(3, 1, 5, std::nullopt));
    s.put_scope(row(3, 1, 5, 7));  // the same key: closed
    s.put_scope(row(4, 2, 5, std::nullopt));
  });
  EXPECT_EQ(this->store().homes_in_scope(id<OrganisationId>(1)),
            (std::vector<RecordId>{id<RecordId>(1), id<RecordId>(2)}));
  const auto scope = this->store().scope(id<RecordId>(1));
  ASSERT_EQ(scope.size(), 2u);
  EXPECT_EQ(content(scope[0]), content(row(1, 1, 5, 9)));
  EXPECT_EQ(content(scope[1]), content(row(1, 1, 12, std::nullopt)));
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
                            ProvisionalRecordsFallBackToConfirmedOnes, KeepsEveryMemberOfAVersion,
                            AVersionIsTakenFromTheConfirmedLayerFirst, OrdersVersionsByTheHubAndProvisionalOnesLast,
                            RemembersSupersededIdsBeforeTheirVersionComes, DeletesTheProvisionalLayerOfOneHome,
                            ProvisionalFieldsWin, KeepsHomes, ScopeCountsOnlyOpenRows, KeepsTheDirectoryInOrder,
                            CountsTheSideBufferPerLog, AFailedStepLeavesNothing, ASavepointUndoesOnlyItsOwnWork);

}  // namespace tram::station::test
