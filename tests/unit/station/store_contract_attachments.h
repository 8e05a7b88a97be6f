// The contract of every back end, continued: attachments with their chunks, and the parts of changesets.
// INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreAttachmentsContract, BackEnd) as store_contract.h says.
#pragma once
#include "store_contract.h"

namespace tram::station::test {

template <class BackEnd>
class StoreAttachmentsContract : public StoreContract<BackEnd> {
 protected:
  // A file of these chunks; `n` makes its id, home 50 and owner 62 are everybody's.
  void put(Store& s, std::uint8_t n, const std::vector<std::uint8_t>& chunks, std::uint64_t size = 1000) {
    s.put_file(row(n, static_cast<std::uint32_t>(chunks.size()), size));
    std::vector<Hash> ids;
    for (const std::uint8_t c : chunks) ids.push_back(hash_of(c));
    s.put_chunk_list(id<RecordId>(n), ids);
  }
  static FileRow row(std::uint8_t n, std::uint32_t chunks, std::uint64_t size) {
    FileRow r;
    r.attachment = id<RecordId>(n);
    r.home = kHome;
    r.owner = id<OrganisationId>(62);
    r.creator = id<DeviceId>(53);
    r.changeset = hash_of(n);
    r.size = size;
    r.chunks = chunks;
    r.rank = 1;
    r.touched_ms = 5;
    return r;
  }
  std::uint32_t missing(std::uint8_t n) { return this->store().file(id<RecordId>(n))->missing; }
  static inline const RecordId kHome = id<RecordId>(50);
};
TYPED_TEST_SUITE_P(StoreAttachmentsContract);

inline auto content(const FileRow& r) {
  return std::tuple(r.attachment, r.home, r.owner, r.creator, r.changeset, r.size, r.chunks, r.missing, r.rank, r.state,
                    r.there, r.answer, r.idle, r.settled, r.turn);
}

TYPED_TEST_P(StoreAttachmentsContract, KeepsEveryMemberOfAFileAndItsListInOrder) {
  FileRow row = this->row(1, 3, 700'000);
  row.state = FileState::refused;
  row.there = {0x05};
  row.answer = 1;
  row.idle = row.settled = true;
  row.turn = 1'750'000'000'000;
  this->write([&](Store& s) {
    s.put_file(row);
    s.put_chunk_list(row.attachment, {hash_of(9), hash_of(8), hash_of(9)});
  });
  row.missing = 3;
  const auto got = this->store().file(row.attachment);
  ASSERT_TRUE(got);
  EXPECT_EQ(content(*got), content(row));
  EXPECT_EQ(got->touched_ms, 5u);
  EXPECT_EQ(this->store().chunk_list(row.attachment), (std::vector<Hash>{hash_of(9), hash_of(8), hash_of(9)}));
  EXPECT_FALSE(this->store().file(id<RecordId>(2)));
  EXPECT_EQ(firsts(this->store().files_of_home(this->kHome), &FileRow::attachment), (IntList{1}));
  EXPECT_EQ(firsts(this->store().files_of_changeset(hash_of(1)), &FileRow::attachment), (IntList{1}));
  EXPECT_TRUE(this->store().files_of_changeset(hash_of(2)).empty());
  // Putting the row again leaves list and count alone.
  row.there = {0x07};
  this->write([&](Store& s) { s.put_file(row); });
  EXPECT_EQ(content(*this->store().file(row.attachment)), content(row));
}

TYPED_TEST_P(StoreAttachmentsContract, AChunkCountsForEveryPlaceInEveryListOfItsHome) {
  const Bytes bytes = bytes_of("chunk");
  this->write([&](Store& s) {
    this->put(s, 1, {9, 8, 9});
    this->put(s, 2, {8});
    FileRow other = this->row(3, 1, 10);
    other.home = id<RecordId>(51);
    s.put_file(other);
    s.put_chunk_list(other.attachment, {hash_of(9)});
  });
  EXPECT_EQ(firsts(this->store().files_lacking(this->kHome, hash_of(9)), &FileRow::attachment), (IntList{1}));
  this->write([&](Store& s) { s.put_chunk(this->kHome, hash_of(9), bytes, 77); });
  EXPECT_EQ(this->store().chunk(this->kHome, hash_of(9)), bytes);
  EXPECT_TRUE(this->store().has_chunk(this->kHome, hash_of(9)));
  EXPECT_FALSE(this->store().has_chunk(id<RecordId>(51), hash_of(9)));
  EXPECT_TRUE(this->store().files_lacking(this->kHome, hash_of(9)).empty());
  EXPECT_EQ(this->missing(1), 1u);
  EXPECT_EQ(this->store().file(id<RecordId>(1))->touched_ms, 77u);
  EXPECT_EQ(this->missing(2), 1u);
  EXPECT_EQ(this->missing(3), 1u);
  EXPECT_EQ(this->store().chunks_here(id<RecordId>(1)), (std::vector<std::uint32_t>{0, 2}));
  // The same again changes nothing; a list that comes after its chunks finds them.
  this->write([&](Store& s) {
    s.put_chunk(this->kHome, hash_of(9), bytes_of("other"), 99);
    s.put_chunk(this->kHome, hash_of(8), bytes, 99);
    this->put(s, 4, {8, 7, 9});
  });
  EXPECT_EQ(this->store().chunk(this->kHome, hash_of(9)), bytes);
  EXPECT_EQ(this->missing(1), 0u);
  EXPECT_EQ(this->missing(2), 0u);
  EXPECT_EQ(this->missing(4), 1u);
}

TYPED_TEST_P(StoreAttachmentsContract, DroppedContentsLeaveWhatOtherFilesOfTheHomeList) {
  const Bytes bytes = bytes_of("chunk");
  this->write([&](Store& s) {
    this->put(s, 1, {9, 8});
    this->put(s, 2, {8});
    FileRow other = this->row(3, 1, 10), refused = this->row(4, 1, 10);
    other.home = id<RecordId>(51);
    refused.state = FileState::refused;
    s.put_file(other);
    s.put_chunk_list(other.attachment, {hash_of(9)});
    s.put_file(refused);
    s.put_chunk_list(refused.attachment, {hash_of(9)});
    for (const int c : {7, 8, 9}) s.put_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c)), bytes, 77);
    s.put_chunk(id<RecordId>(51), hash_of(9), bytes, 77);
    s.drop_contents(id<RecordId>(1));
  });
  EXPECT_FALSE(this->store().has_chunk(this->kHome, hash_of(9)));
  EXPECT_TRUE(this->store().has_chunk(this->kHome, hash_of(8))) << "the other file lists it too";
  EXPECT_TRUE(this->store().has_chunk(this->kHome, hash_of(7))) << "nobody lists it yet";
  EXPECT_TRUE(this->store().has_chunk(id<RecordId>(51), hash_of(9))) << "of another home";
  EXPECT_TRUE(this->store().chunk_list(id<RecordId>(1)).empty());
  EXPECT_TRUE(this->store().file(id<RecordId>(1)));
  EXPECT_EQ(this->store().chunk_list(id<RecordId>(2)), (std::vector<Hash>{hash_of(8)}));
}

