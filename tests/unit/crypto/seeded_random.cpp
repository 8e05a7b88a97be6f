// The seeded random source, and the start of libsodium for the whole test program.
#include "seeded_random.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>

#include "crypto/random.h"

namespace tram::crypto::test {
namespace {

std::uint64_t call_number = 0;

void fill(void* out, std::size_t size) {
  ByteArray<randombytes_SEEDBYTES> seed;
  seed.fill(0x54);
  store_le(seed.data(), call_number++);
  randombytes_buf_deterministic(out, size, seed.data());
}

const char* name() {
  return "seeded";
}

std::uint32_t word() {
  std::uint32_t value = 0;
  fill(&value, sizeof value);
  return value;
}

randombytes_implementation seeded{name, word, nullptr, nullptr, fill, nullptr};

class RandomStart : public ::testing::Environment {
 public:
  void SetUp() override { initialise(); }
};
const auto* const random_start = ::testing::AddGlobalTestEnvironment(new RandomStart);

}  // namespace

SeededRandom::SeededRandom() {
  call_number = 0;
  randombytes_set_implementation(&seeded);
}

SeededRandom::~SeededRandom() {
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
  randombytes_stir();
}

}  // namespace tram::crypto::test
