// What attachments refuse: foreign scopes, wrong bytes, more than a body's share; and what becomes of chunks that
// nobody needs any more (sync design 11).
#include <gtest/gtest.h>

#include "files.h"
#include "sync/limits.h"

namespace tram::sync::test {
namespace {

class AttachmentBounds : public ::testing::Test {
 protected:
  AttachmentBounds() {
    home = w.new_case(w.a().organisation);
    w.settle();
  }
  void until_quiet(Party& site) {
    for (int i = 0; i < 50 && w.exchange(site).more;) ++i;
  }
  // The hub's answer to a WANT that a program of b was made to send.
  std::vector<Frame> asks(Party& site, const FileHave& file) {
    auto frames = without(w.request(site), FrameType::want);
    frames.push_back(encode_frame(Want{8u << 20, {file}, {}}));
    const Taken heard = w.hub_takes(site.device, frames);
    return w.reply(site.device, heard.have);
  }
  World w;
  RecordId home;
};

TEST_F(AttachmentBounds, AFileOutOfScopeLooksLikeOneThatDoesNotExist) {
  const RecordId file = attach(w.a(), home, content(2));
  until_quiet(w.a());
  const RecordId nowhere = id<RecordId>(0xEE);
  const auto answer = [&](const RecordId& attachment) {
    const auto frames = asks(w.b(), {attachment, FileAnswer::open, Bitmap(2)});
    EXPECT_TRUE(only(frames, FrameType::blob).empty());
    const auto wants = only(frames, FrameType::want);
    EXPECT_EQ(wants.size(), 1u);
    return *decode_want(wants.at(0));
  };
  const Want foreign = answer(file), unknown = answer(nowhere);
  ASSERT_EQ(foreign.files.size(), 1u);
  EXPECT_EQ(foreign.files[0], (FileHave{file, FileAnswer::unknown, Bitmap()}));
  EXPECT_EQ(unknown.files[0], (FileHave{nowhere, FileAnswer::unknown, Bitmap()}));
  // Nor does another number of chunks tell anything to one who is in scope.
  EXPECT_EQ(decode_want(only(asks(w.a(), {file, FileAnswer::open, Bitmap(3)}), FrameType::want).at(0))->files[0],
            (FileHave{file, FileAnswer::unknown, Bitmap()}));
}

TEST_F(AttachmentBounds, ABodyThatLeftTheScopeGetsNoMoreChunks) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const RecordId file = attach(w.a(), home, content(2));
  until_quiet(w.a());
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  EXPECT_TRUE(only(asks(w.b(), {file, FileAnswer::open, Bitmap(2)}), FrameType::blob).empty());
}

// Naming the id of a chunk that lies in another home gains nothing.
TEST_F(AttachmentBounds, AReferenceToBytesOfAnotherHomeFindsNothing) {
  const RecordId file = attach(w.a(), home, content(1));
  until_quiet(w.a());
  const RecordId own = w.new_case(w.b().organisation);
  w.settle();
  const auto list = w.hub().with([&](Store& s) { return s.chunk_list(file); });
  const auto nonce = filled<16>(0xB7);
  const RecordId thief = record_id(w.b().device, nonce);
  w.b().write(own, {create(thief, nonce, kFile, own), set(thief, kFileSize, Value::integer(limits::kChunkBytes)),
                    set(thief, kFileChunks, Value(Value::Variant(Structure{encode_chunk_list(list)})))});
  until_quiet(w.b());
  EXPECT_EQ(chunks_at(w.hub(), thief), 0u);
  EXPECT_EQ(chunks_at(w.b(), thief), 0u);
}

TEST_F(AttachmentBounds, WrongBytesAreRefusedAndTheRightOnesTakenAfterwards) {
  const Bytes bytes = content(2);
  const RecordId file = attach(w.a(), home, bytes);
  const auto frames = w.request(w.a());
  auto wrong = frames;
  for (Frame& f : wrong)
    if (f.type == FrameType::blob) f.bytes.back() ^= 1;
  EXPECT_EQ(w.hub_takes(w.a().device, wrong, true).code, OutcomeCode::bad_content);
  EXPECT_EQ(chunks_at(w.hub(), file), std::nullopt) << "nothing of a refused bundle stays";
  EXPECT_EQ(w.hub_takes(w.a().device, wrong).chunks, 0u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_content));
  EXPECT_EQ(chunks_at(w.hub(), file), 0u);
  EXPECT_EQ(w.hub_takes(w.a().device, frames).chunks, 2u);
  EXPECT_EQ(file_at(w.hub(), file), bytes);
  // And at a site.
  const RecordId second = attach(w.hub(), home, content(1));
  auto reply = w.reply(w.a().device, w.hub_takes(w.a().device, w.request(w.a())).have);
  for (Frame& f : reply)
    if (f.type == FrameType::blob) f.bytes.back() ^= 1;
  EXPECT_EQ(w.site_takes(w.a(), reply).chunks, 0u);
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_content));
  EXPECT_EQ(chunks_at(w.a(), second), 0u);
}

