// While one lives, libsodium's random bytes are those the golden files describe: call number c gives
// randombytes_buf_deterministic with the seed c (64 bits, little-endian) and 24 bytes 0x54. One at a time.
#pragma once

namespace tram::crypto::test {

class SeededRandom {
 public:
  SeededRandom();
  ~SeededRandom();
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;
};

}  // namespace tram::crypto::test