TYPED_TEST_P(StoreAttachmentsContract, DeletedFilesOfAHomeTakeListsAndChunksAlong) {
  const Bytes bytes = bytes_of("chunk");
  const RecordId other_home = id<RecordId>(51);
  this->write([&](Store& s) {
    this->put(s, 1, {9, 8});
    FileRow other = this->row(3, 1, 10);
    other.home = other_home;
    s.put_file(other);
    s.put_chunk_list(other.attachment, {hash_of(9)});
    for (const int c : {7, 8}) s.put_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c)), bytes, 77);
    s.put_chunk(other_home, hash_of(9), bytes, 77);
    s.delete_files(this->kHome);
  });
  EXPECT_TRUE(this->store().files_of_home(this->kHome).empty());
  EXPECT_TRUE(this->store().chunk_list(id<RecordId>(1)).empty());
  EXPECT_FALSE(this->store().has_chunk(this->kHome, hash_of(8)));
  EXPECT_FALSE(this->store().has_chunk(this->kHome, hash_of(7))) << "listed or not";
  EXPECT_EQ(this->store().chunk_list(id<RecordId>(3)), (std::vector<Hash>{hash_of(9)}));
  EXPECT_TRUE(this->store().has_chunk(other_home, hash_of(9)));
}

TYPED_TEST_P(StoreAttachmentsContract, OrdersFilesUnderWayByRankAndSizeAndIdleOnesByTurn) {
  this->write([&](Store& s) {
    for (const auto& [n, rank, size] :
         std::vector<std::tuple<int, int, int>>{{1, 1, 500}, {2, 1, 400}, {3, 0, 900}, {4, 1, 400}}) {
      FileRow row = this->row(static_cast<std::uint8_t>(n), 1, static_cast<std::uint64_t>(size));
      row.rank = static_cast<std::uint8_t>(rank);
      s.put_file(row);
    }
    for (const auto& [n, turn] : std::vector<std::pair<int, int>>{{11, 30}, {12, 10}, {13, 20}}) {
      FileRow row = this->row(static_cast<std::uint8_t>(n), 1, 10);
      row.idle = true;
      row.turn = static_cast<std::uint64_t>(turn);
      s.put_file(row);
    }
    FileRow settled = this->row(21, 1, 1), withdrawn = this->row(22, 1, 1);
    settled.settled = true;
    withdrawn.state = FileState::withdrawn;
    s.put_file(settled);
    s.put_file(withdrawn);
  });
  EXPECT_EQ(firsts(this->store().files_under_way(9), &FileRow::attachment), (IntList{3, 2, 4, 1}));
  EXPECT_EQ(firsts(this->store().files_under_way(2), &FileRow::attachment), (IntList{3, 2}));
  EXPECT_EQ(firsts(this->store().files_in_turn(2), &FileRow::attachment), (IntList{12, 13}));
}

