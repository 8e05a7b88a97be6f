// tests/vectors/trb: containers as files with the code each must give, for this and every later release. With
// TRAM_WRITE_VECTORS=DIR the program writes the set into DIR first; that is how the files were made.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/unit/crypto/seeded_random.h"
#include "tests/unit/sync/container_cases.h"

namespace tram::sync::test {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = fs::path(TRAM_SOURCE_DIR) / "tests" / "vectors" / "trb";

constexpr std::string_view kPreface =
    "# Containers (docs/formats/container.md) and the outcome code each gives. One line per file NAME.hex:\n"
    "# NAME, who opens it (hub, site), entrance (file, network), code.\n"
    "# Keys by their seed, one byte repeated: Ed25519 site 01, hub 02, stranger 03 (in no directory);\n"
    "# X25519 (crypto_box_seed_keypair) hub current 11, hub next 12, site 13.\n"
    "# Ids, one byte repeated: device site A1, device hub B1, deployment D1; the site expects reply_to E1.\n"
    "# Zone open; now = 1767225600000 ms. Randomness: call number c of libsodium's randombytes gives\n"
    "# randombytes_buf_deterministic with the seed c (64 bits, little-endian) and 24 bytes 0x54.\n";

std::vector<ContainerCase> seeded_cases() {
  world();  // keys are made before the seeded source starts to count
  const crypto::test::SeededRandom seeded;
  return container_cases();
}

const std::vector<ContainerCase>& cases() {
  static const std::vector<ContainerCase> made = seeded_cases();
  return made;
}

std::string line_of(const ContainerCase& c) {
  return c.name + (c.opened_at_hub ? " hub " : " site ") + (c.entrance == Profile::file ? "file " : "network ") +
         std::string(name(c.expected));
}

class WriteVectors : public ::testing::Environment {
 public:
  void SetUp() override {
    const char* folder = std::getenv("TRAM_WRITE_VECTORS");
    if (folder == nullptr) return;
    std::ofstream table(fs::path(folder) / "cases.txt");
    table << kPreface;
    for (const ContainerCase& c : cases()) {
      table << line_of(c) << '\n';
      std::ofstream(fs::path(folder) / (c.name + ".hex")) << to_hex(c.bytes) << '\n';
    }
    ASSERT_TRUE(table.flush().good());
  }
};
const auto* const writer = ::testing::AddGlobalTestEnvironment(new WriteVectors);

Bytes read_hex(const fs::path& file) {
  std::ifstream in(file);
  std::string text;
  in >> text;
  const auto bytes = from_hex(text);
  return bytes ? *bytes : Bytes{};
}

TEST(GoldenContainers, EveryFileGivesItsCode) {
  std::ifstream table(kFolder / "cases.txt");
  ASSERT_TRUE(table.is_open());
  std::size_t replayed = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    ContainerCase c;
    std::string opener, entrance, code;
    words >> c.name >> opener >> entrance >> code;
    c.opened_at_hub = opener == "hub";
    c.entrance = entrance == "file" ? Profile::file : Profile::network;
    const Bytes bytes = read_hex(kFolder / (c.name + ".hex"));
    ASSERT_FALSE(bytes.empty()) << c.name;
    EXPECT_EQ(name(open_code(bytes, c.context())), code) << c.name;
    ++replayed;
  }
  EXPECT_EQ(replayed, cases().size());
}

// Sealing under the same seed gives the same bytes: a change of the format cannot slip in. What zstd makes of a text
// may change with its version, so the compressed ones are only opened.
TEST(GoldenContainers, SealingAgainGivesTheSameBytes) {
  for (const ContainerCase& c : cases()) {
    if (c.name.find("zstd") != std::string::npos) continue;
    EXPECT_TRUE(read_hex(kFolder / (c.name + ".hex")) == c.bytes) << c.name;
  }
}

TEST(GoldenContainers, FreshOnesGiveTheSameCodes) {
  for (const ContainerCase& c : container_cases())
    EXPECT_EQ(name(open_code(c.bytes, c.context())), name(c.expected)) << c.name;
}

}  // namespace
}  // namespace tram::sync::test
