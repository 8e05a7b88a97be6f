// The second part of the contract of sync::Store: records, versions, fields, homes and scopes, with their layers.
#pragma once
#include "store_contract.h"

namespace tram::station::test {

template <class BackEnd>
class StoreRecordsContract : public StoreContract<BackEnd> {};
TYPED_TEST_SUITE_P(StoreRecordsContract);

TYPED_TEST_P(StoreRecordsContract, ProvisionalRecordsFallBackToConfirmedOnes) {
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

TYPED_TEST_P(StoreRecordsContract, KeepsEveryMemberOfAVersion) {
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

TYPED_TEST_P(StoreRecordsContract, AVersionIsTakenFromTheConfirmedLayerFirst) {
  this->write([](Store& s) {
    s.put_version(version_row(1, Layer::provisional, 0));
    s.put_version(version_row(1, Layer::confirmed, 4));
    s.put_version(version_row(2, Layer::provisional, 0));
  });
  EXPECT_EQ(this->store().version(id<VersionId>(1)).value().layer, Layer::confirmed);
  EXPECT_EQ(this->store().version(id<VersionId>(2)).value().layer, Layer::provisional);
}

TYPED_TEST_P(StoreRecordsContract, OrdersVersionsByTheHubAndProvisionalOnesLast) {
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

TYPED_TEST_P(StoreRecordsContract, RemembersSupersededIdsBeforeTheirVersionComes) {
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

TYPED_TEST_P(StoreRecordsContract, DeletesTheProvisionalLayerOfOneHome) {
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

TYPED_TEST_P(StoreRecordsContract, ProvisionalFieldsWin) {
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

TYPED_TEST_P(StoreRecordsContract, KeepsHomes) {
  const HomeRow row{.home = id<RecordId>(2),
                    .type = 3,
                    .auth_head = id<VersionId>(4),
                    .hub_epoch = 5,
                    .hub_seq = 6,
                    .disputed = true,
                    .poisoned = true,
                    .digest = hash_of(7)};
  this->write([&](Store& s) {
    s.put_home(home_row(200));
    s.put_home(row);
  });
  EXPECT_EQ(content(this->store().home(id<RecordId>(2)).value()), content(row));
  EXPECT_FALSE(this->store().home(id<RecordId>(3)));
  EXPECT_EQ(firsts(this->store().homes(), &HomeRow::home), (IntList{2, 200}));
  EXPECT_EQ(firsts(this->store().homes_after(RecordId{}, 9), &HomeRow::home), (IntList{2, 200}));
  EXPECT_EQ(firsts(this->store().homes_after(RecordId{}, 1), &HomeRow::home), (IntList{2}));
  EXPECT_EQ(firsts(this->store().homes_after(id<RecordId>(2), 9), &HomeRow::home), (IntList{200}));
}

TYPED_TEST_P(StoreRecordsContract, ScopeCountsOnlyOpenRows) {
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

TYPED_TEST_P(StoreRecordsContract, DeletesTheConfirmedLayerOfOneHomeAndWhatItSuperseded) {
  this->write([](Store& s) {
    for (const Layer layer : {Layer::confirmed, Layer::provisional}) {
      s.put_record(record_row(60, layer));
      s.put_field(field_row(60, 4, layer, "x"));
    }
    s.put_record(record_row(70, Layer::confirmed, 3, 51));
    s.put_version(version_row(1, Layer::confirmed, 5));
    s.put_version(version_row(2, Layer::provisional, 0));
    auto elsewhere = version_row(3, Layer::confirmed, 6);
    elsewhere.home = id<RecordId>(51);
    s.put_version(elsewhere);
    s.set_superseded(id<VersionId>(1));
    s.set_superseded(id<VersionId>(3));
    s.put_home(home_row(50));
    s.put_home(home_row(51));
    s.put_receipt(receipt_row(2, 5, 1, 10, 50));
    s.put_receipt(receipt_row(2, 6, 2, 10, 50));
    s.delete_confirmed(id<RecordId>(50));
    s.delete_receipt({2, 5});
  });
  EXPECT_FALSE(this->store().home(id<RecordId>(50)));
  EXPECT_TRUE(this->store().home(id<RecordId>(51)));
  EXPECT_FALSE(this->store().record(id<RecordId>(60), Layer::confirmed));
  EXPECT_TRUE(this->store().record(id<RecordId>(60), Layer::provisional));
  EXPECT_TRUE(this->store().record(id<RecordId>(70), Layer::confirmed));
  EXPECT_FALSE(this->store().field(id<RecordId>(60), 4, Layer::confirmed));
  EXPECT_FALSE(this->store().version(id<VersionId>(1)));
  EXPECT_TRUE(this->store().version(id<VersionId>(2)));
  EXPECT_FALSE(this->store().superseded(id<VersionId>(1))) << "folded anew it stands alone";
  EXPECT_TRUE(this->store().superseded(id<VersionId>(3)));
  EXPECT_FALSE(this->store().receipt(2, 5));
  EXPECT_TRUE(this->store().receipt(2, 6));
}

TYPED_TEST_P(StoreRecordsContract, CutsAStreamFromANumberOn) {
  this->write([](Store& s) {
    for (const auto stream : {std::uint8_t{1}, std::uint8_t{2}})
      for (const std::uint64_t seq : {1, 2, 3})
        s.put_entry({id<StreamId>(stream), seq, EntryType::receipt, bytes_of("e"), hash_of(8), hash_of(9)});
    s.delete_entries(id<StreamId>(1), 2);
  });
  EXPECT_TRUE(this->store().entry(id<StreamId>(1), 1));
  EXPECT_FALSE(this->store().entry(id<StreamId>(1), 2));
  EXPECT_FALSE(this->store().entry(id<StreamId>(1), 3));
  EXPECT_TRUE(this->store().entry(id<StreamId>(2), 3));
}

REGISTER_TYPED_TEST_SUITE_P(StoreRecordsContract, ProvisionalRecordsFallBackToConfirmedOnes, KeepsEveryMemberOfAVersion,
                            AVersionIsTakenFromTheConfirmedLayerFirst, OrdersVersionsByTheHubAndProvisionalOnesLast,
                            RemembersSupersededIdsBeforeTheirVersionComes, DeletesTheProvisionalLayerOfOneHome,
                            ProvisionalFieldsWin, KeepsHomes, ScopeCountsOnlyOpenRows,
                            DeletesTheConfirmedLayerOfOneHomeAndWhatItSuperseded, CutsAStreamFromANumberOn);

}  // namespace tram::station::test