TEST_F(AttachmentBounds, AChunkThatNobodyNamedIsNotKept) {
  const Bytes bytes = content(1);
  const Blob stray{home, chunk_id(*w.a().with([&](Store& s) { return blob_key_of_home(s, home); }), bytes), bytes};
  auto frames = w.request(w.a());
  frames.push_back(encode_frame(stray));
  EXPECT_EQ(w.hub_takes(w.a().device, frames).chunks, 0u);
  EXPECT_FALSE(w.hub().with([&](Store& s) { return s.has_chunk(home, stray.id); }));
}

// A list that does not fit the size makes no file: the record stands, and nothing is asked for.
TEST_F(AttachmentBounds, ASizeThatItsListDoesNotFitMakesNoFile) {
  RecordId record;
  auto operations = attaching(w.a(), home, content(2), record);
  operations[1].value = Value::integer(100);
  w.a().write(home, operations);
  until_quiet(w.a());
  EXPECT_EQ(chunks_at(w.hub(), record), std::nullopt);
  EXPECT_TRUE(w.hub().with([&](Store& s) { return s.record(record, Layer::confirmed).has_value(); }));
}

TEST_F(AttachmentBounds, UnfinishedUploadsStopAtTheQuotaAndGoOnAfterwards) {
  // Two uploads whose chunks arrive in part, 18 of the 20 chunks that a body may leave unfinished.
  std::vector<std::pair<RecordId, std::vector<Frame>>> open;
  for (int i = 0; i < 2; ++i) {
    const RecordId file = attach(w.a(), home, content(10));
    const auto up = w.a().step(by_stick()).find<Send>()->frames;
    auto blobs = only(up, FrameType::blob);
    if (i == 1) blobs.erase(blobs.begin());  // the end of the first file, which comes first
    auto frames = without(up, FrameType::blob);
    frames.insert(frames.end(), blobs.begin(), blobs.begin() + 9);
    w.hub_takes(w.a().device, frames);
    w.site_takes(w.a(), w.reply(w.a().device));
    open.emplace_back(file, std::vector<Frame>(blobs.begin() + 9, blobs.end()));
  }
  const RecordId third = attach(w.a(), home, content(4));
  const auto up = w.request(w.a());
  std::vector<Frame> records = without(up, FrameType::blob);
  w.hub_takes(w.a().device, records);
  const auto chunks = [&] {
    std::vector<Frame> made;
    for (const ChunkId& id : w.a().with([&](Store& s) { return s.chunk_list(third); }))
      made.push_back(encode_frame(Blob{home, id, *w.a().with([&](Store& s) { return s.chunk(home, id); })}));
    return made;
  }();
  const Taken taken = w.hub_takes(w.a().device, chunks);
  EXPECT_EQ(taken.chunks, 2u) << "20 of 20";
  EXPECT_TRUE(w.last.notices(OutcomeCode::over_limit));
  // The hub says so, and the site stops sending.
  w.site_takes(w.a(), w.reply(w.a().device, w.hub_takes(w.a().device, w.request(w.a())).have));
  const auto file = w.a().with([&](Store& s) { return *s.file(third); });
  EXPECT_EQ(static_cast<FileAnswer>(file.answer), FileAnswer::paused);
  EXPECT_TRUE(only(w.request(w.a()), FrameType::blob).empty());
  // One of the others is withdrawn: its chunks count no more.
  Operation withdrawn = happens(open[0].first, kWithdrawn);
  withdrawn.field = kFileState;
  w.a().write(home, {withdrawn});
  for (int i = 0; i < 3; ++i) until_quiet(w.a());
  EXPECT_EQ(chunks_at(w.hub(), third), 4u);
}

TEST_F(AttachmentBounds, ABodyAttachesNoMoreThanItsShare) {
  Bytes large = content(33);
  const RecordId first = attach(w.hub(), home, large);
  (void)first;
  RecordId record;
  for (int i = 0; i < 2; ++i) {  // 66 chunks of the 64 of a
    auto operations = attaching(w.a(), home, content(33), record);
    w.a().write(home, operations);
  }
  until_quiet(w.a());
  const auto answer = decode_want(only(asks(w.a(), {record, FileAnswer::open, Bitmap(33)}), FrameType::want).at(0));
  EXPECT_EQ(answer->files.at(0).answer, FileAnswer::paused);
}

TEST_F(AttachmentBounds, AWithdrawnFileIsServedNoMoreAndItsChunksGo) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const RecordId file = attach(w.a(), home, content(2));
  until_quiet(w.a());
  Operation withdrawn = happens(file, kWithdrawn);
  withdrawn.field = kFileState;
  w.a().write(home, {withdrawn});
  until_quiet(w.a());
  until_quiet(w.b());
  EXPECT_TRUE(only(asks(w.b(), {file, FileAnswer::open, Bitmap(2)}), FrameType::blob).empty());
  EXPECT_EQ(chunks_at(w.hub(), file), 2u);
  w.now_ms += limits::kUnreferencedMs + limits::kExpireEveryMs;
  until_quiet(w.a());
  EXPECT_EQ(chunks_at(w.hub(), file), 0u);
  EXPECT_EQ(chunks_at(w.a(), file), 0u);
}

