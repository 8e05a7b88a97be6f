// Attachments between engines: chunks follow their records, resume where they stopped, and never leave a home's scope
// (sync design 11, S-J1, S-J3).
#include <gtest/gtest.h>

#include "files.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

constexpr std::size_t kChunk = limits::kChunkBytes;

class Attachments : public ::testing::Test {
 protected:
  Attachments() {
    home = w.new_case(w.a().organisation);
    w.settle();
  }
  // One exchange in which the request holds at most that many chunks; the number it held.
  std::size_t request_with(Party& site, std::size_t chunks) {
    const auto frames = site.step(with_chunks(chunks)).find<Send>()->frames;
    const Taken heard = w.hub_takes(site.device, frames);
    w.site_takes(site, w.reply(site.device, heard.have));
    return only(frames, FrameType::blob).size();
  }
  // Exchanges until neither side has more to say, as a node does.
  int until_quiet(Party& site) {
    int exchanges = 0;
    for (bool more = true; more && exchanges < 100; ++exchanges) more = w.exchange(site).more;
    return exchanges;
  }

  World w;
  RecordId home;
};

TEST_F(Attachments, AFileReachesTheHubAndTheOthersInScope) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const Bytes bytes = content(5, 100);
  const RecordId file = attach(w.a(), home, bytes);
  until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), file), bytes);
  until_quiet(w.b());
  EXPECT_EQ(file_at(w.b(), file), bytes);
  EXPECT_EQ(chunks_at(w.c(), file), std::nullopt);
  w.settle();
  w.expect_converged();
  // All is said: the next request holds neither WANT nor BLOB.
  for (Party* p : {&w.a(), &w.b()}) {
    const auto frames = w.request(*p);
    EXPECT_TRUE(only(frames, FrameType::want).empty() && only(frames, FrameType::blob).empty()) << p->code;
  }
}

TEST_F(Attachments, AFileOfTheHubReachesTheSiteWithItsRecord) {
  const Bytes bytes = content(3);
  const RecordId file = attach(w.hub(), home, bytes);
  w.exchange(w.a());
  EXPECT_EQ(file_at(w.a(), file), bytes);
}

TEST_F(Attachments, AnEmptyFileIsWholeAtOnce) {
  const RecordId file = attach(w.a(), home, {});
  until_quiet(w.a());
  EXPECT_EQ(chunks_at(w.hub(), file), 0u);
  EXPECT_TRUE(w.a().with([&](Store& s) { return s.files_under_way(8).empty(); }));
}

// S-J1 at every place where a line can drop: the request arrived or not, the answer arrived or not.
TEST_F(Attachments, AnUploadGoesOnAtTheChunkWhereTheLineDropped) {
  const std::uint32_t chunks = 5;
  for (std::uint32_t dropped = 0; dropped < chunks; ++dropped) {
    for (const bool request_arrives : {false, true}) {
      SCOPED_TRACE(std::to_string(dropped) + (request_arrives ? " answer lost" : " request lost"));
      const Bytes bytes = content(chunks);
      const RecordId file = attach(w.a(), home, bytes);
      for (std::uint32_t i = 0; i < dropped; ++i) EXPECT_EQ(request_with(w.a(), 1), 1u);
      EXPECT_EQ(chunks_at(w.hub(), file).value_or(0), dropped);
      const auto lost = w.a().step(with_chunks(1)).find<Send>()->frames;
      if (request_arrives) w.hub_takes(w.a().device, lost);
      std::size_t sent = dropped + only(lost, FrameType::blob).size();
      for (int i = 0; i < 20 && chunks_at(w.hub(), file) != chunks; ++i) sent += request_with(w.a(), 1);
      EXPECT_EQ(file_at(w.hub(), file), bytes);
      EXPECT_LE(sent, chunks + 2) << "at most the one under way, and the same again before the hub was heard";
      until_quiet(w.a());
    }
  }
}

TEST_F(Attachments, ADownloadGoesOnAtTheChunkWhereTheLineDropped) {
  const std::uint32_t chunks = 6;
  const Bytes bytes = content(chunks);
  const RecordId file = attach(w.hub(), home, bytes);
  std::size_t sent = 0;
  for (int i = 0; i < 30 && chunks_at(w.a(), file) != chunks; ++i) {
    const Taken heard = w.hub_takes(w.a().device, w.request(w.a()));
    const Actions made = w.hub().step(MakeReply{w.a().device, heard.have, 8u << 20, {}, kChunk + kBlobHead});
    const auto& frames = made.find<Reply>()->frames;
    sent += only(frames, FrameType::blob).size();
    if (i % 2 == 0) w.site_takes(w.a(), frames);  // every second answer is lost
  }
  EXPECT_EQ(file_at(w.a(), file), bytes);
  EXPECT_EQ(sent, 2 * chunks - 1);
}