TYPED_TEST_P(StoreAttachmentsContract, CountsWhatABodyAttachedAndWhatIsUnfinished) {
  this->write([&](Store& s) {
    this->put(s, 1, {1, 2, 3}, 600);
    this->put(s, 2, {4}, 50);
    this->put(s, 3, {5, 6}, 7000);
    FileRow gone = *s.file(id<RecordId>(3));
    gone.state = FileState::withdrawn;
    s.put_file(gone);
    for (const int c : {1, 2, 4, 5}) s.put_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c)), bytes_of("x"), 1);
  });
  const auto owner = id<OrganisationId>(62);
  EXPECT_EQ(this->store().attached_bytes(owner), 650u);
  EXPECT_EQ(this->store().unfinished_chunks(owner), 2u);
  EXPECT_EQ(this->store().attached_bytes(id<OrganisationId>(63)), 0u);
  EXPECT_EQ(this->store().unfinished_chunks(id<OrganisationId>(63)), 0u);
}

TYPED_TEST_P(StoreAttachmentsContract, NamesTheFilesThatABodyInScopeMayStillHave) {
  const auto reader = id<OrganisationId>(7);
  this->write([&](Store& s) {
    this->put(s, 1, {1});
    this->put(s, 2, {2});
    this->put(s, 3, {3});
    FileRow later = *s.file(id<RecordId>(1));
    later.turn = 9;
    s.put_file(later);
    s.put_chunk(this->kHome, hash_of(3), bytes_of("x"), 1);
  });
  EXPECT_TRUE(this->store().files_missing(reader, 9).empty());
  const auto scope = [&](std::optional<std::uint64_t> to) {
    this->write([&](Store& s) { s.put_scope({this->kHome, reader, 5, to}); });
  };
  scope(std::nullopt);
  EXPECT_EQ(firsts(this->store().files_missing(reader, 9), &FileRow::attachment), (IntList{2, 1}));
  EXPECT_EQ(firsts(this->store().files_missing(reader, 1), &FileRow::attachment), (IntList{2}));
  scope(8);
  EXPECT_TRUE(this->store().files_missing(reader, 9).empty());
}

TYPED_TEST_P(StoreAttachmentsContract, DropsOldChunksThatNoLiveFileLists) {
  this->write([&](Store& s) {
    this->put(s, 1, {1, 2});
    this->put(s, 2, {2, 3});
    for (const int c : {1, 2, 3, 4, 5}) {
      const auto at = static_cast<std::uint64_t>(c == 5 ? 200 : 100);  // 4 and 5 are of no file
      s.put_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c)), bytes_of("x"), at);
    }
    FileRow gone = *s.file(id<RecordId>(2));
    gone.state = FileState::withdrawn;
    s.put_file(gone);
    EXPECT_EQ(s.drop_unreferenced_chunks(150, 1), 1u);
    EXPECT_EQ(s.drop_unreferenced_chunks(150, 9), 1u);
    EXPECT_EQ(s.drop_unreferenced_chunks(150, 9), 0u);
  });
  std::string here;
  for (const int c : {1, 2, 3, 4, 5})
    here += this->store().has_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c))) ? '1' : '0';
  EXPECT_EQ(here, "11001");
  EXPECT_EQ(this->missing(1), 0u);
}

TYPED_TEST_P(StoreAttachmentsContract, DropsWhatArrivedOfFilesThatGotNothingMore) {
  this->write([&](Store& s) {
    this->put(s, 1, {1, 2, 3});  // quiet; 2 is of a whole file, too
    this->put(s, 2, {2});
    this->put(s, 3, {4, 5});  // goes on
    this->put(s, 4, {6, 7});  // quiet, and nothing of it is its own
    this->put(s, 5, {6});
    for (const int c : {1, 2, 6}) s.put_chunk(this->kHome, hash_of(static_cast<std::uint8_t>(c)), bytes_of("x"), 100);
    s.put_chunk(this->kHome, hash_of(4), bytes_of("x"), 200);
    EXPECT_EQ(s.drop_unfinished_chunks(150, 9), 1u);
    EXPECT_EQ(s.drop_unfinished_chunks(150, 9), 0u);
  });
  EXPECT_EQ(this->missing(1), 2u);
  EXPECT_EQ(this->missing(2), 0u);
  EXPECT_EQ(this->missing(3), 1u);
  EXPECT_EQ(this->missing(4), 1u);
}

