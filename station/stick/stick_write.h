// Bundles onto a stick, or into one plain file (bundle design 3.8, 6.3). Choosing the medium, mounting and ejecting
// are the caller's; so is the lock that lets only one import or export run.
#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "station/stick/bundle_write.h"

namespace tram::station {

inline constexpr std::string_view kStickFolder = "TRAM";

struct StickBundle {
  std::string name;  // sync::bundle_file_name(): XXXXXXXX.TRB
  ByteView bytes;    // lives as long as the call
};

struct StickOptions {
  std::uint64_t now_ms = 0;  // wall clock; temporary files older than a day are leftovers
  WriteHooks hooks;          // progress counts within one bundle
  // Room on the medium in bytes; empty = ask the file system.
  std::function<std::uint64_t()> free_bytes;
};

// Writes /TRAM/<name> for each bundle, in order, then README.TXT if there is none. NO_SPACE with amounts before
// anything is written. On a failure the bundles before it stay; the failing one leaves nothing.
MediumResult<std::vector<WrittenFile>> write_stick(const std::filesystem::path& root,
                                                   std::span<const StickBundle> bundles, const StickOptions& options);

// One bundle as a plain file at any path. An existing bundle or empty file there is replaced once the new one is
// proved; any other file is left alone: MEDIA_ERROR with EEXIST.
MediumResult<WrittenFile> write_bundle_file(const std::filesystem::path& file, ByteView bytes,
                                            const StickOptions& options);

}  // namespace tram::station
