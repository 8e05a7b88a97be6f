// Finding bundles on a stick by their magic, under any name, hidden or not (bundle design 3.7, 3.8), and naming what
// looks like malware. Opens nothing but the first 64 bytes of regular files; follows no link; stays on the medium.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "station/stick/medium_fault.h"

namespace tram::station {

struct ScanBounds {
  std::size_t depth = 6;  // the root's own entries are depth 1
  std::size_t entries = 20'000;
  // True once the time (60 s) is over, by the caller's monotonic clock. Empty = never.
  std::function<bool()> out_of_time;
};

struct FoundBundle {
  std::filesystem::path file;
  std::uint64_t size = 0;
  // ok_new: begins like a bundle; truncated: shorter than it says, or an empty file named .TRB. Not verified.
  sync::OutcomeCode code = sync::OutcomeCode::ok_new;
  std::uint64_t want_bytes = 0;  // TRUNCATED: what the header says, 0 if it cannot be told
  std::string bundle_code;       // empty if the file is too short to tell
};

struct ScanResult {
  std::vector<FoundBundle> bundles;         // sorted by path
  std::vector<std::string> suspicious;      // cleaned names, at most 100
  std::vector<sync::OutcomeCode> warnings;  // MEDIA_SUSPICIOUS, SCAN_LIMIT
  std::size_t entries = 0;
  std::size_t skipped = 0;     // links, FIFOs, devices, other mounts
  std::size_t unreadable = 0;  // entries the medium could not read
  std::size_t leftovers = 0;   // /TRAM/XXXXXXXX.TMP: never data
};
// Fails only if the root cannot be read (MEDIA_ERROR) or the medium vanishes (MEDIA_LOST).
MediumResult<ScanResult> scan_stick(const std::filesystem::path& root, const ScanBounds& bounds);

}  // namespace tram::station