TYPED_TEST_P(StoreAttachmentsContract, KeepsThePartsOfOneSenderUntilTheyAreDropped) {
  const auto sender = id<DeviceId>(1), other = id<DeviceId>(2);
  this->write([&](Store& s) {
    s.put_part({sender, hash_of(5), 600'000, 2, bytes_of("two")});
    s.put_part({sender, hash_of(5), 600'000, 0, bytes_of("old")});
    s.put_part({sender, hash_of(5), 600'000, 0, bytes_of("zero")});
    s.put_part({other, hash_of(6), 300'000, 1, bytes_of("one")});
  });
  const auto held = this->store().parts(sender);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->changeset, hash_of(5));
  EXPECT_EQ(held->total, 600'000u);
  EXPECT_EQ(held->there, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(this->store().part(sender, 0), bytes_of("zero"));
  EXPECT_TRUE(this->store().part(sender, 1).empty());
  this->write([&](Store& s) { s.drop_parts(sender); });
  EXPECT_FALSE(this->store().parts(sender));
  EXPECT_TRUE(this->store().parts(other));
}

TYPED_TEST_P(StoreAttachmentsContract, KeepsOneSnapshotPerStreamAndItsChunksUntilTheyAreDropped) {
  const auto stream = id<StreamId>(1), other = id<StreamId>(2);
  this->write([&](Store& s) {
    s.put_snapshot({stream, bytes_of("first"), {}, 7, 5, bytes_of("tail"), bytes_of("homes"), 100});
    s.put_snapshot({stream, bytes_of("manifest"), Bytes(64, 0x51), 0, 0, {}, {}, 200});
    s.put_snapshot({other, bytes_of("other"), {}, 9, 8, bytes_of("t"), bytes_of("h"), 300});
    s.put_snapshot_chunk(stream, 2, bytes_of("two"));
    s.put_snapshot_chunk(stream, 0, bytes_of("old"));
    s.put_snapshot_chunk(stream, 0, bytes_of("zero"));
    s.put_snapshot_chunk(other, 0, bytes_of("other"));
  });
  const auto row = this->store().snapshot(stream);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->manifest, bytes_of("manifest"));
  EXPECT_EQ(row->signature, Bytes(64, 0x51));
  EXPECT_EQ(row->touched_ms, 200u);
  const auto making = this->store().snapshot(other);
  ASSERT_TRUE(making);
  EXPECT_TRUE(making->signature.empty());
  EXPECT_EQ(making->next_seq, 9u);
  EXPECT_EQ(making->tail_seq, 8u);
  EXPECT_EQ(making->tail, bytes_of("t"));
  EXPECT_EQ(making->homes, bytes_of("h"));
  EXPECT_EQ(this->store().snapshot_chunks(stream), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(this->store().snapshot_chunk(stream, 0), bytes_of("zero"));
  EXPECT_TRUE(this->store().snapshot_chunk(stream, 1).empty());
  this->write([&](Store& s) { s.drop_snapshot(stream); });
  EXPECT_FALSE(this->store().snapshot(stream));
  EXPECT_TRUE(this->store().snapshot_chunks(stream).empty());
  EXPECT_EQ(this->store().snapshot_chunk(other, 0), bytes_of("other"));
}

REGISTER_TYPED_TEST_SUITE_P(StoreAttachmentsContract, KeepsEveryMemberOfAFileAndItsListInOrder,
                            AChunkCountsForEveryPlaceInEveryListOfItsHome,
                            DroppedContentsLeaveWhatOtherFilesOfTheHomeList, DeletedFilesOfAHomeTakeListsAndChunksAlong,
                            OrdersFilesUnderWayByRankAndSizeAndIdleOnesByTurn,
                            CountsWhatABodyAttachedAndWhatIsUnfinished, NamesTheFilesThatABodyInScopeMayStillHave,
                            DropsOldChunksThatNoLiveFileLists, DropsWhatArrivedOfFilesThatGotNothingMore,
                            KeepsThePartsOfOneSenderUntilTheyAreDropped,
                            KeepsOneSnapshotPerStreamAndItsChunksUntilTheyAreDropped);

}  // namespace tram::station::test
