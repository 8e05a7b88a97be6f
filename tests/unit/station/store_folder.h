// A data folder of one test, removed with the fixture, and the database inside it.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "station/store/database.h"

namespace tram::station::test {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tram-store-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Bytes file_content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

inline void set_file_content(const std::filesystem::path& file, ByteView bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Runs SQL on the file as another program would.
inline void meddle(const std::filesystem::path& file, const char* sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  sqlite3_close(raw);
}

// One open database in a folder of its own.
class OpenDatabase : public ::testing::Test {
 protected:
  OpenDatabase() { reopen(); }
  void reopen() {
    database_.reset();
    auto opened = Database::open(folder_.path());
    if (!opened) throw std::runtime_error("open: " + opened.error().message());
    database_ = std::move(*opened);
  }
  Connection& connection() { return database_->writer(); }
  // Runs `work` in a transaction of its own and gives back its result.
  template <class Work>
  auto in_transaction(Work work) {
    std::optional<decltype(work())> result;
    (void)database_->transact([&]() -> Result<void> {
      result.emplace(work());
      return {};
    });
    return std::move(result.value());
  }

  Folder folder_;
  std::unique_ptr<Database> database_;
};

}  // namespace tram::station::test
