// Reads the vector files of tests/vectors: paragraphs of `name = value` lines, `#` for comments. A missing file or
// field fails the test that asked, instead of leaving it with no cases.
#pragma once
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/bytes.h"

namespace tram::crypto::test {

class VectorCase {
 public:
  bool has(const std::string& field) const { return fields_.contains(field); }
  std::string text(const std::string& field) const;
  Bytes bytes(const std::string& field) const;  // hexadecimal
  std::uint64_t number(const std::string& field) const;
  template <std::size_t N>
  ByteArray<N> array(const std::string& field) const {
    const Bytes all = bytes(field);
    ByteArray<N> out{};
    if (all.size() != N) throw std::runtime_error(field + " has another length");
    std::copy(all.begin(), all.end(), out.begin());
    return out;
  }
  void set(const std::string& field, std::string value) { fields_[field] = std::move(value); }

 private:
  std::map<std::string, std::string> fields_;
};

// `name` is relative to tests/vectors. Throws if the file has not exactly `expected` cases, so that a shortened file is
// seen.
std::vector<VectorCase> read_vector_file(const std::string& name, std::size_t expected);
// The same below tests/vectors/crypto.
std::vector<VectorCase> read_vectors(const std::string& name, std::size_t expected);

}  // namespace tram::crypto::test
