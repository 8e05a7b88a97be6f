// Runs files through fuzz targets without a fuzzer, and writes their seeds:
//   fuzz-replay TARGET FILE-OR-FOLDER...   each file once
//   fuzz-replay --list                     name, largest input and sources of each target
//   fuzz-replay --write-seeds FOLDER       FOLDER/<target>/<seed>, from the real encoders
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"

namespace {

using namespace tram;
using namespace tram::fuzz;
namespace fs = std::filesystem;

Bytes content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

std::vector<fs::path> files_in(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int replay(const Target& target, const std::vector<std::string>& paths) {
  std::size_t count = 0;
  for (const std::string& path : paths) {
    if (!fs::exists(path)) continue;
    for (const fs::path& file : files_in(path)) {
      const Bytes bytes = content_of(file);
      std::fprintf(stderr, "%s\n", file.c_str());  // stays the last line if the target aborts
      prepare_input();
      target.run(bytes);
      ++count;
    }
  }
  std::printf("%s: %zu inputs\n", std::string(target.name).c_str(), count);
  return count == 0 ? 1 : 0;
}

void write_seeds(const fs::path& folder) {
  for (const Target* target : all_targets()) {
    const fs::path own = folder / target->name;
    fs::remove_all(own);
    fs::create_directories(own);
    prepare_input();
    target->seeds([&](std::string_view name, ByteView bytes) {
      hold(bytes.size() <= target->most_bytes, "a seed is within the target's bound");
      std::ofstream(own / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  prepare_process();
  if (args.size() == 1 && args[0] == "--list") {
    print_targets();
    return 0;
  }
  if (args.size() == 2 && args[0] == "--write-seeds") {
    write_seeds(args[1]);
    return 0;
  }
  const Target* target = args.size() >= 2 ? find_target(args[0]) : nullptr;
  if (target == nullptr) {
    std::fprintf(stderr, "usage: fuzz-replay TARGET FILE-OR-FOLDER... | --list | --write-seeds FOLDER\n");
    return 2;
  }
  return replay(*target, {args.begin() + 1, args.end()});
}
