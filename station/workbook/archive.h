// The parts of a ZIP archive in memory, each unpacked on demand and never past its bound.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tasks/errc.h"

namespace tram::station {

class Archive {
 public:
  // `bytes` must outlive the archive. bad_workbook.
  static tasks::Result<Archive> open(std::string_view bytes);
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  // bad_workbook if there is no such part; file_too_large past kMaxWorkbookPart.
  tasks::Result<std::string> part(const std::string& name) const;

 private:
  struct Open;
  explicit Archive(std::unique_ptr<Open> open);
  std::unique_ptr<Open> open_;
};

}  // namespace tram::station
