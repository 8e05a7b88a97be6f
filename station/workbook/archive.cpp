#include "station/workbook/archive.h"

#include <unzip.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "station/workbook/workbook.h"

namespace tram::station {
namespace {

// minizip reads a file through these; here the file is a view in memory.
struct View {
  std::string_view bytes;
  std::size_t at = 0;
};

voidpf open_view(voidpf opaque, const void*, int) {
  return opaque;
}
uLong read_view(voidpf, voidpf stream, void* buffer, uLong size) {
  View& view = *static_cast<View*>(stream);
  const std::size_t count = std::min<std::size_t>(size, view.bytes.size() - view.at);
  std::memcpy(buffer, view.bytes.data() + view.at, count);
  view.at += count;
  return static_cast<uLong>(count);
}
uLong write_view(voidpf, voidpf, const void*, uLong) {
  return 0;
}
ZPOS64_T tell_view(voidpf, voidpf stream) {
  return static_cast<View*>(stream)->at;
}
long seek_view(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  View& view = *static_cast<View*>(stream);
  const ZPOS64_T base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? view.at
                        : origin == ZLIB_FILEFUNC_SEEK_END ? view.bytes.size()
                                                           : 0;
  if (offset > view.bytes.size() || base + offset > view.bytes.size()) return -1;
  view.at = static_cast<std::size_t>(base + offset);
  return 0;
}
int close_view(voidpf, voidpf) {
  return 0;
}
int error_of_view(voidpf, voidpf) {
  return 0;
}

}  // namespace

struct Archive::Open {
  View view;
  unzFile file = nullptr;
  std::map<std::string, unz64_file_pos> parts;
  ~Open() {
    if (file) unzClose(file);
  }
};

Archive::Archive(std::unique_ptr<Open> open) : open_(std::move(open)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

tasks::Result<Archive> Archive::open(std::string_view bytes) {
  auto open = std::make_unique<Open>();
  open->view.bytes = bytes;
  zlib_filefunc64_def calls{};
  calls.zopen64_file = open_view;
  calls.zread_file = read_view;
  calls.zwrite_file = write_view;
  calls.ztell64_file = tell_view;
  calls.zseek64_file = seek_view;
  calls.zclose_file = close_view;
  calls.zerror_file = error_of_view;
  calls.opaque = &open->view;
  open->file = unzOpen2_64("workbook", &calls);
  if (!open->file) return tasks::errc::bad_workbook;
  for (int found = unzGoToFirstFile(open->file); found == UNZ_OK; found = unzGoToNextFile(open->file)) {
    char name[512] = {};
    unz_file_info64 info{};
    unz64_file_pos position{};
    if (unzGetCurrentFileInfo64(open->file, &info, name, sizeof name - 1, nullptr, 0, nullptr, 0) != UNZ_OK ||
        info.size_filename >= sizeof name || unzGetFilePos64(open->file, &position) != UNZ_OK)
      return tasks::errc::bad_workbook;
    // Two parts of one name would let two readers see two workbooks.
    if (open->parts.size() == kMaxWorkbookParts || !open->parts.emplace(name, position).second)
      return tasks::errc::bad_workbook;
  }
  return Archive(std::move(open));
}

tasks::Result<std::string> Archive::part(const std::string& name) const {
  const auto at = open_->parts.find(name);
  if (at == open_->parts.end()) return tasks::errc::bad_workbook;
  if (unzGoToFilePos64(open_->file, &at->second) != UNZ_OK || unzOpenCurrentFile(open_->file) != UNZ_OK)
    return tasks::errc::bad_workbook;
  std::string content;
  std::vector<char> buffer(64U << 10);
  int count = 0;
  while ((count = unzReadCurrentFile(open_->file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > kMaxWorkbookPart) {
      unzCloseCurrentFile(open_->file);
      return tasks::errc::file_too_large;
    }
  }
  // Closing checks the sum of what was read.
  if (unzCloseCurrentFile(open_->file) != UNZ_OK || count < 0) return tasks::errc::bad_workbook;
  return content;
}

}  // namespace tram::station
