// Bundle design 8.3, `stick_scan`: an invented stick. The input draws folders, files, links, pipes and their names; the
// scan finds exactly the files that begin with the magic, counts what it passes over, and opens nothing else.
#include "station/stick/stick_scan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "station/stick/bundle_read.h"
#include "sync/container.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

using namespace station;
namespace fs = std::filesystem;

constexpr std::size_t kMostThings = 12;

struct Stick {
  fs::path root;
  std::set<fs::path> with_magic;
  std::size_t things = 0;
  std::size_t deepest = 1;
};

std::string name_of(Draw& draw) {
  constexpr std::string_view kNames[] = {"TRAM",     "A.TRB",       "a.trb",   "X.TMP", "autorun.inf",
                                         "\xC2\xA0", "Báo cáo.exe", ".hidden", "B"};
  const std::size_t which = draw.below(12);
  if (which < std::size(kNames)) return std::string(kNames[which]);
  std::string name(as_text(draw.bytes(1 + draw.below(40))));
  for (char& c : name)
    if (c == '/' || c == '\0') c = '_';
  return name.empty() || name == "." || name == ".." ? "n" : name;
}

void make_thing(Stick& stick, Draw& draw, std::vector<std::pair<fs::path, std::size_t>>& folders) {
  const auto [folder, depth] = folders[draw.below(folders.size())];
  const fs::path path = folder / name_of(draw);
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) return;
  switch (draw.below(5)) {
    case 0:
      if (::mkdir(path.c_str(), 0700) != 0) return;
      folders.emplace_back(path, depth + 1);
      stick.deepest = std::max(stick.deepest, depth + 1);
      break;
    case 1:
      if (::symlink(draw.below(2) == 0 ? "/etc/passwd" : "..", path.c_str()) != 0) return;
      break;
    case 2:
      if (::mkfifo(path.c_str(), 0600) != 0) return;
      break;
    default: {
      Bytes bytes;
      const bool magic = draw.below(2) == 0;
      if (magic) append(bytes, sync::kContainerMagic);
      append(bytes, draw.bytes(draw.below(80)));
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      if (bytes.size() >= 8 && std::equal(sync::kContainerMagic.begin(), sync::kContainerMagic.end(), bytes.begin()))
        stick.with_magic.insert(path);
    }
  }
  ++stick.things;
}

void run(ByteView input) {
  static const ScratchFolder folder;
  Stick stick;
  stick.root = folder.path() / "stick";
  fs::remove_all(stick.root);
  fs::create_directory(stick.root);
  Draw draw(input);
  std::vector<std::pair<fs::path, std::size_t>> folders = {{stick.root, 1}};
  for (std::size_t i = 0; i < kMostThings && !draw.empty(); ++i) make_thing(stick, draw, folders);

  const auto found = scan_stick(stick.root, ScanBounds{});
  hold(found.has_value(), "a stick that can be read is scanned");
  hold(found->entries == stick.things || stick.deepest > ScanBounds{}.depth, "every entry is counted once");
  std::size_t bundles = 0;
  for (const FoundBundle& b : found->bundles) {
    hold(b.file.string().starts_with(stick.root.string() + "/"), "nothing outside the stick is named");
    const bool magic = stick.with_magic.contains(b.file);
    hold(magic || (b.size == 0 && b.code == sync::OutcomeCode::truncated), "a bundle begins with the magic");
    bundles += magic ? 1u : 0u;
    const auto bytes = read_bundle_file(b.file);
    hold(!bytes, "80 bytes are no whole bundle");
    hold(check_bundle_file(b.file).code == bytes.error().code, "check and reading agree");
    const auto whole = read_medium_file(b.file, b.size);
    hold(whole && whole->size() == b.size, "a file of the expected size is read whole");
    const auto cut = b.size > 0 ? read_medium_file(b.file, b.size - 1) : MediumResult<Bytes>(MediumFault{});
    hold(!cut, "a larger one is refused");
  }
  hold(bundles + found->leftovers == stick.with_magic.size() || stick.deepest > ScanBounds{}.depth,
       "every file with the magic is a bundle or a leftover");
  for (const std::string& name : found->suspicious) hold(name.size() <= 120, "suspicious names are cleaned");
}

void seeds(const AddSeed& add) {
  add("bundle", Bytes{0, 0, 0, 0, 1, 3, 0, 60, 1, 0, 1, 3});
  add("links", Bytes{0, 5, 1, 0, 0, 6, 1, 1, 0, 7, 2, 0, 8, 0, 4, 2, 3, 1, 0});
  Bytes deep;
  for (std::uint8_t i = 0; i < 8; ++i) append(deep, Bytes{i, 8, 0});
  add("deep", deep);
  add("names", joined({Bytes{0, 11, 5}, as_bytes("\x1B[31mx"), Bytes{3, 1, 4, 'a', 'b', 'c', 'd'}}));
  add("leftover", Bytes{0, 0, 0, 1, 3, 3, 0, 20, 1, 2, 3});
}

}  // namespace

const Target stick_scan{"stick_scan", 2u << 10, "station/stick/stick_scan.cpp station/stick/bundle_read.cpp", run,
                        seeds};

}  // namespace tram::fuzz
