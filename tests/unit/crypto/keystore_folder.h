// A folder of its own for each keystore test, removed afterwards, and raw access to the files in it.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "crypto/keystore.h"

namespace tram::crypto::test {

inline constexpr KeystoreCost kCheap{.passes = 1, .memory_bytes = 8ull << 20};

class KeystoreFolder : public ::testing::Test {
 protected:
  KeystoreFolder() {
    std::string name = ::testing::TempDir() + "keystore-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    file_ = folder_ / "keystore.tks";
    machine_.machine_key_file = folder_ / "machine.key";
  }
  ~KeystoreFolder() override { std::filesystem::remove_all(folder_); }

  static void write(const std::filesystem::path& file, ByteView bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  }
  static Bytes read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static unsigned mode(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) throw std::runtime_error("no " + file.string());
    return info.st_mode & 07777u;
  }
  Error load_error(ByteView bytes, const Unlock& unlock) const {
    write(file_, bytes);
    const auto loaded = Keystore::load(file_, unlock);
    return loaded ? Error() : loaded.error();
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
  Unlock machine_;
};

}  // namespace tram::crypto::test
