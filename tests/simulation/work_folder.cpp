#include "tests/simulation/work_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace tram::simulation {

WorkFolder::WorkFolder() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code none;
  const bool in_memory = std::filesystem::is_directory(memory, none) && access(memory.c_str(), W_OK) == 0;
  std::string pattern = (in_memory ? memory : std::filesystem::temp_directory_path()) / "tram-sim-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the databases");
  path_ = pattern;
}

WorkFolder::~WorkFolder() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

}  // namespace tram::simulation
