// The bounded walk over a stick.
#include "station/stick/stick_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>

#include "station/stick/medium_file.h"
#include "station/stick/shown_name.h"
#include "station/stick/stick_write.h"
#include "sync/container.h"

namespace tram::station {
namespace {

using sync::OutcomeCode;

constexpr std::size_t kFirstBytes = 64;
constexpr std::size_t kMostSuspicious = 100;
constexpr std::array<std::string_view, 13> kProgramEndings = {".lnk", ".exe", ".scr", ".pif", ".com", ".bat", ".cmd",
                                                              ".vbs", ".vbe", ".js",  ".hta", ".ps1", ".msi"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// A folder whose name shows as nothing: spaces, no-break space (U+00A0), zero-width and ideographic spaces.
bool is_blank(std::string_view name) {
  constexpr std::array<std::string_view, 6> kBlanks = {
      " ", "\xC2\xA0", "\xE2\x80\x8B", "\xE3\x80\x80", "\xE2\x80\xAF", "\xEF\xBB\xBF"};
  while (!name.empty()) {
    const auto* blank =
        std::find_if(kBlanks.begin(), kBlanks.end(), [&](std::string_view b) { return name.starts_with(b); });
    if (blank == kBlanks.end()) return false;
    name.remove_prefix(blank->size());
  }
  return true;
}

bool is_program(std::string_view lowered) {
  return std::any_of(kProgramEndings.begin(), kProgramEndings.end(),
                     [&](std::string_view ending) { return lowered.ends_with(ending); });
}

class Scan {
 public:
  explicit Scan(const ScanBounds& bounds) : bounds_(bounds) {}

  MediumResult<void> walk(const std::filesystem::path& root);
  ScanResult finish();

 private:
  struct Entry {
    std::string name;
    mode_t mode = 0;
    dev_t device = 0;
  };
  bool out_of_time() {
    time_over_ = time_over_ || (bounds_.out_of_time && bounds_.out_of_time());
    limit_reached_ = limit_reached_ || time_over_;
    return time_over_;
  }
  MediumResult<void> folder(Descriptor opened, const std::filesystem::path& path, std::size_t depth);
  MediumResult<void> list(int folder, std::vector<Entry>& out);
  MediumResult<void> look_at(int folder, const Entry& entry, const std::filesystem::path& path);
  void suspect(const std::vector<Entry>& entries);
  void name_suspicious(std::string_view name) {
    suspicious_ = true;
    if (result_.suspicious.size() < kMostSuspicious) result_.suspicious.push_back(shown_name(name));
  }
  // A medium that is gone ends the scan; a single bad entry does not.
  MediumResult<void> unreadable(const MediumFault& fault) {
    if (fault.code == OutcomeCode::media_lost && fault.system_error != ENOENT) return fault;
    ++result_.unreadable;
    return {};
  }

  const ScanBounds& bounds_;
  ScanResult result_;
  dev_t device_ = 0;
  std::string own_folder_;  // empty if there is none
  bool time_over_ = false;
  bool limit_reached_ = false;
  bool suspicious_ = false;
};

MediumResult<void> Scan::list(int folder, std::vector<Entry>& out) {
  Descriptor again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!again) return unreadable(fault_of(errno, "open folder"));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(again.get()), ::closedir);
  if (!entries) return unreadable(fault_of(errno, "list folder"));
  again.release();
  for (;;) {
    errno = 0;
    const dirent* next = ::readdir(entries.get());
    if (next == nullptr) return errno == 0 ? MediumResult<void>{} : unreadable(fault_of(errno, "list folder"));
    const std::string_view name = next->d_name;
    if (name == "." || name == "..") continue;
    if (out_of_time()) return {};
    if (result_.entries == bounds_.entries) {
      limit_reached_ = true;
      return {};
    }
    ++result_.entries;
    struct stat status {};
    if (::fstatat(folder, next->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      out.push_back({std::string(name), status.st_mode, status.st_dev});
    } else if (auto fault = unreadable(fault_of(errno, "stat")); !fault) {
      return fault;
    }
  }
}

void Scan::suspect(const std::vector<Entry>& entries) {
  std::set<std::string> folders;
  for (const Entry& entry : entries) {
    if (!S_ISDIR(entry.mode)) continue;
    folders.insert(lower(entry.name));
    if (is_blank(entry.name)) name_suspicious(entry.name);
  }
  for (const Entry& entry : entries) {
    if (S_ISDIR(entry.mode)) continue;
    const std::string name = lower(entry.name);
    const bool twin = name.find('.') != std::string::npos && folders.contains(name.substr(0, name.rfind('.')));
    if (name == "autorun.inf" || is_program(name) || twin) name_suspicious(entry.name);
  }
}

MediumResult<void> Scan::look_at(int folder, const Entry& entry, const std::filesystem::path& path) {
  const auto file = open_regular(folder, entry.name);
  if (!file) return unreadable(file.error());
  const std::string name = lower(entry.name);
  FoundBundle found;
  found.file = path / entry.name;
  found.size = file->size;
  if (file->size == 0) {
    if (!name.ends_with(".trb")) return {};
    found.code = OutcomeCode::truncated;
    result_.bundles.push_back(std::move(found));
    return {};
  }
  Bytes first(std::min<std::uint64_t>(kFirstBytes, file->size));
  const auto got = read_full(file->descriptor.get(), first);
  if (!got) return unreadable(got.error());
  first.resize(*got);
  const auto& magic = sync::kContainerMagic;
  if (first.size() < magic.size() || !std::equal(magic.begin(), magic.end(), first.begin())) return {};
  if (name.ends_with(".tmp") && lower(path.filename().string()) == lower(kStickFolder)) {
    ++result_.leftovers;
    return {};
  }
  // 64 bytes cannot show a whole header; what they show of version and length is enough for the list.
  const sync::Inspection inspection = sync::inspect_header(first, file->size);
  found.bundle_code = inspection.bundle_code;
  const bool looks_whole = inspection.want_bytes != 0 && file->size >= inspection.want_bytes;
  if (!(inspection.code == OutcomeCode::truncated && looks_whole)) found.code = inspection.code;
  if (found.code == OutcomeCode::truncated) found.want_bytes = inspection.want_bytes;
  result_.bundles.push_back(std::move(found));
  return {};
}

MediumResult<void> Scan::folder(Descriptor opened, const std::filesystem::path& path, std::size_t depth) {
  std::vector<Entry> entries;
  if (auto listed = list(opened.get(), entries); !listed) return listed;
  suspect(entries);
  for (const Entry& entry : entries) {
    if (out_of_time()) return {};
    if (S_ISREG(entry.mode)) {
      if (auto looked = look_at(opened.get(), entry, path); !looked) return looked;
    } else if (!S_ISDIR(entry.mode) || entry.device != device_) {
      ++result_.skipped;
    } else if (depth == bounds_.depth) {
      limit_reached_ = true;
    } else if (!(depth == 1 && entry.name == own_folder_)) {
      auto below = open_folder(opened.get(), entry.name, false);
      auto walked = below ? folder(*std::move(below), path / entry.name, depth + 1) : unreadable(below.error());
      if (!walked) return walked;
    }
  }
  return {};
}

MediumResult<void> Scan::walk(const std::filesystem::path& root) {
  auto base = open_folder(AT_FDCWD, root.string(), true);
  if (!base) return base.error();
  struct stat status {};
  if (::fstat(base->get(), &status) != 0) return fault_of(errno, "stat " + root.string());
  device_ = status.st_dev;
  // Our own folder first, so that a stick full of other files cannot use up the bounds before it.
  if (auto own = open_folder(base->get(), std::string(kStickFolder), false)) {
    own_folder_ = kStickFolder;
    if (auto walked = folder(*std::move(own), root / own_folder_, 2); !walked) return walked;
  }
  return folder(*std::move(base), root, 1);
}

ScanResult Scan::finish() {
  if (suspicious_) result_.warnings.push_back(OutcomeCode::media_suspicious);
  if (limit_reached_) result_.warnings.push_back(OutcomeCode::scan_limit);
  std::sort(result_.bundles.begin(), result_.bundles.end(),
            [](const FoundBundle& a, const FoundBundle& b) { return a.file < b.file; });
  return std::move(result_);
}

}  // namespace

MediumResult<ScanResult> scan_stick(const std::filesystem::path& root, const ScanBounds& bounds) {
  Scan scan(bounds);
  if (auto walked = scan.walk(root); !walked) return walked.error();
  return scan.finish();
}

}  // namespace tram::station
