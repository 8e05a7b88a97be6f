// A folder for the databases of a run, in memory where the machine has such a place; removed with its content.
#pragma once
#include <filesystem>

namespace tram::simulation {

class WorkFolder {
 public:
  WorkFolder();  // throws std::runtime_error
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tram::simulation
