// Scenarios S-F8, S-H6 and S-I6 (sync design 14): a bootstrap by snapshot that is cut, altered, superseded.
#include <gtest/gtest.h>

#include "scenario.h"
#include "snapshot_world.h"

namespace tram::sync::test {
namespace {

class Bootstrap : public Scenario {
 protected:
  Bootstrap() {
    give_small_snapshots(w);
    // What c knows already when it begins.
    known = cases_of(w, w.c(), 1).front();
    w.exchange(w.c());
    homes = cases_of(w, w.c(), 5);
  }
  // The old state serves meanwhile: it reads as before, and work on it goes on.
  void expect_usable() {
    EXPECT_EQ(w.c().field(known, kNotes, Layer::confirmed)->heads.size(), 1u);
    for (const RecordId& h : homes) EXPECT_FALSE(knows(w.c(), h));
    written.push_back(w.c().write(known, {note(known, "meanwhile " + std::to_string(written.size()))}));
    EXPECT_EQ(w.c().field(known, kNotes, Layer::provisional)->heads.size(), 1 + written.size());
  }
  void expect_filled() {
    for (int i = 0; i < 3; ++i) w.settle();
    for (const RecordId& h : homes) EXPECT_TRUE(knows(w.c(), h));
    for (const Hash& c : written) EXPECT_TRUE(w.c().receipt(c));
    EXPECT_FALSE(snapshot_at(w.c(), stream_of(w.c())));
    EXPECT_TRUE(chunks_at(w.c(), stream_of(w.c())).empty());
  }
  // What c asks for, its own changesets not sent yet.
  std::vector<Frame> answer() {
    const auto frames = w.request(w.c());
    for (const Frame& f : frames)
      if (f.type == FrameType::have) return w.reply(w.c().device, *decode_have(f));
    return {};
  }