// S-J3.
TEST_F(Attachments, AFileThatIsMissingAtTheHubStopsNothing) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const RecordId file = attach(w.a(), home, content(4));
  const auto frames = without(w.request(w.a()), FrameType::blob);
  w.hub_takes(w.a().device, frames);  // the record came, its chunks did not
  w.hub().write(home, {set(home, kTitle, Value::text("and on"))});
  EXPECT_LE(until_quiet(w.b()), 3);
  EXPECT_EQ(w.b().field(home, kTitle)->value, Value::text("and on"));
  EXPECT_EQ(chunks_at(w.b(), file), 0u);
  EXPECT_EQ(w.b().field(file, kFileSize)->value, Value::integer(4 * kChunk));
  EXPECT_EQ(w.b().with([&](Store& s) { return s.record(file, Layer::confirmed)->owner; }), w.a().organisation);
  // Asked for in turn, and got as soon as it is there.
  until_quiet(w.a());
  until_quiet(w.b());
  until_quiet(w.b());
  EXPECT_EQ(chunks_at(w.b(), file), 4u);
}

// S-C7: the record stands, and only its author has the content. The body that has the home now needs it.
TEST_F(Attachments, S_C7_AFileGoesOnToTheHubAfterItsHomeHasLeftItsAuthor) {
  const Bytes bytes = content(4);
  const RecordId file = attach(w.a(), home, bytes);
  w.hub_takes(w.a().device, without(w.request(w.a()), FrameType::blob));
  w.hub().write(home, {give(home, kImplementing, w.b().organisation)});
  const RecordId foreign = attach(w.hub(), home, content(2));
  for (int i = 0; i < 4; ++i) until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), file), bytes);
  EXPECT_EQ(chunks_at(w.a(), foreign), std::nullopt) << "nothing else of the home comes to it";
  for (int i = 0; i < 3; ++i) until_quiet(w.b());
  EXPECT_EQ(file_at(w.b(), file), bytes);
  const auto frames = w.request(w.a());
  EXPECT_TRUE(only(frames, FrameType::want).empty() && only(frames, FrameType::blob).empty()) << "all is said";
}

