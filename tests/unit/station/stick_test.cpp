// Sticks as folders: what is written is proved, what fails leaves nothing that looks finished, and a search stays
// within its bounds whatever the stick holds (bundle design 6.3, 3.7, 9).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "crypto/random.h"
#include "station/stick/bundle_read.h"
#include "station/stick/shown_name.h"
#include "station/stick/stick_scan.h"
#include "station/stick/stick_write.h"

namespace tram::station {
namespace {

namespace fs = std::filesystem;
using sync::OutcomeCode;
using enum sync::OutcomeCode;

constexpr std::uint64_t kNow = 1'767'225'600'000;  // 2026-01-01
constexpr std::time_t kConstantTime = 946'684'800;
constexpr std::string_view kName = "7KQ4M2XP.TRB";

void put(const fs::path& file, ByteView bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary).write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}
void put(const fs::path& file, std::string_view text) {
  put(file, as_bytes(text));
}
Bytes get(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
std::time_t time_of(const fs::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mtime : 0;
}
void set_time(const fs::path& file, std::time_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
}

// Bytes that begin like a container; the content does not matter for writing.
Bytes bundle_like(std::size_t size) {
  Bytes bytes(size);
  std::copy(sync::kContainerMagic.begin(), sync::kContainerMagic.end(), bytes.begin());
  for (std::size_t i = 8; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  return bytes;
}

Bytes real_bundle() {
  sync::SealInput input;
  input.manifest.kind = sync::BundleKind::down;
  input.recipients = {{sync::RecipientRole::device, {}, crypto::DecryptionKey::from_seed(Bytes(32, 1)).public_key}};
  return sync::seal_container(input, crypto::SigningKey::from_seed(Bytes(32, 2)))->bytes;
}

class Stick : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::initialise();
    std::string pattern = (fs::temp_directory_path() / "tram-stick-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root = pattern;
    options.now_ms = kNow;
  }
  void TearDown() override { fs::remove_all(root); }

  MediumResult<std::vector<WrittenFile>> write(ByteView bytes) {
    const StickBundle bundles[] = {{std::string(kName), bytes}};
    return write_stick(root, bundles, options);
  }
  fs::path bundle() const { return root / "TRAM" / kName; }
  fs::path temporary() const { return root / "TRAM" / "7KQ4M2XP.TMP"; }

  fs::path root;
  StickOptions options;
};

TEST_F(Stick, HoldsTheBundlesAndAReadme) {
  const Bytes first = bundle_like(3'000'001);
  const Bytes second = bundle_like(66'073);
  const StickBundle bundles[] = {{std::string(kName), first}, {"ABCDEFGH.TRB", second}};
  const auto written = write_stick(root, bundles, options);
  ASSERT_TRUE(written) << written.error().detail;
  ASSERT_EQ(written->size(), 2u);
  EXPECT_EQ(written->at(0).bytes, first.size());
  EXPECT_TRUE(get(bundle()) == first);
  EXPECT_TRUE(get(root / "TRAM" / "ABCDEFGH.TRB") == second);
  for (const auto& entry : fs::directory_iterator(root / "TRAM")) {
    EXPECT_EQ(time_of(entry.path()), kConstantTime) << entry.path();
    EXPECT_NE(entry.path().extension(), ".TMP");
  }
  const Bytes readme = get(root / "TRAM" / "README.TXT");
  EXPECT_FALSE(readme.empty());
  EXPECT_TRUE(std::all_of(readme.begin(), readme.end(), [](std::uint8_t b) { return b < 0x80; }));
  EXPECT_TRUE(write_stick(root, bundles, options));  // what is there already counts as written
}

TEST_F(Stick, ProgressCountsSyncedBytes) {
  std::vector<std::uint64_t> steps;
  options.hooks.progress = [&](std::uint64_t synced) { steps.push_back(synced); };
  const Bytes bytes = bundle_like(17u << 20);
  ASSERT_TRUE(write(bytes));
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{8u << 20, 16u << 20, 17u << 20}));
}

TEST_F(Stick, TooLittleRoomIsNamedBeforeWriting) {
  const Bytes bytes = bundle_like(1'000'000);
  options.free_bytes = [] { return std::uint64_t{8} << 20; };
  const auto refused = write(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, no_space);
  EXPECT_EQ(refused.error().have_bytes, 8u << 20);
  EXPECT_GT(refused.error().want_bytes, 1'250'000u + (16u << 20));
  EXPECT_TRUE(fs::is_empty(root));
}

TEST_F(Stick, OldLeftoversAreRemovedAndForeignFilesStay) {
  const fs::path folder = root / "TRAM";
  const Bytes ours = bundle_like(100);
  put(folder / "OLDOLD00.TMP", ours);
  put(folder / "NEWNEW00.TMP", ours);
  put(folder / "FOREIGN0.TMP", "not ours");
  put(folder / "letter.TMP", ours);
  put(root / "OLDOLD00.TMP", ours);
  const auto now = static_cast<std::time_t>(kNow / 1000);
  for (const auto* name : {"OLDOLD00.TMP", "FOREIGN0.TMP", "letter.TMP"}) set_time(folder / name, now - 86'401);
  set_time(root / "OLDOLD00.TMP", now - 86'401);
  set_time(folder / "NEWNEW00.TMP", now - 86'399);
  ASSERT_TRUE(write(ours));
  EXPECT_FALSE(fs::exists(folder / "OLDOLD00.TMP"));
  EXPECT_TRUE(fs::exists(folder / "NEWNEW00.TMP"));
  EXPECT_TRUE(fs::exists(folder / "FOREIGN0.TMP"));
  EXPECT_TRUE(fs::exists(folder / "letter.TMP"));
  EXPECT_TRUE(fs::exists(root / "OLDOLD00.TMP"));
}

TEST_F(Stick, WriteThatWasCutOffCanBeRepeated) {
  const Bytes bytes = bundle_like(70'000);
  for (const std::size_t left : {std::size_t{0}, std::size_t{5'000}}) {
    put(temporary(), ByteView(bytes).first(left));
    ASSERT_TRUE(write(bytes));
    EXPECT_TRUE(get(bundle()) == bytes);
    EXPECT_FALSE(fs::exists(temporary()));
    fs::remove(bundle());
  }
}

TEST_F(Stick, OtherContentUnderOurNameStays) {
  put(bundle(), bundle_like(500));
  const auto refused = write(bundle_like(600));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, media_error);
  EXPECT_EQ(refused.error().system_error, EEXIST);
  EXPECT_EQ(get(bundle()).size(), 500u);
  EXPECT_FALSE(fs::exists(temporary()));
}

TEST_F(Stick, ForeignTemporaryFileStays) {
  put(temporary(), "somebody's text");
  const auto refused = write(bundle_like(600));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().system_error, EEXIST);
  EXPECT_EQ(get(temporary()).size(), 15u);
  EXPECT_FALSE(fs::exists(bundle()));
}

TEST_F(Stick, LinksAreNotFollowed) {
  const fs::path outside = root / "outside";
  fs::create_directories(outside);
  fs::create_directory_symlink(outside, root / "TRAM");
  EXPECT_FALSE(write(bundle_like(600)));
  EXPECT_TRUE(fs::is_empty(outside));
  fs::remove(root / "TRAM");
  fs::create_directories(root / "TRAM");
  put(outside / "target", "text");
  fs::create_symlink(outside / "target", temporary());
  EXPECT_FALSE(write(bundle_like(600)));
  EXPECT_EQ(get(outside / "target").size(), 4u);
}

// A medium that lies: what is read back is not what was written.
TEST_F(Stick, OtherBytesReadBackAreTriedOnceMoreThenRefused) {
  const Bytes bytes = bundle_like(70'000);
  int broken = 0;
  int breaks = 1;
  options.hooks.progress = [&](std::uint64_t) {
    if (broken++ >= breaks) return;
    std::fstream file(temporary(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(69'999).put('!');
  };
  ASSERT_TRUE(write(bytes));
  EXPECT_EQ(broken, 2);
  EXPECT_TRUE(get(bundle()) == bytes);
  fs::remove(bundle());

  broken = 0;
  breaks = 10;
  const auto refused = write(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, media_error);
  EXPECT_EQ(broken, 2);
  EXPECT_FALSE(fs::exists(bundle()));
  EXPECT_FALSE(fs::exists(temporary()));
}

TEST_F(Stick, LengthReadBackIsCompared) {
  const Bytes bytes = bundle_like(1u << 20);
  for (const off_t length : {off_t{(1 << 20) - 1}, off_t{(1 << 20) + 1}}) {
    options.hooks.progress = [&](std::uint64_t) { ASSERT_EQ(::truncate(temporary().c_str(), length), 0); };
    const auto refused = write(bytes);
    ASSERT_FALSE(refused) << length;
    EXPECT_EQ(refused.error().code, media_error);
    EXPECT_FALSE(fs::exists(bundle()));
  }
}

TEST_F(Stick, VanishedMediumIsLost) {
  options.hooks.progress = [&](std::uint64_t) { fs::remove_all(root / "TRAM"); };
  const auto refused = write(bundle_like(600));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, media_lost);
  fs::remove_all(root);
  EXPECT_EQ(write(bundle_like(600)).error().code, media_lost);
}

TEST_F(Stick, PlainFileReplacesBundlesAndEmptyFilesOnly) {
  const fs::path file = root / "out.trb";
  const Bytes first = bundle_like(70'000);
  const Bytes second = bundle_like(80'000);
  put(file, "");
  ASSERT_TRUE(write_bundle_file(file, first, options));
  EXPECT_TRUE(get(file) == first);
  ASSERT_TRUE(write_bundle_file(file, second, options));
  EXPECT_TRUE(get(file) == second);
  EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1);
  const fs::path letter = root / "letter.txt";
  put(letter, "dear colleague");
  const auto refused = write_bundle_file(letter, first, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().system_error, EEXIST);
  EXPECT_EQ(get(letter).size(), 14u);
}

TEST_F(Stick, ReadingGivesTheCodesOfTheFirstSteps) {
  const Bytes whole = real_bundle();
  const fs::path file = root / "x";
  const auto code = [&](ByteView bytes) {
    put(file, bytes);
    const auto read = read_bundle_file(file);
    EXPECT_EQ(check_bundle_file(file).code, read ? ok_new : read.error().code);
    return read ? ok_new : read.error().code;
  };
  EXPECT_EQ(code(whole), ok_new);
  EXPECT_TRUE(*read_bundle_file(file) == whole);
  EXPECT_EQ(code({}), truncated);
  EXPECT_EQ(code(ByteView(whole).first(5)), truncated);
  EXPECT_EQ(code(ByteView(whole).first(40'000)), truncated);
  EXPECT_EQ(read_bundle_file(file).error().have_bytes, 40'000u);
  EXPECT_EQ(read_bundle_file(file).error().want_bytes, whole.size());
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_EQ(code(longer), trailing_data);
  EXPECT_EQ(code(as_bytes("a letter")), not_tram);
  Bytes damaged = whole;
  damaged[130] ^= 1;
  EXPECT_EQ(code(damaged), damaged_header);
  damaged = whole;
  damaged[50'000] ^= 1;
  put(file, damaged);
  EXPECT_EQ(check_bundle_file(file).code, damaged_body);
  ASSERT_EQ(::truncate(file.c_str(), off_t{10} << 30), 0);  // a sparse file of 10 GB
  EXPECT_EQ(read_bundle_file(file).error().code, trailing_data);
}

TEST_F(Stick, OnlyRegularFilesAreRead) {
  put(root / "real", real_bundle());
  fs::create_symlink(root / "real", root / "link");
  ASSERT_EQ(::mkfifo((root / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_bundle_file(root / "link").error().code, media_error);
  EXPECT_EQ(read_bundle_file(root / "fifo").error().code, media_error);
  EXPECT_EQ(read_bundle_file(root).error().code, media_error);
  EXPECT_EQ(read_bundle_file(root / "gone").error().code, media_lost);
  put(root / "key", "12345678");
  EXPECT_EQ(read_medium_file(root / "key", 8)->size(), 8u);
  EXPECT_EQ(read_medium_file(root / "key", 7).error().code, over_limit);
}

TEST_F(Stick, ScanFindsBundlesUnderAnyName) {
  const Bytes whole = real_bundle();
  put(root / "TRAM" / kName, whole);
  put(root / ".hidden" / "\xC2\xA0" / "notes.txt", whole);
  put(root / "FOUND.000" / "FILE0000.CHK", ByteView(whole).first(30'000));
  put(root / "empty.trb", "");
  put(root / "empty.txt", "");
  put(root / "seven", ByteView(whole).first(7));
  put(root / "letter.txt", "dear colleague");
  put(root / "TRAM" / "QQQQQQQQ.TMP", whole);
  fs::create_symlink(root / "TRAM" / kName, root / "link.trb");
  ASSERT_EQ(::mkfifo((root / "fifo").c_str(), 0600), 0);
  const auto scanned = scan_stick(root, {});
  ASSERT_TRUE(scanned);
  std::vector<std::pair<std::string, OutcomeCode>> found;
  for (const FoundBundle& b : scanned->bundles) found.emplace_back(b.file.lexically_relative(root).string(), b.code);
  const std::vector<std::pair<std::string, OutcomeCode>> expected = {
      {".hidden/\xC2\xA0/notes.txt", ok_new},
      {"FOUND.000/FILE0000.CHK", truncated},
      {"TRAM/" + std::string(kName), ok_new},
      {"empty.trb", truncated},
  };
  EXPECT_EQ(found, expected);
  EXPECT_EQ(scanned->bundles[1].want_bytes, whole.size());
  EXPECT_EQ(scanned->bundles[0].bundle_code, sync::inspect_container(whole).bundle_code);
  EXPECT_EQ(scanned->skipped, 2u);
  EXPECT_EQ(scanned->leftovers, 1u);
  EXPECT_EQ(scanned->warnings, std::vector{media_suspicious});  // the folder with the blank name
}

TEST_F(Stick, ScanNamesWhatLooksLikeMalware) {
  put(root / "AutoRun.INF", "x");
  put(root / "Reports.lnk", "x");
  put(root / "setup.EXE", "x");
  put(root / "Photos" / "a.jpg", "x");
  put(root / "photos.dat", "x");
  put(root / "fine.txt", "x");
  auto scanned = scan_stick(root, {});
  ASSERT_TRUE(scanned);
  std::sort(scanned->suspicious.begin(), scanned->suspicious.end());
  EXPECT_EQ(scanned->suspicious, (std::vector<std::string>{"AutoRun.INF", "Reports.lnk", "photos.dat", "setup.EXE"}));
  EXPECT_EQ(scanned->warnings, std::vector{media_suspicious});
}

TEST_F(Stick, ScanStopsAtItsBounds) {
  const Bytes whole = real_bundle();
  put(root / "TRAM" / kName, whole);
  for (int i = 0; i < 60; ++i) put(root / ("f" + std::to_string(i)), "x");
  ScanBounds bounds;
  bounds.entries = 62;
  EXPECT_TRUE(scan_stick(root, bounds)->warnings.empty());
  bounds.entries = 50;
  const auto many = scan_stick(root, bounds);
  EXPECT_EQ(many->warnings, std::vector{scan_limit});
  EXPECT_EQ(many->entries, 50u);
  EXPECT_EQ(many->bundles.size(), 1u);  // our own folder is looked at first

  bounds = {};
  int asked = 0;
  bounds.out_of_time = [&] { return ++asked > 20; };
  EXPECT_EQ(scan_stick(root, bounds)->warnings, std::vector{scan_limit});
  EXPECT_EQ(asked, 21);
}

TEST_F(Stick, ScanGoesSixLevelsDeep) {
  const Bytes whole = real_bundle();
  put(root / "1/2/3/4/5/at-six", whole);
  auto scanned = scan_stick(root, {});
  EXPECT_EQ(scanned->bundles.size(), 1u);
  EXPECT_TRUE(scanned->warnings.empty());
  put(root / "1/2/3/4/5/6/at-seven", whole);
  scanned = scan_stick(root, {});
  EXPECT_EQ(scanned->bundles.size(), 1u);
  EXPECT_EQ(scanned->warnings, std::vector{scan_limit});
}

TEST_F(Stick, ScanOfAMissingStickFails) {
  EXPECT_EQ(scan_stick(root / "gone", {}).error().code, media_lost);
  put(root / "file", "x");
  EXPECT_EQ(scan_stick(root / "file", {}).error().code, media_error);
}

TEST(ShownName, IsCleanAndShort) {
  EXPECT_EQ(shown_name("Báo cáo.txt"), "Báo cáo.txt");
  EXPECT_EQ(shown_name("a\x1b[2Jb\n"), "a?[2Jb?");
  EXPECT_EQ(shown_name("txt.\xE2\x80\xAE"
                       "exe"),
            "txt.?exe");
  EXPECT_EQ(shown_name("\xC0\xAF\xED\xA0\x80\xFF"), "??????");
  EXPECT_EQ(shown_name(std::string(119, 'a') + "\xE1\xBA\xA1"), std::string(119, 'a'));
  EXPECT_EQ(shown_name(std::string(300, 'b')).size(), 120u);
}

TEST(MediumFault, KeepsLostFullAndBrokenApart) {
  EXPECT_EQ(fault_of(ENODEV, "x").code, media_lost);
  EXPECT_EQ(fault_of(ENOSPC, "x").code, no_space);
  EXPECT_EQ(fault_of(EIO, "x").code, media_error);
  EXPECT_EQ(fault_of(EROFS, "x").code, media_error);
}

}  // namespace
}  // namespace tram::station
