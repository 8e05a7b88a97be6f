// Golden vectors as lines `name: hex` of a file. With TRAM_WRITE_VECTORS set to a folder the file is written there
// instead of compared; a vector that was released never changes.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "crypto/bytes.h"

namespace tram::sync::test {

struct VectorLine {
  std::string name;
  std::string meaning;
  Bytes bytes;
};

inline void expect_vectors(const std::filesystem::path& file, std::string_view heading,
                           const std::vector<VectorLine>& lines) {
  if (const char* folder = std::getenv("TRAM_WRITE_VECTORS")) {
    std::ofstream out(std::filesystem::path(folder) / file.filename());
    out << "# " << heading << "\n# Per vector: a comment with its meaning, then `name: hex`. Append only.\n";
    for (const VectorLine& v : lines) out << "\n# " << v.meaning << "\n" << v.name << ": " << to_hex(v.bytes) << "\n";
    ASSERT_TRUE(out.flush());
    GTEST_SKIP() << "wrote the vectors to " << folder;
  }
  std::ifstream in(file);
  ASSERT_TRUE(in) << file;
  std::map<std::string, std::string> stored;
  for (std::string line; std::getline(in, line);) {
    if (const auto colon = line.find(": "); !line.empty() && line.front() != '#' && colon != std::string::npos)
      stored[line.substr(0, colon)] = line.substr(colon + 2);
  }
  EXPECT_EQ(stored.size(), lines.size());
  for (const VectorLine& v : lines) EXPECT_EQ(stored[v.name], to_hex(v.bytes)) << v.name;
}

}  // namespace tram::sync::test