  RecordId known;
  std::vector<RecordId> homes;
  std::vector<Hash> written;
};

TEST_F(Bootstrap, S_I6_AnAlteredChunkIsRefused) {
  const std::uint64_t before = cursor(w.c());
  for (const std::size_t at : {0u, 1u, 3u}) {
    auto frames = answer();
    Frame* snapshot[8] = {};
    std::size_t n = 0;
    for (Frame& f : frames)
      if (f.type == FrameType::snapshot && n < 8) snapshot[n++] = &f;
    ASSERT_GT(n, 4u);
    snapshot[at]->bytes.back() ^= 1;
    w.site_takes(w.c(), frames, true);
    EXPECT_NE(w.last.find<Taken>()->code, OutcomeCode::ok_new) << "a file is refused whole";
    EXPECT_TRUE(chunks_at(w.c(), stream_of(w.c())).empty());
    w.site_takes(w.c(), frames);
    EXPECT_TRUE(w.last.notices(at == 0 ? OutcomeCode::bad_signature : OutcomeCode::bad_content));
    expect_usable();
    EXPECT_EQ(cursor(w.c()), before);
    w.c().with([&](Store& s) { s.drop_snapshot(stream_of(w.c())); });
  }
  expect_filled();
}

TEST_F(Bootstrap, S_I6_ATransferThatIsCutGoesOnWhereItStopped) {
  std::size_t chunks = 0, sent = 0;
  for (std::size_t i = 0; i < 50 && !knows(w.c(), homes.back()); ++i) {
    const auto frames = answer();
    const auto parts = of_type(frames, FrameType::snapshot);
    if (i == 0) chunks = parts.size() - 1;
    EXPECT_EQ(std::holds_alternative<SignedManifest>(*decode_snapshot(parts[0])), i == 0) << "the manifest goes once";
    w.site_takes(w.c(), cut_after(frames, i == 0 ? 2 : 1));
    ++sent;
    w.c().restart();
    if (!knows(w.c(), homes.back())) expect_usable();
  }
  EXPECT_EQ(sent, chunks) << "each chunk once";
  expect_filled();
}

TEST_F(Bootstrap, S_I6_ASupersededSnapshotIsBegunAnewFromNothing) {
  w.site_takes(w.c(), cut_after(answer(), 3));
  const auto first = snapshot_at(w.c(), stream_of(w.c()));
  ASSERT_TRUE(first);
  ASSERT_FALSE(chunks_at(w.c(), stream_of(w.c())).empty());
  const auto rest = answer();
  w.hub().with([&](Store& s) { s.drop_snapshot(stream_of(w.c())); });
  w.hub().write(homes[0], {note(homes[0], "meanwhile")});
  const auto frames = answer();
  w.site_takes(w.c(), cut_after(frames, 1));
  EXPECT_NE(snapshot_at(w.c(), stream_of(w.c()))->manifest, first->manifest);
  EXPECT_TRUE(chunks_at(w.c(), stream_of(w.c())).empty()) << "nothing of the first is left";
  expect_usable();
  w.site_takes(w.c(), cut_after(rest, 100));  // comes late
  EXPECT_TRUE(chunks_at(w.c(), stream_of(w.c())).empty());
  w.site_takes(w.c(), frames);
  EXPECT_EQ(w.c().field(homes[0], kNotes)->heads.size(), 2u);
  expect_filled();
}

// One home enters the scope, one leaves and one is edited while c is half way; then all begins anew.
TEST_F(Bootstrap, S_F8_AScopeEnteredDuringABootstrapThatIsInterruptedAndRestarted) {
  w.site_takes(w.c(), cut_after(answer(), 4));
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.hub().write(homes[1], {give(homes[1], kImplementing, w.b().organisation)});
  w.hub().write(homes[2], {set(homes[2], kTitle, Value::text("edited meanwhile"))});
  const RecordId left = homes[1];
  homes.erase(homes.begin() + 1);
  w.c().restart();
  w.hub().with([&](Store& s) { s.drop_snapshot(stream_of(w.c())); });
  w.site_takes(w.c(), answer());
  EXPECT_TRUE(knows(w.c(), home));
  EXPECT_FALSE(knows(w.c(), left)) << "no rows of the first attempt";
  EXPECT_EQ(w.c().field(homes[1], kTitle)->value, Value::text("edited meanwhile"));
  expect_filled();
  EXPECT_FALSE(knows(w.c(), left));
}

TEST_F(Bootstrap, S_F8_AScopeEnteredDuringABootstrapComesAfterIt) {
  w.site_takes(w.c(), cut_after(answer(), 4));
  w.hub().write(home, {give(home, kFollowing, w.c().organisation)});
  w.hub().write(homes[2], {set(homes[2], kTitle, Value::text("edited meanwhile"))});
  const auto frames = answer();
  EXPECT_FALSE(of_type(frames, FrameType::stream).empty()) << "in the same answer as the rest";
  w.site_takes(w.c(), frames);
  EXPECT_TRUE(knows(w.c(), home));
  EXPECT_EQ(w.c().field(homes[2], kTitle)->value, Value::text("edited meanwhile"));
  expect_filled();
}

// Made in steps of three entries; the hub dies in each of them, and after each.
TEST_F(Bootstrap, S_H6_AHubKilledWhileItMakesASnapshotGivesNoIncompleteOne) {
  give_small_snapshots(w, {4, 3, 600});
  const Have have = *decode_have(of_type(w.request(w.c()), FrameType::have).front());
  std::size_t steps = 0;
  std::vector<Frame> frames;
  for (; steps < 50; ++steps) {
    const auto before = snapshot_at(w.hub(), stream_of(w.c()));
    w.hub().dies_in(MakeReply{w.c().device, have, 8u << 20});
    const auto after = snapshot_at(w.hub(), stream_of(w.c()));
    EXPECT_EQ(before ? before->next_seq : 0, after ? after->next_seq : 0) << "nothing was half done";
    frames = w.reply(w.c().device, have);
    w.hub().restart();
    if (!of_type(frames, FrameType::snapshot).empty()) break;
    EXPECT_FALSE(of_type(frames, FrameType::stream).empty()) << "the stream serves meanwhile";
    const auto row = snapshot_at(w.hub(), stream_of(w.c()));
    ASSERT_TRUE(row);
    EXPECT_TRUE(row->signature.empty());
  }
  EXPECT_GT(steps, 3u);
  // What was made is what is made in one go.
  give_small_snapshots(w);
  w.hub().with([&](Store& s) { s.drop_snapshot(stream_of(w.c())); });
  const auto in_one_go = of_type(w.reply(w.c().device, have), FrameType::snapshot);
  const auto in_steps = of_type(frames, FrameType::snapshot);
  EXPECT_TRUE(std::equal(
      in_one_go.begin() + 1, in_one_go.end(), in_steps.begin() + 1, in_steps.end(), [](const Frame& a, const Frame& b) {
        return std::get<SnapshotPiece>(*decode_snapshot(a)).bytes == std::get<SnapshotPiece>(*decode_snapshot(b)).bytes;
      }));
  // A manifest that was not signed is not valid, whatever it names.
  SignedManifest incomplete = std::get<SignedManifest>(*decode_snapshot(in_steps[0]));
  auto manifest = *decode_manifest(incomplete.manifest);
  manifest.chunks.pop_back();
  incomplete.manifest = encode_manifest(manifest);
  w.site_takes(w.c(), {encode_frame(incomplete)});
  EXPECT_TRUE(w.last.notices(OutcomeCode::bad_signature));
  EXPECT_FALSE(snapshot_at(w.c(), stream_of(w.c())));
  w.site_takes(w.c(), frames);
  expect_filled();
}

}  // namespace
}  // namespace tram::sync::test
