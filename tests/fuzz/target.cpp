#include "tests/fuzz/target.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>

#include "crypto/random.h"

namespace tram::fuzz {
namespace {

std::uint64_t draws = 0;

void fill(void* out, std::size_t size) {
  ByteArray<randombytes_SEEDBYTES> seed{};
  store_le(seed.data(), draws++);
  randombytes_buf_deterministic(out, size, seed.data());
}
const char* name() {
  return "fixed";
}
std::uint32_t word() {
  std::uint32_t value = 0;
  fill(&value, sizeof value);
  return value;
}
randombytes_implementation fixed_random{name, word, nullptr, nullptr, fill, nullptr};

}  // namespace

void prepare_process() {
  randombytes_set_implementation(&fixed_random);
  crypto::initialise();
}

void prepare_input() {
  draws = 0;
}

void hold(bool property, const char* what) {
  if (property) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace tram::fuzz
