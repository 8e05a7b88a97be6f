// Writing one bundle so that a green screen is true (bundle design 6.3 steps 3 to 5): exclusive temporary file,
// synced in steps, read back past the cache, compared, renamed. The bytes handed in are the truth; the file is judged
// by them. Which folder and name is the caller's: stick_write.h for sticks.
#pragma once
#include <functional>
#include <string>

#include "station/stick/medium_file.h"

namespace tram::station {

struct WriteHooks {
  // Bytes that have reached the medium so far; the only progress that may be shown. May be empty.
  std::function<void(std::uint64_t synced)> progress;
};

struct WrittenFile {
  std::string name;
  std::uint64_t bytes = 0;
  bool read_past_cache = false;  // O_DIRECT worked; otherwise the cache was dropped by advice
};

// Makes `name` in `folder` (a descriptor) by way of `temporary`. A file of that name with the same bytes counts as
// written after it was compared; another one is MEDIA_ERROR with EEXIST, unless `may_replace` says otherwise. A
// mismatch of the read-back is tried once more, then MEDIA_ERROR. After a failure neither file is left behind.
struct WriteRequest {
  int folder = -1;
  std::string name;
  std::string temporary;
  ByteView bytes;
  std::function<bool()> may_replace;  // asked about an existing `name`; empty = never
};
MediumResult<WrittenFile> write_and_read_back(const WriteRequest& request, const WriteHooks& hooks);

// 2000-01-01 00:00 UTC: no time of writing leaves on the medium (threat 16).
void set_constant_time(int fd);

}  // namespace tram::station
