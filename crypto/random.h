// Randomness of the operating system. Libraries that must be reproducible (sync) take an Entropy& instead.
#pragma once
#include "crypto/bytes.h"

namespace tram {

// Where a deterministic component gets its randomness from.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
  template <class T>
  T draw() {
    T value{};
    fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    return value;
  }
};

namespace crypto {

// Must be called once, before anything else of this library; aborts the program if libsodium cannot start.
void initialise();

void random_bytes(std::span<std::uint8_t> out);

// Overwrites secrets that lie in ordinary memory; never optimised away (sodium_memzero).
void wipe(std::span<std::uint8_t> secret);
inline void wipe(std::string& secret) {
  wipe({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
}

class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override { random_bytes(out); }
};

}  // namespace crypto
}  // namespace tram
