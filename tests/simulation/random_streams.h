// The simulator's randomness: one seed, split by name into independent streams, so that taking one fault away does not
// move the choices of the others (reliability design 3.5).
#pragma once
#include <string>
#include <string_view>

#include "crypto/random.h"

namespace tram::simulation {

// What changes the course of a run is a decision and goes through the tape (tape.h); write it so that zero is calm.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view name);
  std::uint64_t next();  // a bare number, no decision
  // Precondition: n > 0.
  std::uint64_t below(std::uint64_t n) { return decided(next() % n) % n; }
  std::uint64_t between(std::uint64_t from, std::uint64_t to) { return from + below(to - from + 1); }
  // Calm is the longest wait.
  std::uint64_t wait(std::uint64_t from, std::uint64_t to) { return to - below(to - from + 1); }
  bool chance(std::uint64_t permille) { return decided(next() % 1000 < permille ? 1 : 0) != 0; }
  bool in_ten_thousand(std::uint64_t times) { return decided(next() % 10'000 < times ? 1 : 0) != 0; }
  // Always zero, but for a tape that says otherwise.
  std::uint64_t calm(std::uint64_t n) { return decided(0) % n; }

 private:
  std::uint64_t decided(std::uint64_t drawn);

  std::uint64_t state_;
  std::string name_;
  std::uint64_t index_ = 0;
};

class SeededEntropy final : public Entropy {
 public:
  SeededEntropy(std::uint64_t seed, std::string_view name) : random_(seed, name) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  Random random_;
};

// The same bytes for the same number, whatever was drawn before.
class NumberedEntropy final : public Entropy {
 public:
  NumberedEntropy(std::uint64_t seed, std::string name) : seed_(seed), name_(std::move(name)) {}
  void start_at(std::uint64_t number) { next_ = number; }
  void fill(std::span<std::uint8_t> out) override {
    SeededEntropy(seed_, name_ + " " + std::to_string(next_++)).fill(out);
  }

 private:
  std::uint64_t seed_;
  std::string name_;
  std::uint64_t next_ = 0;
};

// From now on libsodium draws from this seed: sealing a container takes its randomness there. For this program only.
void seed_libsodium(std::uint64_t seed);
// Whether signatures and sealed boxes are the library's or stand-ins of equal lengths (fast_cryptography.cpp).
void use_fast_cryptography(bool on);

}  // namespace tram::simulation