TEST_F(AttachmentBounds, AnUploadThatDoesNotGoOnExpiresAtTheHubAndCanStartAgain) {
  const Bytes bytes = content(3);
  const RecordId file = attach(w.a(), home, bytes);
  auto frames = w.request(w.a());
  frames.pop_back();
  w.hub_takes(w.a().device, frames);
  EXPECT_EQ(chunks_at(w.hub(), file), 2u);
  w.now_ms += limits::kUnfinishedMs + limits::kExpireEveryMs;
  w.exchange(w.b());
  EXPECT_EQ(chunks_at(w.hub(), file), 0u);
  until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), file), bytes);
}

// Chunks that a program stored before it was stopped, and whose record was never saved.
TEST_F(AttachmentBounds, ChunksWithoutARecordExpire) {
  const Bytes bytes = content(1);
  const ChunkId id = chunk_id(*w.a().with([&](Store& s) { return blob_key_of_home(s, home); }), bytes);
  w.a().with([&](Store& s) { s.put_chunk(home, id, bytes, w.now_ms); });
  w.exchange(w.a());
  EXPECT_TRUE(w.a().with([&](Store& s) { return s.has_chunk(home, id); }));
  w.now_ms += limits::kUnreferencedMs + limits::kExpireEveryMs;
  w.exchange(w.a());
  EXPECT_FALSE(w.a().with([&](Store& s) { return s.has_chunk(home, id); }));
}

// A hub that lost chunks asks for them, though the site thought all was said.
TEST_F(AttachmentBounds, AHubThatLostChunksGetsThemAgain) {
  const Bytes bytes = content(2);
  const RecordId file = attach(w.a(), home, bytes);
  until_quiet(w.a());
  w.hub().with([&](Store& s) {
    FileRow row = *s.file(file);
    row.state = FileState::withdrawn;
    s.put_file(row);
    (void)s.drop_unreferenced_chunks(w.now_ms + 1, 100);
    row.state = FileState::live;
    s.put_file(row);
    s.put_chunk_list(file, s.chunk_list(file));
  });
  EXPECT_EQ(chunks_at(w.hub(), file), 0u);
  until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), file), bytes);
}

// S-I7: the contents of a redacted attachment are gone at once on every station; the other files of its home live on.
TEST_F(AttachmentBounds, S_I7_TheContentsOfARedactedAttachmentAreGoneEverywhere) {
  w.hub().write(home, {give(home, kFollowing, w.b().organisation)});
  w.settle();
  const Bytes shared = content(1);
  Bytes secret = shared;
  append(secret, content(1));
  const RecordId file = attach(w.a(), home, secret), other = attach(w.a(), home, shared);
  for (Party* p : {&w.a(), &w.b()}) until_quiet(*p);
  ASSERT_EQ(file_at(w.b(), file), secret);
  const auto ids = w.a().with([&](Store& s) { return s.chunk_list(file); });
  const Bytes chunk = *w.a().with([&](Store& s) { return s.chunk(home, ids[1]); });
  w.a().role = Role::approver;
  w.a().write(home, {redaction(w.a().with([&](Store& s) { return s.file(file)->changeset; }))});
  w.settle();
  for (Party* p : {&w.hub(), &w.a(), &w.b()}) {
    EXPECT_FALSE(p->with([&](Store& s) { return s.has_chunk(home, ids[1]); })) << p->code;
    EXPECT_TRUE(p->with([&](Store& s) { return s.chunk_list(file).empty(); })) << p->code;
    EXPECT_EQ(file_at(*p, other), shared) << p->code;
  }
  // A chunk that was under way, or that somebody kept, does not come back.
  auto frames = w.request(w.a());
  frames.push_back(encode_frame(Blob{home, ids[1], chunk}));
  EXPECT_EQ(w.hub_takes(w.a().device, frames).chunks, 0u);
  EXPECT_TRUE(only(asks(w.b(), {file, FileAnswer::open, Bitmap(2)}), FrameType::blob).empty());
  w.settle();
  w.expect_converged();
}

// The home's first changeset, whose nonce makes the chunks' key, may lose its content too.
TEST_F(AttachmentBounds, AFileOfAHomeWhoseBeginningWasRedactedStillArrives) {
  const Bytes bytes = content(2);
  w.hub().write(home, {redaction(w.hub().with([&](Store& s) { return s.record(home, Layer::confirmed)->changeset; }))});
  w.settle();
  const RecordId file = attach(w.a(), home, bytes);
  until_quiet(w.a());
  EXPECT_EQ(file_at(w.hub(), file), bytes);
}

}  // namespace
}  // namespace tram::sync::test
