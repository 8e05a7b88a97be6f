// The reader of the vector files.
#include "vector_file.h"

#include <fstream>

namespace tram::crypto::test {

std::string VectorCase::text(const std::string& field) const {
  const auto found = fields_.find(field);
  if (found == fields_.end()) throw std::runtime_error("no field " + field);
  return found->second;
}

Bytes VectorCase::bytes(const std::string& field) const {
  auto decoded = from_hex(text(field));
  if (!decoded) throw std::runtime_error(field + " is not hexadecimal");
  return *decoded;
}

std::uint64_t VectorCase::number(const std::string& field) const {
  return std::stoull(text(field));
}

std::vector<VectorCase> read_vectors(const std::string& name, std::size_t expected) {
  return read_vector_file("crypto/" + name, expected);
}

std::vector<VectorCase> read_vector_file(const std::string& name, std::size_t expected) {
  std::ifstream file(std::string(TRAM_SOURCE_DIR "/tests/vectors/") + name);
  if (!file) throw std::runtime_error("cannot read " + name);
  std::vector<VectorCase> cases;
  bool in_case = false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') {
      in_case = false;
      continue;
    }
    const auto sign = line.find(" =");
    if (sign == std::string::npos) throw std::runtime_error(name + ": " + line);
    if (!in_case) cases.emplace_back();
    in_case = true;
    cases.back().set(line.substr(0, sign), line.size() > sign + 3 ? line.substr(sign + 3) : "");
  }
  if (cases.size() != expected) throw std::runtime_error(name + " has " + std::to_string(cases.size()) + " cases");
  return cases;
}

}  // namespace tram::crypto::test
