// libsodium's guarded allocations, replaced for this program by the heap: the keys here are made up, and a guard page
// for each of them would cost a fifth of every run. The linker takes these before the library's.
#include <sodium.h>

#include <cstddef>
#include <cstdlib>

namespace {
constexpr std::size_t kHeader = alignof(std::max_align_t);
}

extern "C" {

void* sodium_malloc(const size_t size) {
  auto* at = static_cast<unsigned char*>(std::malloc(size + kHeader));
  if (at == nullptr) return nullptr;
  *reinterpret_cast<std::size_t*>(at) = size;
  return at + kHeader;
}

void sodium_free(void* secret) {
  if (secret == nullptr) return;
  auto* at = static_cast<unsigned char*>(secret) - kHeader;
  sodium_memzero(secret, *reinterpret_cast<std::size_t*>(at));
  std::free(at);
}

int sodium_mlock(void* const, const size_t) {
  return 0;
}

int sodium_munlock(void* const at, const size_t size) {
  sodium_memzero(at, size);
  return 0;
}
}
