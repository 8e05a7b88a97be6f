// Scenarios S-E (sync design 14): sticks that come late, broken or with old content.
#include <gtest/gtest.h>

#include "scenario.h"

namespace tram::sync::test {
namespace {

// Stick 3 was imported, then come 1 and 2; in both directions.
TEST_F(Scenario, S_E1_OlderSticksChangeNothing) {
  std::vector<std::vector<Frame>> up, down;
  const Have before = [&] {
    Have have;
    have.directory_version = w.directory_version();
    for (const StreamRow& s : w.a().with([](Store& store) { return store.streams(); }))
      have.streams.push_back({s.id, s.hub_epoch, s.seq, s.chain, {}});
    return have;
  }();
  for (int i = 1; i <= 3; ++i) {
    w.a().write(home, {note(home, "from a " + std::to_string(i))});
    up.push_back(w.request(w.a()));
    w.hub().write(home, {note(home, "from the hub " + std::to_string(i))});
    down.push_back(w.reply(w.a().device, before));
  }
  EXPECT_EQ(w.hub_takes(w.a().device, up[2], true).receipted, 3u);
  const auto numbers = receipt_numbers();
  EXPECT_EQ(w.site_takes(w.a(), down[2], true).pulled, 3u);
  const Hash at_hub = digest(w.hub(), w.a().organisation), at_site = digest(w.a(), w.a().organisation);
  for (const std::size_t old : {0u, 1u}) {
    EXPECT_EQ(w.hub_takes(w.a().device, up[old], true).code, OutcomeCode::duplicate) << old;
    EXPECT_EQ(w.site_takes(w.a(), down[old], true).code, OutcomeCode::duplicate) << old;
  }
  EXPECT_EQ(receipt_numbers(), numbers);
  EXPECT_EQ(digest(w.hub(), w.a().organisation), at_hub);
  EXPECT_EQ(digest(w.a(), w.a().organisation), at_site);
}

// A bundle of the site as a file for the hub.
class SealedBundles : public Scenario {
 protected:
  Bytes seal() {
    const Actions done = w.a().step(Prepare{1u << 20});
    const Send& send = *done.find<Send>();
    SealInput input;
    input.manifest.kind = BundleKind::up;
    input.manifest.deployment = kZone;
    input.manifest.sender_device = w.a().device;
    input.manifest.created_ms = w.now_ms;
    input.manifest.directory_version = w.directory_version();
    input.manifest.log = send.log;
    input.manifest.log_from_seq = send.from_seq;
    input.manifest.log_to_seq = send.to_seq;
    input.manifest.aux = send.before;
    input.manifest.log_tip_hash = send.tip;
    input.recipients = {{RecipientRole::hub_current, w.hub().device, hub_key_.public_key}};
    input.frames = send.frames;
    input.compress = false;
    return seal_container(input, w.a().key).value().bytes;
  }
  std::variant<Opened, Refused> open(ByteView bytes) {
    OpenContext context;
    context.keys = {&hub_key_, 1};
    context.own_device = w.hub().device;
    context.deployment = kZone;
    context.at_hub = true;
    context.now_ms = w.now_ms;
    context.sender = [&](const crypto::KeyId&) -> std::optional<SenderKey> {
      return SenderKey{w.a().key.public_key, w.a().device, false, false};
    };
    context.kind_allowed = [](BundleKind kind, const SenderKey&) { return kind == BundleKind::up; };
    return open_container(bytes, context);
  }
  const crypto::DecryptionKey hub_key_ = crypto::DecryptionKey::from_seed(filled<32>(0x77));
};

TEST_F(SealedBundles, S_E3_ATruncatedOneIsRefusedAndTheNextCoversIt) {
  std::vector<Hash> saved;
  for (int i = 0; i < 40; ++i) saved.push_back(w.a().write(home, {note(home, std::string(4000, 'x'))}));
  const Bytes whole = seal();
  ASSERT_GT(whole.size(), 160u << 10);
  const auto numbers = receipt_numbers();
  for (std::size_t size = 0; size < whole.size(); size += 1024) {
    const ByteView part = ByteView(whole).first(size);
    const auto opened = open(part);
    ASSERT_TRUE(std::holds_alternative<Refused>(opened)) << size;
    const Refused& refused = std::get<Refused>(opened);
    EXPECT_EQ(name(refused.code), "truncated") << size;
    if (size == 0) continue;  // not even a header that says how long it is to be
    EXPECT_EQ(refused.have_bytes, size);
    EXPECT_EQ(refused.want_bytes, whole.size());
    EXPECT_EQ(inspect_container(part).want_bytes, whole.size()) << "and without any key";
  }
  EXPECT_EQ(receipt_numbers(), numbers);
  // The next one holds all of it, and what was written since.
  saved.push_back(w.a().write(home, {note(home, "since")}));
  const auto next = open(seal());
  ASSERT_TRUE(std::holds_alternative<Opened>(next)) << name(std::get<Refused>(next).code);
  EXPECT_EQ(w.hub_takes(w.a().device, std::get<Opened>(next).frames, true).receipted, saved.size());
  for (const Hash& c : saved) EXPECT_EQ(w.hub().verdict(c).verdict, Verdict::admitted);
}

// An old directory inside a bundle that is newer otherwise, and one that never was.
TEST_F(Scenario, S_E5_DirectoryVersionsNeverGoBack) {
  const auto version = [&](Party& p) { return p.with([&](Store& s) { return p.engine->directory(s).version(); }); };
  Have nothing;  // the hub sends its whole directory
  const auto old = w.reply(w.a().device, nothing);
  Organisation d;
  d.id = organisation_id(kZone, "d");
  d.code = "d";
  d.parent = w.hub().organisation;
  w.add_directory(d);
  w.settle();
  const std::uint64_t newest = version(w.a());
  EXPECT_EQ(newest, w.directory_version());
  w.hub().write(home, {note(home, "newer than its directory")});
  std::vector<Frame> mixed;
  for (const Frame& f : old)
    if (f.type == FrameType::directory) mixed.push_back(f);
  ASSERT_FALSE(mixed.empty());
  for (const Frame& f : w.reply(w.a().device))
    if (f.type == FrameType::stream) mixed.push_back(f);
  const Taken taken = w.site_takes(w.a(), mixed, true);
  EXPECT_EQ(taken.code, OutcomeCode::ok_new);
  EXPECT_EQ(taken.directory, 0u) << "nothing of the old one was taken";
  EXPECT_EQ(version(w.a()), newest);
  EXPECT_EQ(w.a().field(home, kNotes)->heads.size(), 1u);
  // Another entry under a number that is known: the whole bundle is refused.
  const auto last = w.a().with([&](Store& s) { return s.directory(newest).at(0); });
  const auto before = w.a().with([&](Store& s) { return s.directory(newest - 1).at(0).hash; });
  d.name_vi = "another";
  const auto other = make_entry(kZone, newest, before, w.now_ms, d, key_of(kDirectoryKey));
  ASSERT_NE(other.hash, last.hash);
  EXPECT_EQ(name(w.site_takes(w.a(), {encode_frame(DirectorySegment{{other.bytes}})}, true).code), "dir_bad");
  EXPECT_EQ(version(w.a()), newest);
}

// A directory that is frozen for a year is old, and whoever looks can see it (`directory_as_of`).
TEST_F(Scenario, S_E5_ADirectoryWithoutNewsIsKnownToBeOld) {
  constexpr std::uint64_t kYear = 365ull * 86'400'000;
  const auto as_of = [&] { return w.a().with([](Store& s) { return directory_as_of_ms(s); }); };
  w.settle();
  const std::uint64_t before = as_of();
  EXPECT_GT(before, w.now_ms - 60'000);
  const auto recorded = w.reply(w.a().device);
  w.now_ms += kYear;
  w.a().write(home, {note(home, "alone for a year")});
  EXPECT_LE(as_of() + kYear, w.now_ms);
  w.site_takes(w.a(), recorded, true);  // old news is no news
  EXPECT_LE(as_of() + kYear, w.now_ms);
  w.exchange(w.a());
  EXPECT_GT(as_of(), w.now_ms - 60'000);
}

}  // namespace
}  // namespace tram::sync::test