TEST_F(Attachments, RecordsGoBeforeChunks) {
  const RecordId file = attach(w.a(), home, content(3));
  for (int i = 0; i < 20; ++i) w.a().write(home, {note(home, std::string(60'000, 'n'))});
  // More records than one request holds: not one chunk goes with the first.
  const auto first = w.request(w.a());
  EXPECT_TRUE(only(first, FrameType::blob).empty());
  EXPECT_TRUE(only(first, FrameType::want).empty());
  for (int i = 0; i < 3; ++i) until_quiet(w.a());
  EXPECT_EQ(chunks_at(w.hub(), file), 3u);
}

TEST_F(Attachments, SmallAndUrgentFilesGoFirst) {
  const auto n = filled<16>(w.nonce++);
  const RecordId paper = record_id(w.hub().device, n);
  w.hub().write(paper, {create(paper, n, kPaper), add(paper, kReceiving, Value::id(w.a().organisation))});
  w.settle();
  const RecordId large = attach(w.a(), home, content(6));
  const RecordId medium = attach(w.a(), home, content(3));
  const RecordId urgent = attach(w.a(), paper, content(4));
  const RecordId small = attach(w.a(), home, content(0, 2000));
  std::vector<RecordId> order;
  for (int i = 0; i < 30; ++i) {
    const Actions made = w.a().step(with_chunks(1));
    const auto blobs = only(made.find<Send>()->frames, FrameType::blob);
    if (blobs.empty()) break;
    const Blob blob = *decode_blob(blobs.front());
    const auto of = w.a().with([&](Store& s) {
      for (const RecordId& file : {large, medium, urgent, small})
        for (const ChunkId& id : s.chunk_list(file))
          if (id == blob.id) return file;
      return RecordId{};
    });
    if (order.empty() || order.back() != of) order.push_back(of);
    w.site_takes(w.a(), w.reply(w.a().device, w.hub_takes(w.a().device, made.find<Send>()->frames).have));
  }
  EXPECT_EQ(order, (std::vector<RecordId>{small, urgent, medium, large}));
}

TEST_F(Attachments, EqualFilesInTwoHomesHaveUnlikeIdsAndBothArrive) {
  const RecordId other = w.new_case(w.a().organisation);
  w.settle();
  const Bytes bytes = content(1);
  const RecordId here = attach(w.a(), home, bytes), there = attach(w.a(), other, bytes);
  EXPECT_NE(w.a().with([&](Store& s) { return s.chunk_list(here); }),
            w.a().with([&](Store& s) { return s.chunk_list(there); }));
  until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), here), bytes);
  EXPECT_EQ(file_at(w.hub(), there), bytes);
}

TEST_F(Attachments, AChunkThatIsThereAlreadyIsSentOnceAndTakenOnce) {
  const Bytes zeros(3 * kChunk, 0);  // three equal chunks in one file
  const RecordId file = attach(w.a(), home, zeros);
  const auto frames = w.request(w.a());
  EXPECT_EQ(only(frames, FrameType::blob).size(), 1u);
  EXPECT_EQ(w.hub_takes(w.a().device, frames).chunks, 1u);
  EXPECT_EQ(w.hub_takes(w.a().device, frames).chunks, 0u);
  EXPECT_EQ(file_at(w.hub(), file), zeros);
  EXPECT_EQ(chunks_at(w.hub(), file), 3u);
}

// --- by stick --------------------------------------------------------------------------------------------------------

TEST_F(Attachments, ABundleMayCarryAnySubsetBothWays) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const std::uint32_t chunks = 5;
  const Bytes bytes = content(chunks);
  const RecordId file = attach(w.a(), home, bytes);
  const auto up = w.a().step(by_stick()).find<Send>()->frames;
  const auto blobs = only(up, FrameType::blob);
  ASSERT_EQ(blobs.size(), chunks) << "everything goes with the first bundle";
  auto some = without(up, FrameType::blob);
  some.push_back(blobs[1]);
  some.push_back(blobs[4]);
  EXPECT_EQ(w.hub_takes(w.a().device, some, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(chunks_at(w.hub(), file), 2u);
  // The chunks alone are news; then nothing is.
  auto rest = up;
  std::erase(rest, blobs[1]);
  EXPECT_EQ(w.hub_takes(w.a().device, rest, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(file_at(w.hub(), file), bytes);
  EXPECT_EQ(w.hub_takes(w.a().device, up, true).code, OutcomeCode::duplicate);
  // Down to b: it never asked, and gets the file with its record.
  const auto down = w.reply(w.b().device);
  ASSERT_EQ(only(down, FrameType::blob).size(), chunks);
  auto half = down;
  half.resize(half.size() - 3);
  EXPECT_EQ(w.site_takes(w.b(), half, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(chunks_at(w.b(), file), 2u);
  // What b says in its bundle is what the next one to it holds.
  w.hub_takes(w.b().device, w.b().step(by_stick()).find<Send>()->frames, true);
  const auto second = w.reply(w.b().device);
  EXPECT_EQ(only(second, FrameType::blob).size(), 3u);
  EXPECT_EQ(w.site_takes(w.b(), second, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(file_at(w.b(), file), bytes);
}

// The line is so bad that no chunk fits between two cuts: that is what the stick is for.
TEST_F(Attachments, ABundleIsNotCutToWhatTheLineCarries) {
  const Bytes bytes = content(3);
  const RecordId file = attach(w.hub(), home, bytes);
  const auto exchange = [&] {
    const Actions asked = w.a().step(Prepare{limits::kLeastLine, false, {}, limits::kLeastLine});
    const Taken heard = w.hub_takes(w.a().device, asked.find<Send>()->frames);
    const auto answer = w.reply(w.a().device, heard.have);
    w.site_takes(w.a(), answer);
    return only(answer, FrameType::blob).size();
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(exchange(), 0u);
  EXPECT_EQ(chunks_at(w.a(), file), 0u) << "the record is here";
  w.site_takes(w.a(), w.reply(w.a().device), true);
  EXPECT_EQ(file_at(w.a(), file), bytes);
}

TEST_F(Attachments, ALostStickCostsNothing) {
  const Bytes bytes = content(4);
  const RecordId file = attach(w.a(), home, bytes);
  (void)w.a().step(by_stick());  // never arrives
  const auto second = w.a().step(by_stick()).find<Send>()->frames;
  EXPECT_EQ(w.hub_takes(w.a().device, second, true).code, OutcomeCode::ok_new);
  EXPECT_EQ(file_at(w.hub(), file), bytes);
}

}  // namespace
}  // namespace tram::sync::test
