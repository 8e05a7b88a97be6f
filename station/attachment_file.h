// A file on this machine, read or written one chunk at a time, so that no attachment ever lies whole in memory. Which
// chunks, and what they belong to, is attachments.h's; names of attachments are never paths here.
#pragma once
#include <functional>

#include "station/stick/medium_file.h"

namespace tram::station {

// Opened for attaching. Refusals: no_such_file, not_a_file (a folder, a device, a link).
RegularFile open_to_attach(const std::filesystem::path& file);
// Gives `size` bytes in chunks to `take`; refusal: file_changed when the file is shorter or longer by then.
void read_in_chunks(RegularFile& file, const std::function<void(ByteView)>& take);

// A new file that appears under its name only when it is whole and durable; without finish() nothing is left of it.
class NewFile {
 public:
  // Refusals: exists, no_space, media codes.
  explicit NewFile(const std::filesystem::path& file);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  void write(ByteView bytes);
  void finish();

 private:
  Descriptor folder_;
  Descriptor file_;
  std::string name_;
  std::string temporary_;
  bool finished_ = false;
};

}  // namespace tram::station
