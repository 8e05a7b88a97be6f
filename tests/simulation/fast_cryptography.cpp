// Stand-ins of equal lengths for signatures and sealed boxes, for nine seeds of ten (sync design 13): a hash of the
// public key and the message. Whoever alters a message, a key or a signature is found out as by the real ones, which
// the tenth seed uses; nobody in this world forges them. The linker takes these before the library's.
#include <dlfcn.h>
#include <sodium.h>

#include <algorithm>

#include "crypto/hash.h"
#include "tests/simulation/random_streams.h"

namespace tram::simulation {
namespace {

bool fast = false;

constexpr std::size_t kKey = crypto_box_PUBLICKEYBYTES;
constexpr std::size_t kTag = crypto_box_MACBYTES;
static_assert(kKey + kTag == crypto_box_SEALBYTES);

// A hash, cut to the length or repeated up to it.
template <std::size_t Size>
ByteArray<Size> mark(const unsigned char* message, unsigned long long size, const unsigned char* key) {
  const crypto::Hash hash = crypto::keyed_hash("SIM-mark", ByteView(key, kKey), {ByteView(message, size)});
  ByteArray<Size> out;
  for (std::size_t i = 0; i < Size; ++i) out[i] = hash[i % hash.size()];
  return out;
}

// The library's own function of that name.
template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void use_fast_cryptography(bool on) {
  fast = on;
}

}  // namespace tram::simulation

using tram::simulation::fast;
using tram::simulation::kKey;
using tram::simulation::kTag;
using tram::simulation::mark;
using tram::simulation::real;

extern "C" {

int crypto_sign_detached(unsigned char* signature, unsigned long long* signature_size, const unsigned char* message,
                         unsigned long long size, const unsigned char* secret) {
  static auto* const sign = real<decltype(crypto_sign_detached)>("crypto_sign_detached");
  if (!fast) return sign(signature, signature_size, message, size, secret);
  const auto made = mark<crypto_sign_BYTES>(message, size, secret + crypto_sign_SEEDBYTES);  // then the public key
  std::copy(made.begin(), made.end(), signature);
  if (signature_size != nullptr) *signature_size = made.size();
  return 0;
}

int crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message, unsigned long long size,
                                const unsigned char* key) {
  static auto* const verify = real<decltype(crypto_sign_verify_detached)>("crypto_sign_verify_detached");
  if (!fast) return verify(signature, message, size, key);
  const auto made = mark<crypto_sign_BYTES>(message, size, key);
  return std::equal(made.begin(), made.end(), signature) ? 0 : -1;
}

int crypto_box_seal(unsigned char* box, const unsigned char* message, unsigned long long size,
                    const unsigned char* key) {
  static auto* const seal = real<decltype(crypto_box_seal)>("crypto_box_seal");
  if (!fast) return seal(box, message, size, key);
  randombytes_buf(box, kKey);  // the key of one message
  const auto tag = mark<kTag>(message, size, key);
  std::copy(tag.begin(), tag.end(), box + kKey);
  std::copy_n(message, size, box + kKey + kTag);
  return 0;
}

int crypto_box_seal_open(unsigned char* message, const unsigned char* box, unsigned long long size,
                         const unsigned char* key, const unsigned char* secret) {
  static auto* const open = real<decltype(crypto_box_seal_open)>("crypto_box_seal_open");
  if (!fast) return open(message, box, size, key, secret);
  if (size < kKey + kTag) return -1;
  const auto tag = mark<kTag>(box + kKey + kTag, size - kKey - kTag, key);
  if (!std::equal(tag.begin(), tag.end(), box + kKey)) return -1;
  std::copy(box + kKey + kTag, box + size, message);
  return 0;
}
}
