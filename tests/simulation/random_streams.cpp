#include "tests/simulation/random_streams.h"

#include <sodium.h>

#include <algorithm>

#include "tests/simulation/tape.h"

namespace tram::simulation {
namespace {

std::uint64_t mix(std::uint64_t z) {  // SplitMix64 (Steele, Lea, Flood 2014)
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

std::uint64_t sodium_seed = 0;
std::uint64_t sodium_call = 0;

void sodium_fill(void* out, std::size_t size) {
  ByteArray<randombytes_SEEDBYTES> seed{};
  store_le(seed.data(), sodium_seed);
  store_le(seed.data() + 8, sodium_call++);
  randombytes_buf_deterministic(out, size, seed.data());
}

std::uint32_t sodium_word() {
  std::uint32_t value = 0;
  sodium_fill(&value, sizeof value);
  return value;
}

const char* sodium_name() {
  return "simulation";
}

randombytes_implementation simulated{sodium_name, sodium_word, nullptr, nullptr, sodium_fill, nullptr};

}  // namespace

Random::Random(std::uint64_t seed, std::string_view name) : state_(mix(seed + 0x9E3779B97F4A7C15ull)), name_(name) {
  for (const char c : name) state_ = mix(state_ ^ (static_cast<std::uint64_t>(static_cast<unsigned char>(c)) + 0x100));
}

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ull;
  return mix(state_);
}

std::uint64_t Random::decided(std::uint64_t drawn) {
  const std::uint64_t choice = decisions.replay != nullptr ? decisions.replay->choice(name_, index_) : drawn;
  if (decisions.record != nullptr) decisions.record->put(name_, index_, choice);
  ++index_;
  return choice;
}

void SeededEntropy::fill(std::span<std::uint8_t> out) {
  for (std::size_t at = 0; at < out.size(); at += 8) {
    ByteArray<8> word{};
    store_le(word.data(), random_.next());
    std::copy_n(word.begin(), std::min<std::size_t>(8, out.size() - at), out.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void seed_libsodium(std::uint64_t seed) {
  sodium_seed = seed;
  sodium_call = 0;
  randombytes_set_implementation(&simulated);
}

}  // namespace tram::simulation
